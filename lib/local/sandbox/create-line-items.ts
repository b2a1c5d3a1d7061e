import { formatAmount, readAmount } from './amount.js'
import type { Invoice, LineItem, Money } from './payment.js'

/** Line items and their total, or the id of the first invoice that the store does not have. */
export function createLineItems(
  paymentId: number,
  currency: string,
  items: { invoiceId: number; amount: string }[],
  invoices: ReadonlyMap<number, Invoice>,
): { lineItems: LineItem[]; total: Money } | { missingInvoiceId: number } {
  let total = 0n
  const lineItems: LineItem[] = []
  for (const { invoiceId, amount } of items) {
    const invoice = invoices.get(invoiceId)
    if (!invoice) return { missingInvoiceId: invoiceId }
    total += readAmount(amount)
    const value = formatAmount(readAmount(amount))
    lineItems.push({
      paymentId,
      invoiceId,
      invoiceNumber: invoice.invoiceNumber,
      amount: { code: currency, value },
    })
  }
  return { lineItems, total: { code: currency, value: formatAmount(total) } }
}
