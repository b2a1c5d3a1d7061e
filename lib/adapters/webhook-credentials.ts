import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { Unavailable } from '../core/errors.js'
import type { Clock, Log } from '../engine/ports.js'
import type { WebhookAccess, WebhookCredentials } from '../engine/webhook/ports.js'
import { createSecretCache } from './secret-cache.js'
import { readStoreSecret, readWebhookPart } from './store-secret.js'

type Usable = { usable: true; access: WebhookAccess; version: string }
type Unusable = { usable: false }
type Refreshed = { refused: string; from: number; found: Promise<Usable | Unusable> }

/** Anybody may call in any store's name: a store without a secret is looked up once in so long, and so many are remembered. */
const unknownMs = 60_000
const unknownMax = 1_000
/** What does not verify may be a forgery as well as a rotation: of one version it is asked once in so long. */
const refreshMs = 30_000

/** The stores' webhook secrets, from the secrets that hold their tokens. */
export function createWebhookCredentials(
  deps: { clock: Clock; log: Log; client: Pick<SecretsManagerClient, 'send'> },
  settings: { prefix: string; ttlMs: number },
): WebhookCredentials {
  const { clock } = deps
  const cache = createSecretCache<Usable, Unusable>(
    {
      clock,
      read: storeHash => readAccess(deps.client, `${settings.prefix}${storeHash}`, storeHash),
      onOutage: storeHash =>
        deps.log.warn('Secrets Manager is unavailable; the last good webhook secret serves on', {
          storeHash,
        }),
    },
    settings,
  )
  const unknownUntil = new Map<string, number>()
  const refreshed = new Map<string, Refreshed>()

  const remember = (storeHash: string): void => {
    // The oldest goes first: of so many, that one has the least time left.
    const [oldest] = unknownUntil.keys()
    if (unknownUntil.size >= unknownMax && oldest !== undefined) unknownUntil.delete(oldest)
    unknownUntil.delete(storeHash)
    unknownUntil.set(storeHash, clock.now() + unknownMs)
  }
  const readAfresh = (storeHash: string, version: string): Promise<Usable | Unusable> => {
    const last = refreshed.get(storeHash)
    // Of another version the answer says nothing, and may be older than that.
    if (last?.refused === version && clock.now() < last.from + refreshMs) return last.found
    const found = cache.refresh(storeHash, version)
    refreshed.set(storeHash, { refused: version, from: clock.now(), found })
    return found
  }

  return {
    get: async storeHash => {
      if (clock.now() < (unknownUntil.get(storeHash) ?? 0)) return undefined
      const found = await cache.get(storeHash)
      if (found.usable) return found.access
      remember(storeHash)
      return undefined
    },
    refresh: async (storeHash, version) => {
      const found = await readAfresh(storeHash, version)
      return found.usable && found.version !== version ? found.access : undefined
    },
  }
}

/** Throws `Unavailable` also where it is the function that may not read: of the store that says nothing. */
async function readAccess(
  client: Pick<SecretsManagerClient, 'send'>,
  secretId: string,
  storeHash: string,
): Promise<Usable | Unusable> {
  const secret = await readStoreSecret(client, secretId, storeHash)
  if (!secret.readable && secret.isOurs) throw new Unavailable(`the secret ${secretId} ${secret.why}`)
  if (!secret.readable) return { usable: false }
  const part = readWebhookPart(secret.content)
  if (part === undefined) return { usable: false }
  const { version } = secret
  return { usable: true, version, access: { storeHash, version, ...part } }
}
