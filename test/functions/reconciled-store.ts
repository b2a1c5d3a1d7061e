import type { PaymentSeed, StoreSeed } from '../../lib/local/sandbox/start-sandbox.js'

/**
 * A store of which most is in order, with findings planted in known numbers among it: of a hundred payments each, one
 * completed and not applied, one refunded and still applied, one behind its order, and two made under one `externalId`.
 */
export function reconciledStore(count: number): Omit<StoreSeed, 'storeHash'> {
  const payments = Array.from({ length: count }, (_, index) => aPayment(index + 1))
  const orders = payments.flatMap(({ orderId }) =>
    orderId === undefined ? [] : [{ id: orderId, fundingStatus: 3 }],
  )
  return { payments, orders, invoices: [{ id: 1, currency: 'USD', originalBalance: '9000000.0000' }] }
}

/** Half of all payments are offline, all made in 2021 one after the other. */
function aPayment(id: number): PaymentSeed {
  const createdAt = 1_618_590_401 + id
  const lineItems = [{ invoiceId: 1, amount: '20.0000' }]
  const inOrder = { id, currency: 'USD', lineItems, createdAt, processingStatus: 3, appliedStatus: 1 }
  switch (id % 100) {
    case 10:
      return { ...inOrder, appliedStatus: 0 }
    case 20:
      return { ...inOrder, processingStatus: 4 }
    case 30:
      return { ...inOrder, orderId: 50_000 + id }
    case 40:
    case 42:
      return { ...inOrder, ...offline, externalId: `twice-${Math.floor(id / 100)}` }
    default:
      return id % 2 === 0 ? { ...inOrder, ...offline, externalId: `A-${id}` } : inOrder
  }
}

const offline = { moduleName: 'payments_offline' }
