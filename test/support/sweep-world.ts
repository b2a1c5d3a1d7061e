import { finish, type LedgerEntry, openEntry, toUnknown } from '../../lib/core/ledger-entry.js'
import type { Report } from '../../lib/core/reconcile/finding.js'
import { defaultRules, type Rules } from '../../lib/core/reconcile/rules.js'
import type { OperationRequest } from '../../lib/core/request.js'
import { holdKeyOf } from '../../lib/core/request.js'
import { asEpochMs, type EpochMs } from '../../lib/core/time.js'
import { parseWebhookRules } from '../../lib/core/webhook/webhook-rules.js'
import { performBatch } from '../../lib/engine/perform-batch.js'
import type { PeekedLetter, ReportDetail } from '../../lib/engine/ports.js'
import type { ReconcileDeps } from '../../lib/engine/reconcile/deps.js'
import { type ReconcileOptions, reconcile } from '../../lib/engine/reconcile/reconcile.js'
import { ListedStore } from './listed-store.js'
import { MemoryCheckpoints } from './memory-checkpoints.js'
import { withHistory } from './memory-history.js'
import { MemoryHooks } from './memory-hooks.js'
import { World } from './world.js'

const minute = 60_000
export const allRules: Rules = {
  ...defaultRules,
  completedNotApplied: 'enqueue',
  refundedStillApplied: 'enqueue',
  orderStale: 'enqueue',
  leftBehind: 'enqueue',
  neverAttempted: 'enqueue',
  doubtSettled: 'settle',
}

/** The engine's world with a store that can be swept, for passes of reconciliation. */
export class SweepWorld {
  readonly world = new World()
  readonly clock = this.world.clock
  readonly store = new ListedStore(this.clock)
  readonly checkpoints = new MemoryCheckpoints(this.clock)
  readonly letters: PeekedLetter[] = []
  readonly hooks = new MemoryHooks()
  readonly told: ReportDetail[] = []

  readonly deps: ReconcileDeps = {
    ...this.world.deps,
    random: this.world.random,
    api: this.store,
    // No pacing: that is the share pacer's, which has tests of its own.
    pacer: {
      admit: () => ({ leave: () => undefined }),
      enter: async () => undefined,
      learn: () => undefined,
    },
    ledger: withHistory(this.world.ledger),
    queue: this.world.queue,
    checkpoints: this.checkpoints,
    stores: { list: async () => ['abc'] },
    storeHooks: this.hooks,
    // Nothing is known of webhooks but where a test says so.
    webhooks: { rules: parseWebhookRules(undefined, undefined) },
    letters: { peek: async () => [...this.letters] },
    reports: {
      completed: async detail => {
        this.told.push(detail)
        return true
      },
    },
  }

  pass(options: Partial<ReconcileOptions> = {}, deps = this.deps): Promise<Report> {
    const invocationEnd = asEpochMs(this.clock.now() + 10 * minute)
    const settings = { dryRun: false, rules: defaultRules, mode: 'full' as const, invocationEnd }
    return this.clock.run(reconcile(deps, { ...settings, ...options }))
  }

  /** Carries out what is on the queue. */
  async drain(): Promise<void> {
    while (this.world.queue.messages.length > 0) {
      const next = this.world.queue.nextVisibleAt()
      if (next !== undefined) this.clock.moveTo(asEpochMs(next))
      const batch = this.world.queue.receive(10)
      const end = asEpochMs(this.clock.now() + 30_000)
      const deps = { ...this.world.deps, random: this.world.random, api: this.store }
      const { batchItemFailures } = await this.clock.run(performBatch(deps, batch, end))
      const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))
      const done = batch.filter(({ messageId }) => !failed.has(messageId))
      this.world.queue.remove(done.map(({ receiptHandle }) => receiptHandle))
    }
  }

  /** An entry as the requests' function leaves it, `agoMs` before now. */
  entry(request: OperationRequest, agoMs = 10 * minute): LedgerEntry {
    const at = this.ago(agoMs)
    const lease = { owner: 'worker', until: asEpochMs(at + 30_000) }
    return openEntry(request, { source: 'sqs', requestedAt: at }, lease, at)
  }

  succeeded(request: OperationRequest, agoMs = 10 * minute, paymentId?: number): void {
    const ending = { effect: 'performed' as const, ...(paymentId !== undefined && { paymentId }) }
    this.put(finish(this.entry(request, agoMs), 'succeeded', ending, this.ago(agoMs)))
  }

  leftBehind(request: OperationRequest): void {
    this.put(this.entry(request))
  }

  /** A doubt for good, its payment held. */
  doubt(request: OperationRequest, agoMs = 10 * minute): void {
    const at = this.ago(agoMs)
    const unknown = toUnknown(this.entry(request, agoMs), at, at)
    const error = { code: 'IN_DOUBT' as const, message: 'no look settled it' }
    const entry = finish(unknown, 'inDoubt', { effect: 'unknown', error }, at)
    this.put({ ...entry, deadLetter: 'sent' })
    const holdKey = holdKeyOf(request)
    this.world.ledger.holders.set(holdKey, new Set([request.requestId]))
  }

  put(entry: LedgerEntry): void {
    const { storeHash, requestId } = entry.request
    this.world.ledger.rows.set(`${storeHash}#${requestId}`, { entry, by: 'worker' })
  }

  ago = (ms: number): EpochMs => asEpochMs(this.clock.now() - ms)

  /** Everything that a pass could have changed. */
  snapshot(): string {
    const { ledger, queue, outcomes, letters } = this.world
    return JSON.stringify([
      [...ledger.rows],
      [...ledger.holders].map(([key, holders]) => [key, [...holders]]),
      [...ledger.storeHolds],
      queue.messages,
      [...this.checkpoints.courses],
      [...this.checkpoints.pages],
      [...this.store.payments],
      [outcomes, letters, this.letters, this.told, this.store.effects],
    ])
  }
}

export const perform = (
  requestId: string,
  paymentId: number,
  operationCode: 0 | 1 | 2 | 3 = 0,
): OperationRequest => ({ requestId, storeHash: 'abc', type: 'performOperation', paymentId, operationCode })

/** A report without what differs from run to run: its times and its number of calls. */
export const gist = (report: Report): string[] =>
  report.stores.flatMap(({ findings }) =>
    findings.map(({ kind, paymentId, requestId, acted, actionRequestId, why }) =>
      [kind, paymentId, requestId, acted, actionRequestId, why].map(part => part ?? '-').join(' '),
    ),
  )
