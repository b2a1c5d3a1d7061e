import type { Payment } from '../payment.js'
import type { Seen } from './order-watch.js'

/** Of the payments that the store listed for an invoice, which want the operation. */
export function choosePayments(
  listed: { invoiceId: number; payments: Payment[] }[],
  operationCode: number,
): Pick<Seen, 'asked' | 'passedOver'> {
  const asked = new Set<number>()
  const passedOver = new Set<number>()
  for (const { invoiceId, payments } of listed) {
    for (const payment of payments.filter(one => names(one, invoiceId)))
      (allows(payment, operationCode) ? asked : passedOver).add(payment.id)
  }
  return { asked: [...asked], passedOver: [...passedOver] }
}

/** A list that took no notice of the filter shows the payments of other invoices, too. */
const names = ({ lineItems }: Payment, invoiceId: number): boolean =>
  lineItems.length === 0 || lineItems.some(item => item.invoiceId === invoiceId)

/** Where the store does not say, the operation's own answer tells. */
const allows = ({ allowedOperations, operationsUnsaid }: Payment, operationCode: number): boolean =>
  operationsUnsaid === true || allowedOperations.includes(operationCode)
