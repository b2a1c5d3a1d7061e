/**
 * What an answer says of the store's quota. It belongs to the store and is shared by all of its integrations, so this is the
 * only truth about it; what we make of it is in `store-quota.ts`.
 */

export type QuotaReading = { limit?: number; remaining?: number; resetsInMs?: number }

/** Waits beyond this are nonsense for a window of a minute and are ignored. */
const longestSaneWaitMs = 15 * 60_000

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
  const match = /^\s*(\d{1,15}(?:\.\d+)?(?:e[+-]?\d{1,2})?)(?:\s|$|[a-z/])/i.exec(header ?? '')
  return match?.[1] === undefined ? undefined : Number(match[1])
}
const secondsToMs = (seconds: number | undefined): number | undefined =>
  seconds === undefined ? undefined : Math.ceil(seconds * 1000)
const saneWait = (ms: number | undefined): number | undefined =>
  ms !== undefined && ms <= longestSaneWaitMs ? ms : undefined
