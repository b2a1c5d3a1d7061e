import { toGroupId } from '../group-id.js'
import type { OrderWatch } from './order-watch.js'

export type QueuedRequest = { body: string; groupId: string; deduplicationId: string; source: 'webhook' }

/** What is put on the operations queue for one payment; under one key it is the same request, however often it is asked. */
export function orderRequest(
  { storeHash, orderId, operationCode }: Pick<OrderWatch, 'storeHash' | 'orderId' | 'operationCode'>,
  key: string,
  paymentId: number,
  scope: string,
): QueuedRequest {
  const requestId = `webhook:${key}:${paymentId}`
  const request = {
    requestId,
    storeHash,
    type: 'performOperation',
    paymentId,
    operationCode,
    metadata: { webhookScope: scope, orderId },
  }
  return {
    body: JSON.stringify(request),
    groupId: toGroupId(`${storeHash}:${paymentId}`),
    deduplicationId: requestId,
    source: 'webhook',
  }
}
