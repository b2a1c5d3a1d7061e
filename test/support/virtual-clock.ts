import { asEpochMs, type Clock, type EpochMs, type Random } from '../../lib/core/time.js'

type Sleeper = { at: number; order: number; wake: () => void }

/** A clock that only `advance` and `runUntilIdle` move; sleepers wake in the order of their time, then of their arrival. */
export class VirtualClock implements Clock {
  #now: number
  #arrivals = 0
  #sleepers: Sleeper[] = []

  constructor(start: number) {
    this.#now = start
  }

  now(): EpochMs {
    return asEpochMs(this.#now)
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve()
    return new Promise(resolve => {
      const sleeper = { at: this.#now + Math.max(0, ms), order: this.#arrivals++, wake: resolve }
      this.#insert(sleeper)
      signal?.addEventListener('abort', () => {
        this.#sleepers = this.#sleepers.filter(other => other !== sleeper)
        resolve()
      })
    })
  }

  #insert(sleeper: Sleeper): void {
    let low = 0
    let high = this.#sleepers.length
    while (low < high) {
      const middle = (low + high) >> 1
      const other = this.#sleepers[middle]
      if (other !== undefined && other.at <= sleeper.at) low = middle + 1
      else high = middle
    }
    this.#sleepers.splice(low, 0, sleeper)
  }

  get sleepers(): number {
    return this.#sleepers.length
  }

  /** Wakes the next sleeper and lets everything that follows from it run; false when nobody sleeps. */
  async step(): Promise<boolean> {
    const next = this.#sleepers.shift()
    if (next === undefined) return false
    this.#now = Math.max(this.#now, next.at)
    next.wake()
    await settle()
    return true
  }

  /** Like `step`, but only for a sleeper due no later than `latest`. */
  async stepBefore(latest: number | undefined): Promise<boolean> {
    const next = this.#sleepers[0]
    if (next === undefined || (latest !== undefined && next.at > latest && latest > this.#now)) return false
    return this.step()
  }

  /** Steps until `isDone`, at most `stepsMax` times. */
  async runUntil(isDone: () => boolean, stepsMax = 100_000): Promise<void> {
    await settle()
    for (let steps = 0; !isDone(); steps += 1) {
      if (steps >= stepsMax) throw new Error(`not done after ${stepsMax} steps`)
      if (!(await this.step())) throw new Error('not done, and nothing is scheduled any more')
    }
  }

  /** Runs a promise to its end on virtual time. */
  async run<T>(work: Promise<T>): Promise<T> {
    let isOver = false
    const over = work.finally(() => {
      isOver = true
    })
    // Marked as handled here; the caller gets the rejection from the returned promise.
    over.catch(() => undefined)
    await this.runUntil(() => isOver)
    return over
  }

  moveTo(instant: EpochMs): void {
    this.#now = Math.max(this.#now, instant)
  }
}

/** Everything that is ready runs before a macrotask does. */
export const settle = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

/** mulberry32: a small seeded generator; the same seed always gives the same run. */
export function seededRandom(
  seed: number,
): Random & { chance(share: number): boolean; below(n: number): number } {
  let state = seed >>> 0
  let ids = 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  return {
    next,
    uuid: () => `id-${seed}-${ids++}`,
    chance: share => next() < share,
    below: n => Math.floor(next() * n),
  }
}
