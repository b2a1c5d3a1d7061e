import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { Unavailable } from '../core/errors.js'
import { readSigningKeys } from '../core/webhook/signing-keys.js'

/** A store's secret as it was read; `why` goes on after its name, and says nothing of what is in it. */
export type StoreSecret =
  | { readable: true; content: object; version: string }
  | { readable: false; why: string; isOurs: boolean }

/** A person has to mend these; all other failures of Secrets Manager pass by themselves. */
const mendable: Record<string, { why: string; isOurs: boolean }> = {
  ResourceNotFoundException: { why: 'does not exist', isOurs: false },
  InvalidRequestException: { why: 'cannot be read now (is it being deleted?)', isOurs: false },
  // The function's own rights, and so of any store.
  AccessDeniedException: { why: 'may not be read by this function', isOurs: true },
  DecryptionFailure: { why: 'cannot be decrypted', isOurs: true },
}

/** Throws `Unavailable` when Secrets Manager does not answer. */
export async function readStoreSecret(
  client: Pick<SecretsManagerClient, 'send'>,
  secretId: string,
  storeHash: string,
): Promise<StoreSecret> {
  try {
    const secret = await client.send(new GetSecretValueCommand({ SecretId: secretId }))
    return parseSecret(secret.SecretString, secret.VersionId ?? 'none', storeHash)
  } catch (error) {
    // The SDK's error is left behind whole: only its name goes on.
    const name = error instanceof Error ? error.name : 'unknown error'
    const mended = mendable[name]
    if (mended !== undefined) return { readable: false, ...mended }
    throw new Unavailable(`Secrets Manager did not answer for ${secretId}: ${name}`)
  }
}

/** What a secret holds counts for the store that it names, and for no other; the old form need not name any. */
function parseSecret(text: string | undefined, version: string, storeHash: string): StoreSecret {
  const unusable = (why: string): StoreSecret => ({ readable: false, why, isOurs: false })
  let content: unknown
  try {
    content = JSON.parse(text ?? '')
  } catch {
    // The parser's message would quote the secret.
    return unusable('is not JSON')
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    return unusable('is not a JSON object')
  const named = 'storeHash' in content ? content.storeHash : undefined
  if (named !== undefined && named !== storeHash) return unusable('is for another store')
  if ('accessToken' in content && named === undefined) return unusable('lacks "storeHash"')
  return { readable: true, content, version }
}

/**
 * What of a store's secret its webhooks are verified with, in functions, so that neither a log nor JSON can print it by accident.
 * undefined: they cannot be. A second header that cannot be compared is none to do without.
 */
export function readWebhookPart(
  content: object,
): { secret: () => string; headerValue?: () => string } | undefined {
  const secret: unknown = Reflect.get(content, 'webhookSecret')
  const headerValue: unknown = Reflect.get(content, 'webhookHeader')
  if (!isHeaderText(secret) || readSigningKeys(secret).length === 0) return undefined
  if (headerValue === undefined) return { secret: () => secret }
  return isHeaderText(headerValue) ? { secret: () => secret, headerValue: () => headerValue } : undefined
}

/** As a header can carry it. */
export const isHeaderText = (value: unknown): value is string =>
  typeof value === 'string' && /^[\x21-\x7e]{1,4096}$/.test(value)
