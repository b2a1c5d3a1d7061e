import { toGroupId } from '../group-id.js'
import type { OrderWatch } from './order-watch.js'
import { pull } from './webhook-rules.js'

export type QueuedRequest = { body: string; groupId: string; deduplicationId: string; source: 'webhook' }

/** What is put on the operations queue for one payment; under one key it is the same request, however often it is asked. */
export function orderRequest(
  { storeHash, orderId, operationCode }: Pick<OrderWatch, 'storeHash' | 'orderId' | 'operationCode'>,
  key: string,
  paymentId: number,
  scope: string,
): QueuedRequest {
  // Rules change, and webhooks from before repeat themselves: under one id another operation would be a conflict.
  const ofOther = operationCode === pull ? '' : `:${operationCode}`
  const requestId = `webhook:${key}:${paymentId}${ofOther}`
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
