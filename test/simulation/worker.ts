import { Unavailable } from '../../lib/core/errors.js'
import { asEpochMs } from '../../lib/core/time.js'
import { createPacer } from '../../lib/engine/pacer.js'
import { type BatchDeps, performBatch } from '../../lib/engine/perform-batch.js'
import { createServerClock } from '../../lib/engine/server-clock.js'
import type { World } from '../support/world.js'
import { functionTimeoutMs } from '../support/world.js'

/** What happens to one port call of a worker. `crash…`: the worker is gone at that moment and never hears of it. */
export type PortFault = 'none' | 'failBefore' | 'failAfter' | 'crashBefore' | 'crashAfter' | 'slow'

export type PortCall = { worker: string; port: string; index: number }

export type WorkerSettings = {
  world: World
  name: string
  /** Decides the fault of each port call, and hears of each. */
  faultOf: (call: PortCall) => PortFault
  /** Wraps the deps for a deliberately broken variant. */
  break?: (deps: BatchDeps, worker: Worker) => BatchDeps
  /** The broken variant that deletes messages before it carries them out. */
  acknowledgesFirst?: boolean
  onAcknowledge: (receiptHandles: string[]) => void
}

const latencyMs = 10
const slowMs = 4_000

/**
 * A Lambda container: takes a batch, carries it out with production code, deletes what was done. Each of its port calls may
 * be delayed, fail before or after it took effect, or be the last thing that the container ever did.
 */
export class Worker {
  isAlive = true
  isBusy = false
  #calls = 0
  readonly deps: BatchDeps

  constructor(readonly settings: WorkerSettings) {
    const plain = this.#createDeps()
    this.deps = settings.break?.(plain, this) ?? plain
  }

  /** One invocation. Never rejects; after a crash it never returns, as nothing of the container does. */
  async invoke(): Promise<void> {
    const { world, acknowledgesFirst } = this.settings
    const batch = world.queue.receive(10)
    if (batch.length === 0) return
    this.isBusy = true
    const handles = batch.map(({ receiptHandle }) => receiptHandle)
    if (acknowledgesFirst === true) this.#acknowledge(handles)
    const end = asEpochMs(world.clock.now() + functionTimeoutMs)
    // Lambda's time-out: the container is killed, whatever it is doing.
    const over = new AbortController()
    void world.clock.sleep(functionTimeoutMs, over.signal).then(() => {
      if (!over.signal.aborted) this.crash()
    })
    const { batchItemFailures } = await performBatch(this.deps, batch, end)
    over.abort()
    if (!this.isAlive) return this.#neverReturn()
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))
    this.#acknowledge(
      batch.filter(({ messageId }) => !failed.has(messageId)).map(({ receiptHandle }) => receiptHandle),
    )
    this.isBusy = false
  }

  crash(): void {
    this.isAlive = false
  }

  #acknowledge(handles: string[]): void {
    this.settings.onAcknowledge(handles)
    this.settings.world.queue.remove(handles)
  }

  #neverReturn(): Promise<never> {
    return new Promise(() => undefined)
  }

  /** Every way out of the worker goes through here. */
  async #pass<T>(
    port: string,
    call: () => Promise<T>,
    onFault: () => T,
    takePart?: (kept: number) => Promise<T>,
    items = 0,
  ): Promise<T> {
    const { world, name, faultOf } = this.settings
    if (!this.isAlive) return this.#neverReturn()
    const fault = faultOf({ worker: name, port, index: this.#calls++ })
    if (fault === 'crashBefore') this.crash()
    // A batch of which the service takes only the first: each entry has an answer of its own.
    if (fault === 'failBefore' && takePart !== undefined && items > 1) return takePart(items - 1)
    if (fault === 'failBefore' || fault === 'crashBefore') return this.#end(onFault)
    await world.clock.sleep(fault === 'slow' ? slowMs : latencyMs)
    if (!this.isAlive) return this.#neverReturn()
    const result = await call()
    if (fault === 'crashAfter') this.crash()
    if (fault === 'failAfter' || fault === 'crashAfter') return this.#end(onFault)
    return this.isAlive ? result : this.#neverReturn()
  }

  async #end<T>(onFault: () => T): Promise<T> {
    await this.settings.world.clock.sleep(latencyMs)
    return this.isAlive ? onFault() : this.#neverReturn()
  }

  #createDeps(): BatchDeps {
    const { world } = this.settings
    const { ledger, store, queue, deps } = world
    const unavailable = (what: string) => () => {
      throw new Unavailable(`${what} did not answer`)
    }
    return {
      ...deps,
      clock: {
        now: () => world.clock.now(),
        sleep: async (ms, signal) => {
          await world.clock.sleep(ms, signal)
          if (!this.isAlive) await this.#neverReturn()
        },
      },
      random: world.random,
      serverClock: createServerClock(world.clock),
      pacer: createPacer({ clock: world.clock, random: world.random }, { reserve: 0.1, delayScale: 1 }),
      ledger: {
        readHolds: (a, b) =>
          this.#pass('ledger.readHolds', () => ledger.readHolds(a, b), unavailable('the ledger')),
        claim: (entry, by) =>
          this.#pass('ledger.claim', () => ledger.claim(entry, by), unavailable('the ledger')),
        read: (a, b) => this.#pass('ledger.read', () => ledger.read(a, b), unavailable('the ledger')),
        save: (entry, by) =>
          this.#pass('ledger.save', () => ledger.save(entry, by), unavailable('the ledger')),
        makersOf: (a, b) =>
          this.#pass('ledger.makersOf', () => ledger.makersOf(a, b), unavailable('the ledger')),
        holdPayment: (a, b) =>
          this.#pass('ledger.holdPayment', () => ledger.holdPayment(a, b), unavailable('the ledger')),
        releasePayment: (a, b) =>
          this.#pass('ledger.releasePayment', () => ledger.releasePayment(a, b), unavailable('the ledger')),
        saveStoreHold: hold =>
          this.#pass('ledger.saveStoreHold', () => ledger.saveStoreHold(hold), unavailable('the ledger')),
        listOpen: () => ledger.listOpen(),
      },
      api: {
        call: async (call, access, timeoutMs) => {
          const answer = await this.#pass(
            call.method === 'GET' ? 'api.look' : 'api.write',
            () => store.call(call, access, timeoutMs),
            () => ({
              certainty: 'unknown' as const,
              meaning: 'lost' as const,
              message: 'the connection broke',
            }),
          )
          // What the store answered is one thing, what reached the worker another: the judge goes by the latter.
          const made = store.calls.find(other => other.answer === answer)
          if (made !== undefined) made.isHeard = true
          return answer
        },
      },
      credentials: {
        get: storeHash =>
          this.#pass(
            'credentials.get',
            () => deps.credentials.get(storeHash),
            unavailable('Secrets Manager'),
          ),
        refresh: (storeHash, version) =>
          this.#pass(
            'credentials.refresh',
            () => deps.credentials.refresh(storeHash, version),
            unavailable('Secrets Manager'),
          ),
      },
      queue: {
        delay: items => this.#pass('queue.delay', () => queue.delay(items), unavailable('the queue')),
      },
      deadLetters: {
        send: letters =>
          this.#pass(
            'deadLetters.send',
            () => deps.deadLetters.send(letters),
            () => letters.map(() => false),
            kept =>
              deps.deadLetters.send(letters.slice(0, kept)).then(() => letters.map((_, at) => at < kept)),
            letters.length,
          ),
      },
      outcomes: {
        publish: outcomes =>
          this.#pass(
            'outcomes.publish',
            () => deps.outcomes.publish(outcomes),
            () => outcomes.map(() => false),
            kept =>
              deps.outcomes.publish(outcomes.slice(0, kept)).then(() => outcomes.map((_, at) => at < kept)),
            outcomes.length,
          ),
      },
    }
  }
}
