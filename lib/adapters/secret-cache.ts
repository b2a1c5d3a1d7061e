import { Unavailable } from '../core/errors.js'
import type { Clock } from '../engine/ports.js'

type Usable = { usable: true; version: string }
type Unusable = { usable: false }

export type SecretCache<Found extends Usable, None extends Unusable> = {
  /** Cached, or read now. Throws `Unavailable` when it cannot be read and none is cached. */
  get(storeHash: string): Promise<Found | None>
  /** Read afresh, once for all who ask at the same time, unless a version other than the refused one is cached by now. */
  refresh(storeHash: string, refusedVersion: string): Promise<Found | None>
}

/** While Secrets Manager is out it is asked again after this, not by every request. */
const outageRetryMs = 30_000

/**
 * What was made of the stores' secrets, one a store. Only successes are cached, each store's for `ttlMs`; a value past it
 * serves on while Secrets Manager is out. Refreshed lazily, once for all who ask at the same time.
 */
export function createSecretCache<Found extends Usable, None extends Unusable>(
  deps: {
    clock: Clock
    read: (storeHash: string) => Promise<Found | None>
    /** Told each time that a value past its time serves on. */
    onOutage: (storeHash: string) => void
  },
  { ttlMs }: { ttlMs: number },
): SecretCache<Found, None> {
  const cache = new Map<string, { found: Found; goodUntil: number }>()
  const reading = new Map<string, Promise<Found | None>>()

  const readOnce = (storeHash: string): Promise<Found | None> => {
    const underWay = reading.get(storeHash)
    if (underWay !== undefined) return underWay
    const started = read(storeHash).finally(() => reading.delete(storeHash))
    reading.set(storeHash, started)
    return started
  }

  async function read(storeHash: string): Promise<Found | None> {
    const result = await deps.read(storeHash)
    if (result.usable) cache.set(storeHash, { found: result, goodUntil: deps.clock.now() + ttlMs })
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
        // An outage of Secrets Manager does not stop a store whose secret we know; a wrong one would be refused.
        if (cached === undefined || !(error instanceof Unavailable)) throw error
        deps.onOutage(storeHash)
        cache.set(storeHash, { ...cached, goodUntil: deps.clock.now() + Math.min(outageRetryMs, ttlMs) })
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
