import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { optional } from '../core/read-field.js'
import type { Access, Clock, Credentials, CredentialsResult, Log } from '../engine/ports.js'
import { createSecretCache } from './secret-cache.js'
import { isHeaderText, readStoreSecret, readWebhookPart } from './store-secret.js'

type Usable = Extract<CredentialsResult, { usable: true }>
type Unusable = Extract<CredentialsResult, { usable: false }>

/** The stores' tokens from Secrets Manager, one secret a store. */
export function createCredentials(
  deps: { clock: Clock; log: Log; client: Pick<SecretsManagerClient, 'send'> },
  settings: { prefix: string; ttlMs: number },
): Credentials {
  return createSecretCache<Usable, Unusable>(
    {
      clock: deps.clock,
      read: storeHash => readCredentials(deps.client, `${settings.prefix}${storeHash}`, storeHash),
      onOutage: storeHash =>
        deps.log.warn('Secrets Manager is unavailable; the last good credentials serve on', { storeHash }),
    },
    settings,
  )
}

/** `{"storeHash","accessToken"}` or, for old tokens, `{"authToken"}`. Says what is wrong, never what is in it. */
async function readCredentials(
  client: Pick<SecretsManagerClient, 'send'>,
  secretId: string,
  storeHash: string,
): Promise<Usable | Unusable> {
  const secret = await readStoreSecret(client, secretId, storeHash)
  const unusable = (why: string): Unusable => ({ usable: false, message: `the secret ${secretId} ${why}` })
  if (!secret.readable) return unusable(secret.why)
  const scheme = 'accessToken' in secret.content ? 'accessToken' : 'authToken'
  const token: unknown = Reflect.get(secret.content, scheme)
  if (token === undefined) return unusable('holds neither "accessToken" nor "authToken"')
  if (!isHeaderText(token)) return unusable(`has a malformed "${scheme}"`)
  const access: Access = { storeHash, scheme, token: () => token }
  const part = readWebhookPart(secret.content)
  // Without the webhook secret itself: only the door has a use for it.
  const webhooks = part && { webhooks: optional('headerValue', part.headerValue) }
  return { usable: true, access, version: secret.version, ...webhooks }
}
