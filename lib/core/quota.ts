import { asEpochMs, type EpochMs } from './time.js'

/**
 * The store's quota, as far as we know it. It belongs to the store and is shared by all of its integrations, so what the
 * server says on every answer is the only truth about it; between answers we count down what we send ourselves.
 */

export type QuotaReading = { limit?: number; remaining?: number; resetsInMs?: number }

/** Waits beyond this are nonsense for a window of a minute and are ignored. */
const longestSaneWaitMs = 15 * 60_000
/** After a 429 that names no time: the platform is under load, so the wait grows. */
const unnamedWaitMs = 5_000
const longestUnnamedWaitMs = 60_000

type Headers = Record<string, string | undefined>

/** Reads every form in DOMAIN.md, "Quota"; nonsense counts as absent, never as NaN or as a negative wait. */
export function readQuotaHeaders(headers: Headers): { quota?: QuotaReading; waitMs?: number } {
  const limit =
    firstNumber(headers['x-requests-allocated']) ?? firstNumber(headers['x-rate-limit-requests-quota'])
  const remaining =
    firstNumber(headers['x-requests-remaining']) ?? firstNumber(headers['x-rate-limit-requests-left'])
  const resetsInMs =
    saneWait(secondsToMs(firstNumber(headers['x-request-window-resets-after']))) ??
    saneWait(firstNumber(headers['x-rate-limit-time-reset-ms']))
  const retryAfterMs = saneWait(secondsToMs(firstNumber(headers['retry-after'])))
  const quota: QuotaReading = {
    ...(limit !== undefined && { limit }),
    ...(remaining !== undefined && { remaining }),
    ...(resetsInMs !== undefined && { resetsInMs }),
  }
  const waitMs = retryAfterMs ?? resetsInMs
  return { ...(Object.keys(quota).length > 0 && { quota }), ...(waitMs !== undefined && { waitMs }) }
}

/** `150 times/60 s`, `0.3973509933774834 s` and plain `12` all begin with their number. */
const firstNumber = (header: string | undefined): number | undefined => {
  const match = /^\s*(\d{1,15}(?:\.\d+)?)(?:\s|$|[a-z/])/i.exec(header ?? '')
  return match?.[1] === undefined ? undefined : Number(match[1])
}
const secondsToMs = (seconds: number | undefined): number | undefined =>
  seconds === undefined ? undefined : Math.ceil(seconds * 1000)
const saneWait = (ms: number | undefined): number | undefined =>
  ms !== undefined && ms <= longestSaneWaitMs ? ms : undefined

export type StoreQuota = {
  limit?: number
  remaining?: number
  /** When the window that `remaining` speaks of ends. */
  resetsAt?: EpochMs
  /** No call before this: a 429 closed the window. */
  closedUntil?: EpochMs
  /** 429s in a row that named no time. */
  unnamedThrottles: number
}

export const unknownQuota: StoreQuota = { unnamedThrottles: 0 }

/** Takes one call out of the window, or says how long to wait for the next. `reserve` is the share left to others. */
export function takeSlot(
  quota: StoreQuota,
  now: EpochMs,
  reserve: number,
): { granted: true; quota: StoreQuota } | { granted: false; waitMs: number } {
  if (quota.closedUntil !== undefined && now < quota.closedUntil) {
    return { granted: false, waitMs: quota.closedUntil - now }
  }
  const known = quota.resetsAt !== undefined && now < quota.resetsAt && quota.remaining !== undefined
  if (!known) return { granted: true, quota: { unnamedThrottles: quota.unnamedThrottles } }
  const { limit = 150, remaining = 0, resetsAt = now } = quota
  if (remaining - 1 < Math.floor(limit * reserve)) return { granted: false, waitMs: resetsAt - now }
  return { granted: true, quota: { ...quota, remaining: remaining - 1 } }
}

/** What an answer teaches. `roll` (0 to 1) spreads the callers that a closed window sends away. */
export function learnQuota(
  quota: StoreQuota,
  answer: { meaning: string; quota?: QuotaReading; waitMs?: number },
  now: EpochMs,
  roll: number,
  delayScale: number,
): StoreQuota {
  const reading = answer.quota
  const next: StoreQuota = { ...quota, unnamedThrottles: 0 }
  if (reading?.limit !== undefined) next.limit = reading.limit
  if (reading?.remaining !== undefined && reading.resetsInMs !== undefined) {
    const resetsAt = asEpochMs(now + reading.resetsInMs)
    // Answers may overtake each other: inside one window only the lower number is news.
    const sameWindow = quota.resetsAt !== undefined && Math.abs(quota.resetsAt - resetsAt) < 2_000
    next.remaining = sameWindow ? Math.min(quota.remaining ?? Infinity, reading.remaining) : reading.remaining
    next.resetsAt = resetsAt
  }
  if (answer.meaning !== 'throttled') return next
  // A wait of nothing, from a server that has just refused, names no time either.
  const unnamed = answer.waitMs === undefined || answer.waitMs === 0
  const grown =
    Math.min(longestUnnamedWaitMs, unnamedWaitMs * 2 ** Math.min(quota.unnamedThrottles, 10)) * delayScale
  const waitMs = answer.waitMs || grown * (0.5 + roll / 2)
  next.closedUntil = asEpochMs(now + Math.max(waitMs, 1))
  next.unnamedThrottles = unnamed ? quota.unnamedThrottles + 1 : 0
  return next
}
