import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { Unavailable } from '../core/errors.js'
import type { Access, Clock, Credentials, CredentialsResult, Log } from '../engine/ports.js'

type Usable = Extract<CredentialsResult, { usable: true }>
type Cached = { found: Usable; goodUntil: number }

/** While Secrets Manager is out it is asked again after this, not by every request. */
const outageRetryMs = 30_000

/**
 * The stores' tokens from Secrets Manager, one secret a store. Only successes are cached, each store's for `ttlMs`; a
 * value past it serves on while Secrets Manager is out. Refreshed lazily, once for all who ask at the same time.
 */
export function createCredentials(
  deps: { clock: Clock; log: Log; client: Pick<SecretsManagerClient, 'send'> },
  settings: { prefix: string; ttlMs: number },
): Credentials {
  const cache = new Map<string, Cached>()
  const reading = new Map<string, Promise<CredentialsResult>>()

  const readOnce = (storeHash: string): Promise<CredentialsResult> => {
    const underWay = reading.get(storeHash)
    if (underWay !== undefined) return underWay
    const started = read(storeHash).finally(() => reading.delete(storeHash))
    reading.set(storeHash, started)
    return started
  }

  async function read(storeHash: string): Promise<CredentialsResult> {
    const result = await readSecret(deps.client, `${settings.prefix}${storeHash}`, storeHash)
    if (result.usable) cache.set(storeHash, { found: result, goodUntil: deps.clock.now() + settings.ttlMs })
    else cache.delete(storeHash)
    return result
  }

  return {
    get: async storeHash => {
      const cached = cache.get(storeHash)
      if (cached !== undefined && deps.clock.now() < cached.goodUntil) return cached.found
      try {
        return await readOnce(storeHash)
      } catch (error) {
        // An outage of Secrets Manager does not stop a store whose token we know; a wrong token would show as a 401.
        if (cached === undefined || !(error instanceof Unavailable)) throw error
        deps.log.warn('Secrets Manager is unavailable; the last good credentials serve on', { storeHash })
        cache.set(storeHash, {
          ...cached,
          goodUntil: deps.clock.now() + Math.min(outageRetryMs, settings.ttlMs),
        })
        return cached.found
      }
    },
    refresh: async (storeHash, refusedVersion) => {
      const cached = cache.get(storeHash)
      if (cached !== undefined && cached.found.version !== refusedVersion) return cached.found
      const wasUnderWay = reading.has(storeHash)
      const found = await readOnce(storeHash)
      // A read that began before the refusal may have seen the secret as it was before its rotation.
      const isOld = wasUnderWay && found.usable && found.version === refusedVersion
      return isOld ? readOnce(storeHash) : found
    },
  }
}

/** A person has to mend these; all other failures of Secrets Manager pass by themselves. */
const mendable: Record<string, string> = {
  ResourceNotFoundException: 'does not exist',
  InvalidRequestException: 'cannot be read now (is it being deleted?)',
  AccessDeniedException: 'may not be read by this function',
  DecryptionFailure: 'cannot be decrypted',
}

async function readSecret(
  client: Pick<SecretsManagerClient, 'send'>,
  secretId: string,
  storeHash: string,
): Promise<CredentialsResult> {
  try {
    const secret = await client.send(new GetSecretValueCommand({ SecretId: secretId }))
    return parseSecret(secret.SecretString, secret.VersionId ?? 'none', secretId, storeHash)
  } catch (error) {
    // The SDK's error is left behind whole: only its name goes on.
    const name = error instanceof Error ? error.name : 'unknown error'
    const why = mendable[name]
    if (why !== undefined) return { usable: false, message: `the secret ${secretId} ${why}` }
    throw new Unavailable(`Secrets Manager did not answer for ${secretId}: ${name}`)
  }
}

/** `{"storeHash","accessToken"}` or, for old tokens, `{"authToken"}`. Says what is wrong, never what is in it. */
function parseSecret(
  text: string | undefined,
  version: string,
  secretId: string,
  storeHash: string,
): CredentialsResult {
  const unusable = (why: string): CredentialsResult => ({
    usable: false,
    message: `the secret ${secretId} ${why}`,
  })
  let secret: unknown
  try {
    secret = JSON.parse(text ?? '')
  } catch {
    // The parser's message would quote the secret.
    return unusable('is not JSON')
  }
  if (typeof secret !== 'object' || secret === null || Array.isArray(secret))
    return unusable('is not a JSON object')
  const named = 'storeHash' in secret ? secret.storeHash : undefined
  if (named !== undefined && named !== storeHash) return unusable('is for another store')
  const scheme = 'accessToken' in secret ? 'accessToken' : 'authToken'
  if (scheme === 'accessToken' && named === undefined) return unusable('lacks "storeHash"')
  const token: unknown = Reflect.get(secret, scheme)
  if (token === undefined) return unusable('holds neither "accessToken" nor "authToken"')
  if (typeof token !== 'string' || !/^[\x21-\x7e]{1,4096}$/.test(token))
    return unusable(`has a malformed "${scheme}"`)
  const access: Access = { storeHash, scheme, token: () => token }
  return { usable: true, access, version }
}
