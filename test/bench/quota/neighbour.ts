import got from 'got'
import type { Clock, Random } from '../../../lib/core/time.js'

/** How the store's other client goes about its part of the quota. */
export type Habit = 'none' | 'steady' | 'bursts' | 'changing'
export const habits: Habit[] = ['none', 'steady', 'bursts', 'changing']

/** What each habit wants of a window, as shares of the limit: in turn, each for one and a half windows. */
const shares: Record<Habit, number[]> = {
  none: [],
  steady: [0.5],
  bursts: [0.5],
  changing: [0.25, 0.75, 0.5, 0.05],
}
const burstsPerWindow = 3

export type NeighbourOptions = {
  clock: Clock
  random: Random
  habit: Habit
  url: string
  headers: Record<string, string>
  quota: { limit: number; windowMs: number }
}

/** Reads payments with the same token until it is told to stop; it does not pace itself, whatever it is answered. */
export function startNeighbour(options: NeighbourOptions): { stop(): Promise<void> } {
  const { clock, random, habit, quota } = options
  const stopping = new AbortController()
  const isBurst = habit === 'bursts'
  const run = async () => {
    const startedAt = clock.now()
    const pending = new Set<Promise<unknown>>()
    for (let dueMs = 0; !stopping.signal.aborted && habit !== 'none'; ) {
      const turns = shares[habit]
      const share = turns[Math.floor(dueMs / (1.5 * quota.windowMs)) % turns.length] ?? 0.5
      const wanted = quota.limit * share
      for (let call = 0; call < (isBurst ? Math.round(wanted / burstsPerWindow) : 1); call += 1) {
        const reading: Promise<unknown> = readPayments(options).finally(() => pending.delete(reading))
        pending.add(reading)
      }
      const pauseMs = quota.windowMs / (isBurst ? burstsPerWindow : wanted)
      dueMs += pauseMs * (isBurst ? 0.6 + 0.8 * random.next() : 0.9 + 0.2 * random.next())
      await clock.sleep(Math.max(0, startedAt + dueMs - clock.now()), stopping.signal)
    }
    await Promise.all(pending)
  }
  const running = run()
  return {
    stop: () => {
      stopping.abort()
      return running
    },
  }
}

const readPayments = ({ url, headers }: NeighbourOptions): Promise<unknown> =>
  got(`${url}/payments?limit=1`, { headers, retry: { limit: 0 }, throwHttpErrors: false })
