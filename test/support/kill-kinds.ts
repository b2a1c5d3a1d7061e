import { offlineModule } from '../../lib/local/sandbox/payment.js'
import type {
  Effect,
  OrderSeed,
  Payment,
  PaymentSeed,
  StoreSeed,
} from '../../lib/local/sandbox/start-sandbox.js'

/** What is asked in a trial: one request of each type and code, and one that the API refuses, on a payment of its own. */
export type Kind = {
  name: string
  /** Without the requestId, which each trial has of its own. */
  ask(paymentId: number): Record<string, unknown>
  /** Beyond a completed payment that is not applied; a create has none to begin with. */
  seed?: Partial<PaymentSeed>
  order?: Omit<OrderSeed, 'id'>
  writes: Pick<Effect, 'type' | 'operationCode'>
  /** How many effects that changed anything there may be. */
  changes: number[]
  /** Absolute or a refresh: it may be sent again where no look can tell, and then finds everything as wanted. */
  repeatable?: boolean
  /** `<status> <effect>` of the outcomes that can be true. */
  endings: string[]
  /** Whether the store's payment is as the request wants it; for operation 3 nobody can say. */
  isDone?(payment: Payment | undefined): boolean
}

const invoiceId = 1
const lineItems = [{ invoiceId, amount: '20.00' }]
const offlinePayment = { lineItems, currency: 'USD', details: { memo: 'Check 4711' }, customerId: '6041' }
const operation = (operationCode: 0 | 1 | 2 | 3) => ({
  ask: (paymentId: number) => ({ paymentId, operationCode }),
  writes: { type: 'performOperation' as const, operationCode },
})
const done = ['succeeded performed', 'succeeded confirmed']

export const kinds: Kind[] = [
  {
    name: 'apply',
    ...operation(0),
    changes: [1],
    endings: done,
    isDone: payment => payment?.appliedStatus === 1,
  },
  {
    name: 'revert',
    ...operation(1),
    seed: { appliedStatus: 1 },
    changes: [1],
    endings: done,
    isDone: payment => payment?.appliedStatus === 0,
  },
  {
    name: 'pull',
    ...operation(2),
    seed: { appliedStatus: 1 },
    order: { fundingStatus: 3 },
    changes: [1],
    repeatable: true,
    endings: ['succeeded performed'],
    isDone: payment => payment?.fundingStatus === 3,
  },
  {
    name: 'operation 3',
    ...operation(3),
    seed: { allowedOperations: [0, 3] },
    changes: [0, 1],
    endings: ['succeeded performed', 'inDoubt unknown'],
  },
  {
    name: 'status',
    ask: paymentId => ({ type: 'updateProcessingStatus', paymentId, processingStatus: 2 }),
    writes: { type: 'updateProcessingStatus' },
    changes: [1],
    repeatable: true,
    endings: done,
    isDone: payment => payment?.processingStatus === 2,
  },
  {
    name: 'create',
    ask: () => ({ type: 'createOfflinePayment', payment: offlinePayment }),
    writes: { type: 'createOfflinePayment' },
    changes: [1],
    endings: done,
    isDone: payment => payment?.details.memo === 'Check 4711',
  },
  {
    name: 'update',
    ask: paymentId => ({ type: 'updateOfflinePayment', paymentId, payment: offlinePayment }),
    seed: { moduleName: offlineModule, appliedStatus: 1 },
    writes: { type: 'updateOfflinePayment' },
    changes: [1],
    repeatable: true,
    endings: done,
    isDone: payment => payment?.details.memo === 'Check 4711',
  },
  {
    name: 'delete',
    ask: paymentId => ({ type: 'deletePayment', paymentId }),
    writes: { type: 'deletePayment' },
    changes: [1],
    endings: done,
    isDone: payment => payment === undefined,
  },
  {
    name: 'apply that the API refuses',
    ...operation(0),
    seed: { processingStatus: 1 },
    changes: [0],
    endings: ['failed none'],
    isDone: payment => payment?.appliedStatus === 0,
  },
]

export const isCreate = ({ writes }: Kind): boolean => writes.type === 'createOfflinePayment'

/** More payments than any kind has trials. */
const paymentsOfKind = 1_000
/** The payment of a kind's trial, counted from 0: no two trials share one. */
export const paymentIdOf = (kind: Kind, trial: number): number =>
  (kinds.indexOf(kind) + 1) * paymentsOfKind + trial

/** A store with the payments of every kind, for so many trials of each. */
export function seedKinds(trials: number): Omit<StoreSeed, 'storeHash'> {
  const each = kinds
    .filter(kind => !isCreate(kind))
    .flatMap(kind => Array.from({ length: trials }, (_, trial) => ({ kind, id: paymentIdOf(kind, trial) })))
  return {
    payments: each.map(({ kind, id }) => ({
      id,
      currency: 'USD',
      lineItems,
      memo: 'as it was',
      ...(kind.order && { orderId: id }),
      ...kind.seed,
    })),
    orders: each.flatMap(({ kind, id }) => (kind.order ? [{ id, ...kind.order }] : [])),
    invoices: [{ id: invoiceId, currency: 'USD', originalBalance: '1000000.0000' }],
  }
}
