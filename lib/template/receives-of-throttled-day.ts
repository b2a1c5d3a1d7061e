import { queueForQuotaMs } from '../core/backoff.js'

/**
 * How often a message can be received in a day in which nothing but throttling meets it. Two kinds of it bring it back:
 *
 * - The API's quota: a window of 60 seconds costs a waiting message about three receives, and from the twentieth on it stays
 *   away longer each time, by `queueForQuotaMs`. That wait is rolled; over hundreds of receives the rolls come to a half on
 *   average, and a quarter is far below what chance can do to them.
 * - Lambda's own: a batch that no container is free for comes back after the queue's visibility time-out.
 *
 * The shorter of the two is taken for each receive, as if the day changed between them for the worst.
 */
export function receivesOfThrottledDay(visibilityMs: number): number {
  const dayMs = 86_400_000
  const perWindowMs = 60_000 / 3
  const lowRoll = 0.25
  let receives = 0
  for (let atMs = 0; atMs < dayMs; receives += 1)
    atMs += Math.max(1, Math.min(visibilityMs, perWindowMs + queueForQuotaMs(receives, lowRoll)))
  return receives
}
