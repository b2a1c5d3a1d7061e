import { createHash } from 'node:crypto'
import type { EpochMs } from '../../../core/time.js'
import type { StoreEvent } from './hook.js'

/** What an order has to tell. */
export type OrderNews = 'statusUpdated' | 'transactionCreated' | 'transactionUpdated' | 'refundCreated'

const scopes: Record<OrderNews, string> = {
  statusUpdated: 'store/order/statusUpdated',
  transactionCreated: 'store/order/transaction/created',
  transactionUpdated: 'store/order/transaction/updated',
  refundCreated: 'store/order/refund/created',
}

/** The webhook of an order's news, as DOMAIN.md has it; `nth` tells apart what comes in one instant. */
export function createOrderEvent(
  storeHash: string,
  orderId: number,
  { news, nth, at }: { news: OrderNews; nth: number; at: EpochMs },
): StoreEvent {
  const scope = scopes[news]
  const hash = createHash('sha1').update(`${storeHash} ${scope} ${orderId} ${nth} ${at}`).digest('hex')
  const event = {
    scope,
    store_id: '1001234',
    data: describe(news, orderId, nth),
    hash,
    created_at: Math.floor(at / 1000),
    producer: `stores/${storeHash}`,
  }
  return { storeHash, scope, hash, body: JSON.stringify(event) }
}

function describe(news: OrderNews, orderId: number, nth: number): Record<string, unknown> {
  switch (news) {
    case 'statusUpdated':
      return { type: 'order', id: orderId, status: { previous_status_id: 11, new_status_id: 2 } }
    case 'refundCreated':
      return { type: 'order', id: orderId, refund: { refund_id: nth } }
    default:
      return {
        type: 'transaction',
        // As text, though the other events say the order's id as a number.
        order_id: String(orderId),
        transaction_status: 'ok',
        transaction_type: 'capture',
        result: { message: 'Approved' },
      }
  }
}
