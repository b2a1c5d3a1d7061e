// The life of one payment.
//
// A payment is *applied* (it counts against the balances of its invoices) or *unapplied*, and has beside that a
// processing status: 1 awaiting processing, 2 processing, 3 completed, 4 refunded. What is allowed follows from the two:
//
//   apply (0)    unapplied and completed.  -> applied; the balances of its invoices go down by its line items.
//   revert (1)   applied, but not for an offline payment: the published examples show those applied with nothing
//                allowed.                  -> unapplied; the balances go up again.
//   pull (2)     comes from an order, unless it is refunded and unapplied, when there is nothing left to follow (the
//                published example of that shows nothing allowed). -> takes over the processing and funding status that
//                the order has by now; it is a refresh: with nothing new it succeeds and changes nothing.
//   code 3       published without a word on what it does: only where the payment was seeded with it. It is executed,
//                counted, and changes nothing.
//
// Setting the processing status is absolute, to one of the allowed statuses. Refunding leaves the payment applied, so
// that a revert stays allowed; completing an unapplied payment allows apply; 1, 2 and 4 take apply away.
// An offline payment that is created as completed is applied at once; created otherwise it waits, unapplied, until it
// is completed and applied.

import { type Order, offlineModule, orderModule, type Payment } from './payment.js'

const completed = 3
const refunded = 4

/** The same payment with `allowedOperations` as its state has it; code 3 stays where it was. */
export function withAllowedOperations(payment: Payment): Payment {
  const applied = payment.appliedStatus === 1
  const allowed: number[] = []
  if (!applied && payment.processingStatus === completed) allowed.push(0)
  if (applied && payment.moduleName !== offlineModule) allowed.push(1)
  if (payment.moduleName === orderModule && (applied || payment.processingStatus !== refunded))
    allowed.push(2)
  if (payment.allowedOperations.includes(3)) allowed.push(3)
  return { ...payment, allowedOperations: allowed }
}

/** The payment after the operation, or undefined when the operation is not allowed. */
export function operate(
  payment: Payment,
  operationCode: number,
  order: Order | undefined,
): Payment | undefined {
  if (!payment.allowedOperations.includes(operationCode)) return undefined
  switch (operationCode) {
    case 0:
      return withAllowedOperations({ ...payment, appliedStatus: 1 })
    case 1:
      return withAllowedOperations({ ...payment, appliedStatus: 0 })
    case 2:
      return withAllowedOperations({
        ...payment,
        processingStatus: order?.processingStatus ?? payment.processingStatus,
        fundingStatus: order?.fundingStatus ?? payment.fundingStatus,
      })
    default:
      return payment
  }
}

/** The payment with that processing status, or undefined when the status is not allowed. */
export function setProcessingStatus(payment: Payment, processingStatus: number): Payment | undefined {
  if (!payment.allowedStatuses.includes(processingStatus)) return undefined
  return withAllowedOperations({ ...payment, processingStatus })
}
