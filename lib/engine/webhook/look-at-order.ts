import { invoicesCall, listCall } from '../../core/api-call.js'
import type { Payment } from '../../core/payment.js'
import type { EpochMs } from '../../core/time.js'
import type { Trouble } from '../../core/webhook/after-trouble.js'
import { choosePayments } from '../../core/webhook/choose-payments.js'
import type { Seen } from '../../core/webhook/order-watch.js'
import type { CallDeps } from '../call-api.js'
import { type NotNow, readPages } from './read-pages.js'

export type Order = { storeHash: string; orderId: string; operationCode: number }

export type OrderLook = Seen | Trouble | NotNow

/** From an order to its invoices, and from each to its payments (DOMAIN.md, "Store webhooks"). */
export async function lookAtOrder(deps: CallDeps, order: Order, deadline: EpochMs): Promise<OrderLook> {
  const { storeHash, orderId, operationCode } = order
  const found = await readPages(
    deps,
    storeHash,
    page => invoicesCall({ ...page, searchBy: 'orderNumber', q: orderId }),
    deadline,
  )
  if (!('items' in found)) return found
  // The search is for a keyword: "25" finds "250" as well.
  const invoices = found.items.filter(({ orderNumber }) => orderNumber === orderId)
  const listed: { invoiceId: number; payments: Payment[] }[] = []
  for (const { id: invoiceId } of invoices) {
    const read = await readPages(deps, storeHash, page => listCall({ ...page, invoiceId }), deadline)
    if (!('items' in read)) return read
    listed.push({ invoiceId, payments: read.items })
  }
  return { invoices: invoices.length, ...choosePayments(listed, operationCode) }
}
