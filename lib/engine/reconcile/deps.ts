import type { Rules } from '../../core/reconcile/rules.js'
import type { EpochMs } from '../../core/time.js'
import type { WebhookRules } from '../../core/webhook/webhook-rules.js'
import type { LookDeps } from '../look.js'
import type { Pacer } from '../pacer.js'
import type {
  Checkpoints,
  Clock,
  Credentials,
  DeadLetterPeek,
  DeadLetters,
  Ledger,
  LedgerHistory,
  Log,
  Metrics,
  OperationsQueue,
  Outcomes,
  PaymentsApi,
  Random,
  Reports,
  StoreHooks,
  StoreList,
} from '../ports.js'
import type { ServerClock } from '../server-clock.js'

export type ReconcileDeps = {
  clock: Clock
  random: Random
  log: Log
  metrics: Metrics
  ledger: Ledger & LedgerHistory
  api: PaymentsApi
  credentials: Credentials
  /** Reconciliation's own, with its share of the quota. */
  pacer: Pacer
  serverClock: ServerClock
  queue: Pick<OperationsQueue, 'send'>
  deadLetters: DeadLetters
  outcomes: Outcomes
  checkpoints: Checkpoints
  stores: StoreList
  letters: DeadLetterPeek
  reports: Reports
  storeHooks: StoreHooks
  /** `url`: where the stores send to; absent: their webhooks are not looked at. */
  webhooks: { url?: string; rules: WebhookRules }
  delayScale: number
  defaultStoreHash?: string
}

/** What the sweep of one store needs; made once a pass. */
export type SweepDeps = ReconcileDeps &
  LookDeps & {
    rules: Rules
    dryRun: boolean
    /** No call begins that could not be recorded before it. */
    deadline: EpochMs
    invocationEnd: EpochMs
  }

/** Why a sweep ends before it is done. */
export type Stop = { stopped: 'outOfTime' } | { stopped: 'notReached'; why: string }
