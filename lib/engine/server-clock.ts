import type { Answer } from '../core/answer.js'
import type { Clock } from './ports.js'

/**
 * How far each store's clock is ahead of ours, at the least. `Date` has whole seconds and is read after it was written, so
 * one answer bounds the offset only from below; the highest bound of the last minutes comes close to the truth.
 */
export type ServerClock = {
  learn(storeHash: string, answer: Answer): void
  /** Milliseconds to add to an instant of ours for the earliest that it can have been there; undefined: nothing is known. */
  offsetMs(storeHash: string): number | undefined
}

/** Clocks drift, and a bound that is kept for ever would outlive a correction. */
const keptMs = 5 * 60_000

export function createServerClock(clock: Clock): ServerClock {
  const bounds = new Map<string, { offsetMs: number; at: number }>()
  return {
    learn: (storeHash, { serverDate }) => {
      if (serverDate === undefined) return
      const offsetMs = serverDate.date - serverDate.readAt
      const known = bounds.get(storeHash)
      const isBetter = known === undefined || offsetMs > known.offsetMs || clock.now() - known.at > keptMs
      if (isBetter) bounds.set(storeHash, { offsetMs, at: clock.now() })
    },
    offsetMs: storeHash => bounds.get(storeHash)?.offsetMs,
  }
}
