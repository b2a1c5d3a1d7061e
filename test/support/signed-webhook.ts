import { createHmac } from 'node:crypto'
import type { WebhookCall } from '../../lib/core/webhook/read-call.js'

export type StoreEvent = {
  storeHash: string
  orderId: string
  scope: string
  hash: string
  createdAt: number
}

/** As a store sends it (DOMAIN.md, "Store webhooks"); signed by hand after the specification, with no library between. */
export function signedWebhook(
  event: StoreEvent,
  sent: { id: string; atMs: number; secret: string },
): WebhookCall {
  const body = JSON.stringify({
    scope: event.scope,
    store_id: '1025646',
    data: dataOf(event),
    hash: event.hash,
    created_at: event.createdAt,
    producer: `stores/${event.storeHash}`,
  })
  return signBody(body, sent)
}

export function signBody(body: string, sent: { id: string; atMs: number; secret: string }): WebhookCall {
  const timestamp = String(Math.floor(sent.atMs / 1000))
  const signature = createHmac('sha256', sent.secret)
    .update(`${sent.id}.${timestamp}.${body}`)
    .digest('base64')
  return {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': sent.id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    },
    body: Buffer.from(body),
  }
}

function dataOf({ scope, orderId }: StoreEvent): object {
  if (scope.startsWith('store/order/transaction/'))
    return { type: 'transaction', order_id: orderId, transaction_status: 'ok', transaction_type: 'capture' }
  if (scope === 'store/order/refund/created')
    return { type: 'order', id: Number(orderId), refund: { refund_id: 7 } }
  return { type: 'order', id: Number(orderId), status: { previous_status_id: 0, new_status_id: 11 } }
}
