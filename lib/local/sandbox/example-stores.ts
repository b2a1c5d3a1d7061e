// Two stores to try payops on, the same at every start: luma7x2 (USD) and nordic4b (EUR). Each has the payments 101 to
// 400, and the last digit of a payment's id says in which state it is:
//
//   0 to 5   completed, not applied: apply (0) is allowed. Those ending in 5 are offline payments, which can be updated.
//   6, 7     completed and applied: revert (1) is allowed.
//            117 alone is as if it ended in 0, being the payment of the contract's own example, an apply.
//   8        comes from an order (5000 + id, billed by invoice 1000 + id) that has changed since: completed and applied, revert (1) and pull (2)
//            are allowed.
//   9        awaiting processing, not applied: nothing is allowed, an apply is refused with 400.
//
// A payment pays invoice 1000 + id, and where its id is a multiple of 3 the next invoice as well; invoices 1101 to 1400
// start with 500.0000. All was last changed in 2021, long before any write of today. Tokens come from outside.

import { offlineModule } from './payment.js'
import type { InvoiceSeed, OrderSeed, PaymentSeed, StoreSeed } from './store-seed.js'

const currencies = { luma7x2: 'USD', nordic4b: 'EUR' } as const
const [firstId, lastId] = [101, 400]
const ids = Array.from({ length: lastId - firstId + 1 }, (_, index) => firstId + index)
const companies = ['Birch & Sons', 'Cobalt Tools', 'Delta Paper', 'Ember Foods']

/** Deterministic; the tokens are given by store hash, so that none is written in the repository. */
export function exampleStores(
  tokens: Record<string, { accessToken?: string; authToken?: string; webhookSecret?: string }>,
): StoreSeed[] {
  return Object.entries(currencies).map(([storeHash, currency]) => ({
    storeHash,
    ...tokens[storeHash],
    payments: ids.map(id => createExamplePayment(id, currency)),
    invoices: ids.map(
      (id): InvoiceSeed => ({
        id: 1000 + id,
        currency,
        originalBalance: '500.0000',
        ...(comesFromOrder(id) ? { orderNumber: String(orderIdOf(id)) } : {}),
      }),
    ),
    orders: ids.filter(comesFromOrder).map((id): OrderSeed => ({ id: orderIdOf(id), fundingStatus: 3 })),
  }))
}

const comesFromOrder = (id: number) => id % 10 === 8
const orderIdOf = (id: number) => 5000 + id

function createExamplePayment(id: number, currency: string): PaymentSeed {
  const digit = id === 117 ? 0 : id % 10
  const company = id % companies.length
  const amount = `${20 + (id % 7) * 5}.0000`
  const first = { invoiceId: 1000 + id, amount }
  return {
    id,
    currency,
    lineItems: id % 3 === 0 ? [first, { invoiceId: 1001 + id, amount: '7.5000' }] : [first],
    processingStatus: digit === 9 ? 1 : 3,
    appliedStatus: digit >= 6 && digit <= 8 ? 1 : 0,
    ...(digit === 5 ? { moduleName: offlineModule } : {}),
    ...(comesFromOrder(id) ? { orderId: orderIdOf(id) } : {}),
    customerId: String(6041 + company),
    customerName: companies[company] ?? '',
    memo: `Check ${id}`,
  }
}
