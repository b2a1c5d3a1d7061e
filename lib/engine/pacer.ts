import type { Answer } from '../core/answer.js'
import { learnQuota } from '../core/learn-quota.js'
import { type StoreQuota, unknownQuota } from '../core/store-quota.js'
import { type Slot, takeSlot } from '../core/take-slot.js'
import { asEpochMs, type EpochMs } from '../core/time.js'
import type { Clock, Random } from './ports.js'

/**
 * Lets this container's calls to a store go when `core/take-slot.ts` says so; lives as long as the container. Who has to wait
 * stands in one line for each store, in the order of arrival, and each answer is looked at for what it teaches the first in it.
 */
export type Pacer = {
  /**
   * A request begins that will want to call the store: `leave` when it is done. Or the instant before which it is no use to
   * begin, so that it goes back to the queue with nothing written.
   */
  admit(storeHash: string, latest: EpochMs): Admission
  /** Resolves when a call may be made, which `learn` has to end; or with the instant before which none may. */
  enter(storeHash: string, latest: EpochMs): Promise<EpochMs | undefined>
  /** What came of a call that was let go, after how long; nothing, if it broke for a reason of our own. */
  learn(storeHash: string, answer: Answer | undefined, tookMs?: number): void
}

/** `isDown`: not because of the quota; the store gives no usable answers. */
export type Admission = { leave(): void } | { until: EpochMs; isDown?: boolean }

export type PacerSettings = {
  reserve: number
  delayScale: number
  /** The longest that is waited for the clock in the function; longer, and the request goes back to the queue. */
  waitMaxMs?: number
}

/** Above this a wait in the function costs more than a return to the queue: see docs/decisions/0004. */
export const defaultWaitMaxMs = 1_000

/** Containers that learnt the same end of a window begin the next one within this part of it. */
const wakeSpread = 0.01
/** What went back to the queue until the end of a window comes again within this part of the next. */
const returnSpread = 0.05

/** `latest` is when the call has to begin, `patientUntil` the last instant of the clock that is waited for. */
type Waiter = { latest: EpochMs; patientUntil: EpochMs; resolve(until: EpochMs | undefined): void }
type TimedSlot = Extract<Slot, { until: EpochMs }>

export function createPacer(deps: { clock: Clock; random: Random }, settings: PacerSettings): Pacer {
  const lines = new Map<string, Line>()
  const lineOf = (storeHash: string): Line => {
    const line = lines.get(storeHash) ?? new Line(deps, settings)
    lines.set(storeHash, line)
    return line
  }
  return {
    admit: (storeHash, latest) => lineOf(storeHash).admit(latest),
    enter: (storeHash, latest) => lineOf(storeHash).enter(latest),
    learn: (storeHash, answer, tookMs) => lineOf(storeHash).learn(answer, tookMs),
  }
}

/** The line before one store. */
class Line {
  #quota: StoreQuota = unknownQuota
  #waiters: Waiter[] = []
  /** Requests that were admitted and are not done. */
  #present = 0
  #alarm: AbortController | undefined

  constructor(
    readonly deps: { clock: Clock; random: Random },
    readonly settings: PacerSettings,
  ) {}

  admit(latest: EpochMs): Admission {
    // Those who are here already go first; what is left after them has to be enough for one more.
    const soon = Math.max(0, this.#present - this.#quota.underWay)
    const ahead = { ...this.#quota, underWay: this.#quota.underWay + soon }
    const slot = takeSlot(ahead, this.#now(), this.settings.reserve)
    if (!slot.granted && slot.waitsFor !== 'own' && slot.until > this.#patientUntil(latest)) {
      const isDown = slot.waitsFor === 'closed' && this.#quota.rests > 0
      return { until: this.#returnAt(slot), ...(isDown && { isDown }) }
    }
    this.#present += 1
    return {
      leave: () => {
        this.#present -= 1
      },
    }
  }

  enter(latest: EpochMs): Promise<EpochMs | undefined> {
    return new Promise(resolve => {
      this.#waiters.push({ latest, patientUntil: this.#patientUntil(latest), resolve })
      this.#advance()
    })
  }

  learn(answer: Answer | undefined, tookMs = 0): void {
    const taught = { ...(answer ?? { meaning: 'broken' }), tookMs }
    const { delayScale } = this.settings
    this.#quota = learnQuota(this.#quota, taught, this.#now(), this.deps.random.next(), delayScale)
    this.#advance()
  }

  /** Lets go whoever may, sends away whoever would wait too long, and wakes up again for the others. */
  #advance(): void {
    this.#alarm?.abort()
    this.#alarm = undefined
    for (;;) {
      const [first] = this.#waiters
      if (first === undefined) return
      const now = this.#now()
      const slot = takeSlot(this.#quota, now, this.settings.reserve)
      // What a call under way teaches may be enough for those who wait.
      if (!slot.granted && (slot.waitsFor === 'own' || slot.waitsFor === 'look')) return
      if (!slot.granted) {
        this.#await(slot)
        return
      }
      this.#waiters.shift()
      if (now <= first.latest) this.#quota = slot.quota
      first.resolve(now <= first.latest ? undefined : now)
    }
  }

  #await(slot: TimedSlot): void {
    const gone = this.#waiters.filter(({ patientUntil }) => slot.until > patientUntil)
    this.#waiters = this.#waiters.filter(({ patientUntil }) => slot.until <= patientUntil)
    for (const { resolve } of gone) resolve(this.#returnAt(slot))
    if (this.#waiters.length === 0) return
    const alarm = new AbortController()
    this.#alarm = alarm
    const { signal } = alarm
    const spreadMs = slot.waitsFor === 'kept' ? 0 : wakeSpread * (this.#quota.windowMs ?? 0)
    const waitMs = slot.until - this.#now() + Math.ceil(spreadMs * this.deps.random.next())
    void this.deps.clock.sleep(waitMs, signal).then(() => {
      if (!signal.aborted) this.#advance()
    })
  }

  /** Spread, for whoever is sent away now would otherwise come back at once: over what is left of a window, or the beginning of the next. */
  #returnAt({ waitsFor, until, windowEnd }: TimedSlot): EpochMs {
    const longest = Math.max(this.#quota.windowMs ?? 0, until - this.#now())
    const isWithin = waitsFor === 'kept' || waitsFor === 'look'
    const spreadMs = isWithin ? windowEnd - until : returnSpread * longest
    return asEpochMs(Math.ceil(until + spreadMs * this.deps.random.next()))
  }

  #patientUntil(latest: EpochMs): EpochMs {
    const { waitMaxMs = defaultWaitMaxMs, delayScale } = this.settings
    return asEpochMs(Math.min(latest, this.#now() + waitMaxMs * delayScale))
  }

  #now(): EpochMs {
    return this.deps.clock.now()
  }
}
