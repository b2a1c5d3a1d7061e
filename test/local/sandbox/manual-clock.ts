import { asEpochMs, type Clock } from '../../../lib/core/time.js'

export type ManualClock = Clock & {
  /** Moves time and wakes the sleepers whose time has come. */
  advance(ms: number): void
  /** Resolves when somebody sleeps. */
  sleeperArrives(): Promise<void>
}

/** 2026-05-01T12:00:00Z, and it stays there until it is moved. */
export function createManualClock(startMs = 1_777_636_800_000): ManualClock {
  let now = startMs
  let sleepers: { wakeAt: number; wake: () => void }[] = []
  let announce: () => void = () => undefined
  const arrival = new Promise<void>(resolve => {
    announce = resolve
  })
  return {
    now: () => asEpochMs(now),
    sleep: (ms, signal) =>
      new Promise(wake => {
        sleepers.push({ wakeAt: now + ms, wake })
        signal?.addEventListener('abort', () => wake(), { once: true })
        announce()
      }),
    advance(ms) {
      now += ms
      const due = sleepers.filter(sleeper => sleeper.wakeAt <= now)
      sleepers = sleepers.filter(sleeper => sleeper.wakeAt > now)
      for (const { wake } of due) wake()
    },
    sleeperArrives: () => arrival,
  }
}
