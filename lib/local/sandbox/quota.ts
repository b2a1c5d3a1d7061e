import type { Clock, EpochMs } from '../../core/time.js'

export type QuotaRule = { limit: number; windowMs: number }

export type QuotaReading = { remaining: number; limit: number; windowMs: number; resetsInMs: number }

/** A fixed window for each store, opened by the first call in it; all integrations of the store share it. */
export type Quota = {
  /** Takes one call out of the store's window; false when the window is used up. */
  take(storeHash: string): boolean
  read(storeHash: string): QuotaReading
}

export function createQuota({ limit, windowMs }: QuotaRule, clock: Clock): Quota {
  const windows = new Map<string, { openedAt: EpochMs; taken: number }>()
  const currentWindow = (storeHash: string) => {
    const now = clock.now()
    const known = windows.get(storeHash)
    if (known && now < known.openedAt + windowMs) return known
    const opened = { openedAt: now, taken: 0 }
    windows.set(storeHash, opened)
    return opened
  }
  return {
    take(storeHash) {
      const window = currentWindow(storeHash)
      if (window.taken >= limit) return false
      window.taken += 1
      return true
    },
    read(storeHash) {
      const window = windows.get(storeHash)
      const elapsedMs = window ? clock.now() - window.openedAt : windowMs
      if (!window || elapsedMs >= windowMs) return { remaining: limit, limit, windowMs, resetsInMs: 0 }
      return { remaining: limit - window.taken, limit, windowMs, resetsInMs: windowMs - elapsedMs }
    },
  }
}

/** The four headers in the forms in which the API really sends them, units and all. */
export function quotaHeaders({
  remaining,
  limit,
  windowMs,
  resetsInMs,
}: QuotaReading): Record<string, string> {
  return {
    'X-Requests-Allocated': `${limit} times/${windowMs / 1000} s`,
    'X-Requests-Remaining': `${remaining} times`,
    'X-Requests-Window-Length': '0 times',
    'X-Request-Window-Resets-After': `${resetsInMs / 1000} s`,
  }
}
