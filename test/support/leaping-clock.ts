import { asEpochMs, type Clock } from '../../lib/core/time.js'

export type LeapingClock = Clock & { advance(ms: number): void; sleeps: number[] }

/** A clock on which nobody waits: a sleep moves time at once. It starts at 2026-11-22T08:00:00Z. */
export function createLeapingClock(startMs = 1_795_334_400_000): LeapingClock {
  let now = startMs
  const sleeps: number[] = []
  return {
    now: () => asEpochMs(now),
    sleep: async ms => {
      sleeps.push(ms)
      now += ms
    },
    advance: ms => {
      now += ms
    },
    sleeps,
  }
}
