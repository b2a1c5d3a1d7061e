import { formatAmount, readAmount } from './amount.js'
import type { Invoice, Payment } from './payment.js'

/**
 * The invoices whose open balance differs between the two states of a payment (undefined: there is none).
 * Only an applied payment counts against its invoices.
 */
export function moveBalances(
  invoices: ReadonlyMap<number, Invoice>,
  before: Payment | undefined,
  after: Payment | undefined,
): Invoice[] {
  const shifts = new Map<number, bigint>()
  const shift = (payment: Payment | undefined, sign: bigint) => {
    if (payment?.appliedStatus !== 1) return
    for (const item of payment.lineItems) {
      shifts.set(item.invoiceId, (shifts.get(item.invoiceId) ?? 0n) + sign * readAmount(item.amount.value))
    }
  }
  shift(before, 1n)
  shift(after, -1n)
  return [...shifts].flatMap(([invoiceId, by]) => {
    const invoice = invoices.get(invoiceId)
    if (!invoice || by === 0n) return []
    const value = formatAmount(readAmount(invoice.openBalance.value) + by)
    return [{ ...invoice, openBalance: { ...invoice.openBalance, value } }]
  })
}
