import type { MetricName } from '../../lib/core/metrics.js'
import { asEpochMs } from '../../lib/core/time.js'
import { type Webhook, writeIntake } from '../../lib/core/webhook/webhook.js'
import { parseWebhookRules } from '../../lib/core/webhook/webhook-rules.js'
import { createPacer } from '../../lib/engine/pacer.js'
import { type BatchDeps, performBatch } from '../../lib/engine/perform-batch.js'
import type { CredentialsResult, DeadLetter, Incoming } from '../../lib/engine/ports.js'
import { createServerClock } from '../../lib/engine/server-clock.js'
import { type ResolverDeps, resolveWebhooks } from '../../lib/engine/webhook/resolve-webhooks.js'
import { accessFor } from './fake-store.js'
import { FifoQueue } from './fifo-queue.js'
import { MemoryLedger } from './memory-ledger.js'
import { MemoryWatches } from './memory-watches.js'
import { OrderStore } from './order-store.js'
import { createRecordedLog } from './recorded-log.js'
import { seededRandom, VirtualClock } from './virtual-clock.js'

export const worldStart = Date.parse('2026-11-22T08:00:00.000Z')
const invocationMs = 30_000

/** From the intake queue to the store, in memory and on virtual time. */
export class WebhookWorld {
  readonly clock = new VirtualClock(worldStart)
  readonly random
  readonly ledger = new MemoryLedger()
  readonly watches = new MemoryWatches(this.clock)
  readonly store = new OrderStore(this.clock)
  readonly intake = new FifoQueue(this.clock, { delayMs: 10_000, visibilityMs: 180_000 })
  readonly operations = new FifoQueue(this.clock, { delayMs: 0, visibilityMs: 180_000 })
  readonly letters: DeadLetter[] = []
  readonly log = createRecordedLog()
  readonly metered = new Map<MetricName, number>()
  readonly outcomes: unknown[] = []
  /** By store; absent: there is no secret. */
  readonly secrets = new Map([['abc', 'token-1']])

  constructor(seed = 1) {
    this.random = seededRandom(seed)
    this.resolver = this.#createResolver()
    this.performer = this.#createPerformer()
  }

  /** What both functions have in common. */
  #shared() {
    const { clock, random, log, ledger, store } = this
    const credentials = async (storeHash: string): Promise<CredentialsResult> => {
      const token = this.secrets.get(storeHash)
      if (token === undefined)
        return { usable: false, message: `the secret payops/${storeHash} does not exist` }
      return { usable: true, access: accessFor(storeHash, token), version: token }
    }
    return {
      clock,
      random,
      log,
      ledger,
      api: store,
      metrics: {
        add: (name: MetricName, value = 1) =>
          void this.metered.set(name, (this.metered.get(name) ?? 0) + value),
        flush: () => undefined,
      },
      credentials: { get: credentials, refresh: credentials },
      pacer: createPacer({ clock, random }, { reserve: 0.1, delayScale: 1 }),
      serverClock: createServerClock(clock),
      deadLetters: {
        send: async (letters: DeadLetter[]) => {
          this.letters.push(...letters)
          return letters.map(() => true)
        },
      },
      delayScale: 1,
    }
  }

  readonly resolver: ResolverDeps
  readonly performer: BatchDeps

  #createResolver(): ResolverDeps {
    const { watches, intake, operations } = this
    const rules = parseWebhookRules(undefined, undefined)
    return { ...this.#shared(), watches, operations, queue: intake, rules }
  }

  #createPerformer(): BatchDeps {
    const outcomes = {
      publish: async (told: unknown[]) => {
        this.outcomes.push(...told)
        return told.map(() => true)
      },
    }
    return { ...this.#shared(), queue: this.operations, outcomes }
  }

  counted(name: MetricName): number {
    return this.metered.get(name) ?? 0
  }

  /** As the door puts it there. */
  async hear(fields: Partial<Webhook> = {}): Promise<Webhook> {
    const webhook = {
      scope: 'store/order/statusUpdated',
      storeHash: 'abc',
      orderId: '250',
      hash: `h${this.random.uuid()}`,
      createdAt: Math.floor(this.clock.now() / 1000),
      ...fields,
    }
    const { storeHash, orderId, hash } = webhook
    await this.intake.send({
      body: writeIntake(webhook),
      groupId: `${storeHash}:order:${orderId}`,
      deduplicationId: hash,
    })
    return webhook
  }

  /** One invocation of the resolver with what the intake gives now; the answer of one that was killed is never heard. */
  async resolve(deps: ResolverDeps = this.resolver, isKilled = () => false): Promise<Incoming[]> {
    const batch = this.intake.receive()
    if (batch.length === 0) return batch
    const { batchItemFailures } = await resolveWebhooks(deps, batch, this.#end())
    if (!isKilled()) this.intake.settle(batch, batchItemFailures)
    return batch
  }

  async perform(): Promise<Incoming[]> {
    const batch = this.operations.receive()
    if (batch.length === 0) return batch
    const { batchItemFailures } = await performBatch(this.performer, batch, this.#end())
    this.operations.settle(batch, batchItemFailures)
    return batch
  }

  /** Until both queues are empty. */
  async drain(deliveriesMax = 500): Promise<void> {
    for (let deliveries = 0; this.intake.size + this.operations.size > 0; deliveries += 1) {
      if (deliveries >= deliveriesMax) throw new Error(`not empty after ${deliveriesMax} deliveries`)
      const next = [this.intake.nextVisibleAt(), this.operations.nextVisibleAt()].filter(
        at => at !== undefined,
      )
      this.clock.moveTo(asEpochMs(Math.min(...next)))
      await this.clock.run(Promise.all([this.resolve(), this.perform()]))
    }
  }

  #end() {
    return asEpochMs(this.clock.now() + invocationMs)
  }
}
