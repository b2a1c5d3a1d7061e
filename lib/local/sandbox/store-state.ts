import type { Invoice, Order, Payment } from './payment.js'

/** A payment and the instant from which the list shows it: a list lags behind a create, the detail does not. */
export type PaymentRecord = { payment: Payment; listedFromMs: number }

/** Everything that a store remembers. It changes only by `commitChange`, with what the journal holds already. */
export type StoreState = {
  storeHash: string
  payments: Map<number, PaymentRecord>
  invoices: Map<number, Invoice>
  orders: Map<number, Order>
  /** Ids are never used twice, not even those of deleted payments. */
  nextPaymentId: number
}

/** The records as they are after a write, whole: a journal line needs no other to be understood. */
export type Change = {
  payment?: PaymentRecord
  deletedPaymentId?: number
  invoices?: Invoice[]
  order?: Order
}

export function commitChange(state: StoreState, change: Change): void {
  const { payment, deletedPaymentId, invoices, order } = change
  if (payment) {
    state.payments.set(payment.payment.id, payment)
    state.nextPaymentId = Math.max(state.nextPaymentId, payment.payment.id + 1)
  }
  if (deletedPaymentId !== undefined) state.payments.delete(deletedPaymentId)
  // A journal of an earlier version does not know which order an invoice bills.
  for (const invoice of invoices ?? [])
    state.invoices.set(invoice.id, { ...state.invoices.get(invoice.id), ...invoice })
  if (order) state.orders.set(order.id, order)
}
