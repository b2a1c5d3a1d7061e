import type { Answer } from '../core/answer.js'
import type { Clock } from './ports.js'

/**
 * How far each store's clock is ahead of ours, at the least. `Date` has whole seconds and is read after it was written, so
 * one answer bounds the offset only from below; the highest bound of the last minutes comes close to the truth. It is believed
 * only as far as the newest answer could bear it out, so that one wrong `Date` on the way does no lasting harm.
 */
export type ServerClock = {
  learn(storeHash: string, answer: Answer): void
  /** Milliseconds to add to an instant of ours for the earliest that it can have been there; undefined: nothing is known. */
  offsetMs(storeHash: string): number | undefined
}

/** Clocks drift, and a bound that is kept for ever would outlive a correction. */
const keptMs = 5 * 60_000
/** A bound is low by at most the second that `Date` leaves out, and by the answer's way. */
const secondMs = 1_000

export function createServerClock(clock: Clock): ServerClock {
  const bounds = new Map<string, { offsetMs: number; at: number }>()
  return {
    learn: (storeHash, { serverDate }) => {
      if (serverDate === undefined) return
      const offsetMs = serverDate.date - serverDate.readAt
      const known = bounds.get(storeHash)
      const best = known === undefined || clock.now() - known.at > keptMs ? offsetMs : known.offsetMs
      const believed = Math.max(offsetMs, Math.min(best, offsetMs + secondMs))
      const at = known !== undefined && believed === known.offsetMs ? known.at : clock.now()
      bounds.set(storeHash, { offsetMs: believed, at })
    },
    offsetMs: storeHash => bounds.get(storeHash)?.offsetMs,
  }
}
