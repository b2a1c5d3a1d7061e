import { writeIntake } from '../../lib/core/webhook/webhook.js'

/** What the intake queue held of a webhook of the store `abc`. */
export const aWebhookBody = (orderId: string, storeHash = 'abc'): string =>
  writeIntake({
    scope: 'store/order/statusUpdated',
    storeHash,
    orderId,
    hash: `hash-of-${orderId}`,
    createdAt: 1_763_798_400,
  })

/** Its place in the dead-letter queue, as resolveWebhook leaves it there; without a code as SQS does. */
export const aWebhookLetter = (orderId: string, errorCode?: string, storeHash = 'abc') => ({
  body: aWebhookBody(orderId, storeHash),
  groupId: `${storeHash}:order:${orderId}`,
  attributes:
    errorCode === undefined
      ? {}
      : {
          errorCode,
          errorMessage: `why it is ${errorCode}`,
          failedAt: '2026-11-22T07:00:00.000Z',
          source: 'webhook',
          storeHash,
        },
})
