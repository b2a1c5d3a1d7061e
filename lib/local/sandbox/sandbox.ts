import type { Clock, EpochMs } from '../../core/time.js'
import type { StoreTokens } from './credentials.js'
import type { FaultName, PlannedFault } from './faults.js'
import type { Delivery, Hook } from './hooks/hook.js'
import type { OrderNews } from './hooks/order-event.js'
import type { Invoice, Order, Payment } from './payment.js'
import type { QuotaRule } from './quota.js'
import type { StoreSeed } from './store-seed.js'

export type SandboxOptions = {
  clock: Clock
  /** Absent or 0: any free port of 127.0.0.1. */
  port?: number
  /** Where the journal is kept, so that the store survives a kill at any moment. Absent: memory only. */
  directory?: string
  stores: StoreSeed[]
  /** For each store; 150 calls in 60 s, as published, when absent. */
  quota?: QuotaRule
  /** Random misbehaviour: the share of calls that is hit, and the seed that says which and how. */
  faults?: { rate: number; seed: number }
  /** Multiplies the sandbox's own delays: slow answers, list lag, the waits that throttled answers ask for. */
  timeScale?: number
  /** How late a slow answer comes: longer than a client waits. */
  slowMs?: number
  /** How long a new payment is missing from the list. */
  listLagMs?: number
  /** From how many failed webhooks in two minutes a destination is judged by its success; 100 when absent. */
  blockFromFailures?: number
}

export type EffectType =
  | 'performOperation'
  | 'updateProcessingStatus'
  | 'createOfflinePayment'
  | 'updateOfflinePayment'
  | 'deletePayment'

/** A write that the store carried out, whether or not its answer arrived anywhere. */
export type Effect = {
  at: EpochMs
  storeHash: string
  paymentId: number
  type: EffectType
  operationCode?: 0 | 1 | 2 | 3
  processingStatus?: number
  externalId?: string
  total?: { code: string; value: string }
  /** False where an absolute or a refresh write found everything as wanted already. */
  changed: boolean
}

/** A request that was received. `status` is undefined when no answer went out (yet). */
export type Call = {
  at: EpochMs
  /** Undefined where the credentials do not say. */
  storeHash: string | undefined
  method: string
  /** Below the base URL, with its query. */
  path: string
  status: number | undefined
  fault: FaultName | undefined
}

export type Sandbox = {
  /** The base URL of the API, without a slash at its end. */
  url: string
  /** Where the store's own API is, which registers webhooks; `/stores/{hash}/v3/hooks` below it. */
  storeApiUrl: string
  /** Every write that was executed, in order, those before a restart included: the judge of "exactly once". */
  effects(): Effect[]
  calls(): Call[]
  payment(storeHash: string, paymentId: number): Payment | undefined
  payments(storeHash: string): Payment[]
  invoice(storeHash: string, invoiceId: number): Invoice | undefined
  quotaLeft(storeHash: string): { remaining: number; limit: number; resetsInMs: number }
  /** The next call or calls that match behave badly. */
  misbehave(fault: PlannedFault): void
  /** The kinds of token that are named change; the ones before are refused from now on. */
  rotateToken(storeHash: string, next: StoreTokens): void
  /** A person edits the payment in the control panel: `updatedAt` moves, balances follow, no effect is counted. */
  changeByHand(storeHash: string, paymentId: number, change: Partial<Omit<Payment, 'id'>>): void
  /**
   * The order moves on; its payments follow at the next pull. Whoever has registered for it is told by a webhook, whose hash is
   * returned, in as many copies as are asked for.
   */
  changeOrder(storeHash: string, order: Order, told?: { news?: OrderNews; copies?: number }): string
  hooks(storeHash: string): Hook[]
  /** Every attempt to deliver a webhook, in order, and what became of it: nothing is dropped in silence. */
  deliveries(): Delivery[]
  /** Webhooks are signed with this client secret from now on. */
  rotateWebhookSecret(storeHash: string, secret: string): void
  stop(): Promise<void>
}
