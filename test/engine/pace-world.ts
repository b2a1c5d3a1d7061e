import type { Answer } from '../../lib/core/answer.js'
import { asEpochMs } from '../../lib/core/time.js'
import { createPacer } from '../../lib/engine/pacer.js'
import { createSharePacer } from '../../lib/engine/share-pacer.js'
import { seededRandom, VirtualClock } from '../support/virtual-clock.js'

/**
 * Containers before one store, on virtual time: each takes up to ten messages of a queue, one call each, paced by production
 * code; another client shares the quota. Nobody knows more than what the store's headers say.
 */

/** `sweep` is our own reconciliation, paced by production code, which never comes to an end of its own. */
export type Neighbour = 'none' | 'steady' | 'bursts' | 'changing' | 'sweep'

export type PaceSettings = {
  containers: number
  neighbour: Neighbour
  requests: number
  seed: number
  waitMaxMs?: number
  /** `sliding`: a slot comes back every windowMs / limit, and the headers tell when the next one does. */
  store?: 'fixed' | 'sliding'
  latencyMs?: number
  /** How long the neighbour is at it already when the requests come. */
  headStartMs?: number
}

export type PaceResult = {
  /** Used of what was allowed, over the whole windows; and the same with the time between windows counted as lost. */
  used: number
  usedByClock: number
  calls: number
  refused: number
  neighbourCalls: number
  neighbourRefused: number
  deliveries: number
  wasted: number
  billedMs: number
  elapsedMs: number
  windows: number
  leastLeft: number
}

const limit = 150
const reserve = 15
const windowMs = 60_000
const batchMax = 10

type Window = { startedAt: number; own: number; other: number; taken: number; otherRefused: number }

class Store {
  readonly windows: Window[] = []
  refused = 0
  #tokens = limit
  #tokensAt: number

  constructor(
    readonly clock: VirtualClock,
    readonly kind: 'fixed' | 'sliding',
  ) {
    this.#tokensAt = clock.now()
  }

  window(): Window {
    const now = this.clock.now()
    const last = this.windows.at(-1)
    if (last !== undefined && now < last.startedAt + windowMs) return last
    const begun = { startedAt: now, own: 0, other: 0, taken: 0, otherRefused: 0 }
    this.windows.push(begun)
    return begun
  }

  take(who: 'own' | 'other'): { ok: boolean; remaining: number; resetsInMs: number } {
    const window = this.window()
    const now = this.clock.now()
    if (this.kind === 'sliding') {
      this.#tokens = Math.min(limit, this.#tokens + ((now - this.#tokensAt) * limit) / windowMs)
      this.#tokensAt = now
      const ok = this.#tokens >= 1
      if (ok) this.#tokens -= 1
      this.count(window, who, ok)
      const missing = 1 - (this.#tokens % 1)
      return { ok, remaining: Math.floor(this.#tokens), resetsInMs: (missing * windowMs) / limit }
    }
    const ok = window.taken < limit
    if (ok) window.taken += 1
    this.count(window, who, ok)
    return { ok, remaining: limit - window.taken, resetsInMs: window.startedAt + windowMs - now }
  }

  count(window: Window, who: 'own' | 'other', ok: boolean): void {
    if (ok) window[who] += 1
    else if (who === 'own') this.refused += 1
    else window.otherRefused += 1
  }
}

export async function simulatePace(settings: PaceSettings): Promise<PaceResult> {
  const clock = new VirtualClock(0)
  const random = seededRandom(settings.seed)
  const store = new Store(clock, settings.store ?? 'fixed')
  const latency = () => (settings.latencyMs ?? 100) * (0.5 + random.next())
  const queue = Array.from({ length: settings.requests }, () => ({ visibleAt: 0 }))
  const totals = { done: 0, calls: 0, deliveries: 0, wasted: 0, billedMs: 0, endedAt: 0, scarceAt: Infinity }
  const isDone = () => totals.done === settings.requests

  const callOnce = async (who: 'own' | 'other' = 'own'): Promise<Answer> => {
    await clock.sleep(latency() / 2)
    if (who === 'own') totals.calls += 1
    const { ok, remaining, resetsInMs } = store.take(who)
    await clock.sleep(latency() / 2)
    const quota = { limit, remaining, resetsInMs: Math.ceil(resetsInMs) }
    return ok
      ? { certainty: 'executed', meaning: 'success', message: '', quota }
      : { certainty: 'notExecuted', meaning: 'throttled', message: '', quota, waitMs: quota.resetsInMs }
  }

  const runContainer = async (startsAt: number) => {
    await clock.sleep(startsAt)
    const pacer = createPacer(
      { clock, random },
      {
        reserve: 0.1,
        delayScale: 1,
        ...(settings.waitMaxMs !== undefined && { waitMaxMs: settings.waitMaxMs }),
      },
    )
    const perform = async (message: { visibleAt: number }, latest: number) => {
      totals.deliveries += 1
      const admission = pacer.admit('abc', asEpochMs(latest))
      if ('until' in admission) {
        message.visibleAt = Math.ceil(admission.until / 1000) * 1000
        queue.push(message)
        return
      }
      await clock.sleep(8)
      for (;;) {
        const until = await pacer.enter('abc', asEpochMs(latest))
        if (until !== undefined) {
          totals.wasted += 1
          message.visibleAt = Math.ceil(until / 1000) * 1000
          queue.push(message)
          break
        }
        const answer = await callOnce()
        pacer.learn('abc', answer)
        if (answer.meaning === 'throttled') continue
        await clock.sleep(8)
        totals.done += 1
        if (settings.requests - totals.done === limit - reserve) totals.scarceAt = clock.now()
        break
      }
      admission.leave()
    }
    while (!isDone()) {
      const now = clock.now()
      const batch = queue.filter(({ visibleAt }) => visibleAt <= now).slice(0, batchMax)
      for (const message of batch) queue.splice(queue.indexOf(message), 1)
      if (batch.length === 0) {
        await clock.sleep(200)
        continue
      }
      await clock.sleep(10)
      await Promise.all(batch.map(message => perform(message, now + 20_000)))
      await clock.sleep(10)
      totals.billedMs += clock.now() - now
    }
    totals.endedAt = Math.max(totals.endedAt, clock.now())
  }

  const runSweep = async () => {
    const pacer = createSharePacer({ clock }, { reserve: 0.1, share: 1 / 3 })
    while (!isDone()) {
      const until = await pacer.enter('abc', asEpochMs(clock.now() + 20_000))
      if (until === undefined) pacer.learn('abc', await callOnce('other'))
      else await clock.sleep(until - clock.now())
    }
  }

  const runNeighbour = async () => {
    if (settings.neighbour === 'none') return
    if (settings.neighbour === 'sweep') return runSweep()
    const half = limit / 2
    while (!isDone()) {
      if (settings.neighbour === 'bursts') {
        await Promise.all(
          Array.from({ length: half / 3 }, async () => {
            await clock.sleep(latency() / 2)
            store.take('other')
          }),
        )
        await clock.sleep((windowMs / 3) * (0.6 + 0.8 * random.next()))
      } else {
        const share =
          settings.neighbour === 'steady'
            ? 0.5
            : [0.25, 0.75, 0.5, 0.05][Math.floor(clock.now() / (1.5 * windowMs)) % 4]
        store.take('other')
        await clock.sleep((windowMs / (limit * (share ?? 0.5))) * (0.9 + 0.2 * random.next()))
      }
    }
  }

  const work = [
    runNeighbour(),
    ...Array.from({ length: settings.containers }, () =>
      runContainer((settings.headStartMs ?? 0) + random.next() * 1_000),
    ),
  ]
  await clock.runUntil(isDone, 300_000)
  void work
  // Of the last two windows there may have been less to do than was allowed.
  const whole = store.windows.slice(0, -1).filter(({ startedAt }) => startedAt + windowMs < totals.scarceAt)
  const allowed = whole.map(({ other }) => Math.max(0, limit - reserve - other))
  const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0)
  const used =
    sum(whole.map(({ own }, index) => Math.min(own, allowed[index] ?? 0))) / Math.max(1, sum(allowed))
  const spanMs = (store.windows[whole.length]?.startedAt ?? 0) - (store.windows[0]?.startedAt ?? 0)
  return {
    used,
    usedByClock: (used * whole.length * windowMs) / Math.max(1, spanMs),
    calls: totals.calls,
    refused: store.refused,
    neighbourCalls: sum(store.windows.map(({ other, otherRefused }) => other + otherRefused)),
    neighbourRefused: sum(store.windows.map(({ otherRefused }) => otherRefused)),
    deliveries: totals.deliveries,
    wasted: totals.wasted,
    billedMs: totals.billedMs,
    elapsedMs: clock.now(),
    windows: store.windows.length,
    leastLeft: Math.min(...store.windows.map(({ taken }) => limit - taken)),
  }
}
