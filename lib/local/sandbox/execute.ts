import type { EpochMs } from '../../core/time.js'
import { type Answer, refusals, succeed } from './answers.js'
import type { Route } from './find-route.js'
import { listInvoices } from './list-invoices.js'
import { listPayments } from './list-payments.js'
import type { Payment } from './payment.js'
import { readOperations, readTransactions } from './read-payment.js'
import type { StoreState } from './store-state.js'
import { deletePayment, performOperation, updateProcessingStatus, type Write } from './write.js'
import { createOfflinePayment, updateOfflinePayment } from './write-offline.js'

export type Execution = {
  route: Route
  query: URLSearchParams
  body: { body: Record<string, unknown>; refusal?: never } | { body?: never; refusal: Answer }
  now: EpochMs
  listLagMs: number
}

const bodyWrites = { performOperation, updateProcessingStatus, updateOfflinePayment } as const
const reads = {
  getPayment: (payment: Payment) => succeed(payment),
  getOperations: readOperations,
  listTransactions: readTransactions,
} as const

/** What the store makes of a request. Nothing is changed yet: a write comes back as a change that the caller keeps. */
export function execute(store: StoreState, { route, query, body, now, listLagMs }: Execution): Write {
  const { endpoint, paymentId } = route
  const nowSeconds = Math.floor(now / 1000)
  switch (endpoint) {
    case 'listInvoices':
      return { answer: listInvoices(store, query) }
    case 'listPayments':
      return { answer: listPayments(store, query, now) }
    case 'getPayment':
    case 'getOperations':
    case 'listTransactions': {
      const record = store.payments.get(paymentId)
      return { answer: record ? reads[endpoint](record.payment) : refusals.noSuchPayment }
    }
    case 'deletePayment':
      return deletePayment(store, { paymentId, body: {}, nowSeconds })
    case 'createOfflinePayment':
      if (body.refusal) return { answer: body.refusal }
      return createOfflinePayment(store, { body: body.body, nowSeconds, listedFromMs: now + listLagMs })
    case 'performOperation':
    case 'updateProcessingStatus':
    case 'updateOfflinePayment':
      if (body.refusal) return { answer: body.refusal }
      return bodyWrites[endpoint](store, { paymentId, body: body.body, nowSeconds })
  }
}
