import * as z from 'zod/mini'
import type { ApiCall } from '../../lib/core/api-call.js'
import type { MetricName } from '../../lib/core/metrics.js'
import { type Outcome, outcomeSchema } from '../../lib/core/outcome-schema.js'
import { asEpochMs } from '../../lib/core/time.js'
import { createPacer } from '../../lib/engine/pacer.js'
import { type BatchAnswer, type BatchDeps, performBatch } from '../../lib/engine/perform-batch.js'
import type { CredentialsResult, DeadLetter, Incoming, Log, Metrics } from '../../lib/engine/ports.js'
import { createServerClock } from '../../lib/engine/server-clock.js'
import { accessFor, FakeStore, type Trouble } from './fake-store.js'
import { MemoryLedger } from './memory-ledger.js'
import { MemoryQueue } from './memory-queue.js'
import { seededRandom, VirtualClock } from './virtual-clock.js'

export const worldStart = Date.parse('2026-11-22T08:00:00.000Z')
export const functionTimeoutMs = 30_000

export type WorldSettings = {
  seed?: number
  /** Troubles of the writes, in turn; afterwards none. */
  writes?: Trouble[]
  /** Troubles of the looks, in turn; afterwards none. */
  looks?: Trouble[]
  clockOffsetMs?: number
  listLagMs?: number
}

export type LogLine = { level: string; message: string; fields: Record<string, unknown> }

/** Everything around the engine, in memory and on virtual time: the store `abc`, the queue, the ledger, bus and DLQ. */
export class World {
  readonly clock = new VirtualClock(worldStart)
  readonly random
  readonly ledger = new MemoryLedger()
  readonly queue = new MemoryQueue(this.clock, 6 * functionTimeoutMs)
  readonly store: FakeStore
  readonly outcomes: Outcome[] = []
  readonly letters: DeadLetter[] = []
  readonly logged: LogLine[] = []
  /** What was added to each metric. */
  readonly metered = new Map<MetricName, number[]>()
  /** What Secrets Manager holds for the store; undefined: nothing. */
  secret: { token: string; version: string } | undefined = { token: 'token-1', version: 'v1' }
  #cached: { token: string; version: string } | undefined

  constructor(settings: WorldSettings = {}) {
    this.random = seededRandom(settings.seed ?? 1)
    const writes = [...(settings.writes ?? [])]
    const looks = [...(settings.looks ?? [])]
    this.store = new FakeStore({
      clock: this.clock,
      trouble: (call: ApiCall) => (call.method === 'GET' ? looks : writes).shift() ?? 'none',
      latencyMs: () => 100,
      clockOffsetMs: settings.clockOffsetMs ?? 0,
      listLagMs: settings.listLagMs ?? 3_000,
      token: 'token-1',
    })
  }

  readonly deps: BatchDeps = this.#createDeps()

  #createDeps(): BatchDeps {
    const world = this
    return {
      clock: this.clock,
      get random() {
        return world.random
      },
      log: this.#createLog(),
      metrics: this.#createMetrics(),
      ledger: this.ledger,
      get api() {
        return world.store
      },
      credentials: { get: () => this.#credentials(false), refresh: () => this.#credentials(true) },
      pacer: createPacer(
        { clock: this.clock, random: { next: () => 0.5, uuid: () => '' } },
        { reserve: 0.1, delayScale: 1 },
      ),
      serverClock: createServerClock(this.clock),
      queue: this.queue,
      deadLetters: {
        send: async letters => {
          this.letters.push(...letters)
          return letters.map(() => true)
        },
      },
      outcomes: {
        publish: async outcomes => {
          // What leaves has to be what docs/schemas promises, in every test.
          this.outcomes.push(...outcomes.map(outcome => z.parse(outcomeSchema, outcome)))
          return outcomes.map(() => true)
        },
      },
      delayScale: 1,
      defaultStoreHash: 'abc',
    }
  }

  async #credentials(isRefresh: boolean): Promise<CredentialsResult> {
    if (isRefresh || this.#cached === undefined) this.#cached = this.secret
    if (this.#cached === undefined) return { usable: false, message: 'the secret payops/abc does not exist' }
    const { token, version } = this.#cached
    return { usable: true, access: accessFor('abc', token), version }
  }

  #createLog(): Log {
    const at = (level: string) => (message: string, fields: Record<string, unknown>) => {
      this.logged.push({ level, message, fields })
    }
    return { info: at('info'), warn: at('warn'), error: at('error') }
  }

  #createMetrics(): Metrics {
    const add = (name: MetricName, value = 1) =>
      void this.metered.set(name, [...(this.metered.get(name) ?? []), value])
    return { add, flush: () => undefined }
  }

  /** The sum of what was added to a metric. */
  counted(name: MetricName): number {
    return (this.metered.get(name) ?? []).reduce((sum, value) => sum + value, 0)
  }

  /** Puts a request on the queue, in the group of its payment unless another is given. */
  ask(
    request: object,
    options: { groupId?: string; attributes?: Record<string, string>; id?: string } = {},
  ): string {
    const { paymentId, payment } = request as { paymentId?: unknown; payment?: { externalId?: string } }
    const groupId = options.groupId ?? `abc:${paymentId ?? payment?.externalId ?? 'none'}`
    return this.queue.put(JSON.stringify(request), groupId, options.attributes, options.id)
  }

  /** One invocation with what the queue gives now; what was done leaves the queue. */
  async deliver(most = 10): Promise<{ batch: Incoming[]; answer: BatchAnswer }> {
    const batch = this.queue.receive(most)
    const end = asEpochMs(this.clock.now() + functionTimeoutMs)
    const answer = await this.clock.run(performBatch(this.deps, batch, end))
    const failed = new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))
    this.queue.remove(
      batch.filter(({ messageId }) => !failed.has(messageId)).map(({ receiptHandle }) => receiptHandle),
    )
    return { batch, answer }
  }

  /** Delivers, and moves the clock to the next visible message, until the queue is empty. */
  async drain(deliveriesMax = 500): Promise<void> {
    for (let deliveries = 0; this.queue.messages.length > 0; deliveries += 1) {
      if (deliveries >= deliveriesMax)
        throw new Error(`the queue is not empty after ${deliveriesMax} deliveries`)
      const next = this.queue.nextVisibleAt()
      if (next !== undefined) this.clock.moveTo(asEpochMs(next))
      await this.deliver()
    }
  }

  outcomeOf(requestId: string): Outcome | undefined {
    return this.outcomes.findLast(outcome => outcome.requestId === requestId)
  }

  /** What the store executed, as `by what payment`. */
  effects(): string[] {
    return this.store.history.map(({ by, what, paymentId }) => `${by}: ${what} ${paymentId}`)
  }
}
