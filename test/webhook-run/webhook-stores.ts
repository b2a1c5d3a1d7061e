import { systemRandom } from '../../lib/adapters/system.js'
import type { StoreSeed } from '../../lib/local/sandbox/store-seed.js'
import { ordersPerStore, runStores } from './plan-webhooks.js'

export type RunStore = { seed: StoreSeed; secretName: string; secret: string; webhookSecret: string }

/** By order: its payments. Every tenth order has no invoice, every seventh has two payments on its own. */
export const paymentsOf = (orderId: number): number[] => {
  if (orderId % 10 === 0) return []
  return orderId % 7 === 0 ? [orderId, 1_000 + orderId] : [orderId]
}

/** Orders 1 to `ordersPerStore` of each store, so that a search for order 1 finds 10 to 19 and 100 to 199 as well. */
export const webhookStores = (): RunStore[] =>
  runStores.map(storeHash => {
    const [accessToken, webhookSecret] = [systemRandom.uuid(), systemRandom.uuid()]
    const orders = Array.from({ length: ordersPerStore }, (_, index) => index + 1)
    const billed = orders.filter(id => paymentsOf(id).length > 0)
    return {
      webhookSecret,
      secretName: `payops/${storeHash}`,
      secret: JSON.stringify({ storeHash, accessToken, webhookSecret }),
      seed: {
        storeHash,
        accessToken,
        webhookSecret,
        payments: billed.flatMap(orderId =>
          paymentsOf(orderId).map(id => ({
            id,
            currency: 'USD',
            lineItems: [{ invoiceId: 5_000 + orderId, amount: '10.0000' }],
            orderId,
            appliedStatus: 1,
            fundingStatus: 0,
          })),
        ),
        invoices: billed.map(orderId => ({
          id: 5_000 + orderId,
          currency: 'USD',
          originalBalance: '500.0000',
          orderNumber: String(orderId),
        })),
        orders: orders.map(id => ({ id, fundingStatus: 0 })),
      },
    }
  })
