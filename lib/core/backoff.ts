/**
 * When to try again, in milliseconds before DELAY_SCALE. `roll` is a given chance from 0 to 1, so that the same inputs
 * always give the same wait.
 */

const second = 1_000
const minute = 60 * second
const hour = 60 * minute

/** The documentation advises 3 to 5 tries after a 500. */
export const attemptsMax = 5
/** The contract's bound on a doubt that a look can still settle, and ours on an API that cannot be reached at all. */
export const doubtLimitMs = 6 * hour
export const unreachableLimitMs = 6 * hour
/** Missing or rejected credentials can be mended by a person within the hour. */
export const credentialsLimitMs = hour
/** A created payment shows in the list after a while: only then does an empty list prove anything. */
export const listSettlesAfterMs = 30 * second

const grow = (firstMs: number, times: number, longestMs: number): number =>
  Math.min(longestMs, firstMs * 2 ** Math.min(times, 30))

/** Before the next write, after `attempts` of them were proven not executed: the first within seconds, later ones a minute and more. */
export const resendDelayMs = (attempts: number, roll: number): number =>
  attempts <= 1 ? 2 * second : grow(minute, attempts - 2, 15 * minute) * (1 + roll / 2)

/** Before the next look, after `looks` that settled nothing. */
export const lookDelayMs = (looks: number, roll: number): number =>
  looks === 0 ? second : grow(5 * second, looks - 1, 20 * minute) * (1 + roll / 2)

/** Before the next connection to an API that could not be reached. Full jitter: many messages wait for the same thing. */
export const reachDelayMs = (tries: number, roll: number): number =>
  second + grow(2 * second, tries, 15 * minute) * roll

/** Between the probes of a store whose credentials are missing or refused. */
export const probeDelayMs = (probes: number): number => grow(30 * second, probes, 10 * minute)

/** Before a message comes back that waits for something else: another worker, a doubt on its payment, our own ground. */
export const returnDelayMs = (receives: number, roll: number): number =>
  second + grow(2 * second, Math.max(0, receives - 1), 5 * minute) * roll

/**
 * What a request that waits for the store's quota stays away for beyond the window's end. SQS moves a message to the DLQ after
 * 1,000 receives at most, and a window costs a waiting one about three: after five hours of backlog it would be there. So the
 * more often it came in vain, the rarer it comes; and a backlog's deliveries do not grow with its square.
 */
export const queueForQuotaMs = (receives: number, roll: number): number =>
  Math.min(30 * minute, Math.max(0, receives - 20) * 4 * second) * roll
