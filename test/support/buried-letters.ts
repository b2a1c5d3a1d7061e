import { LetterWorld } from './letter-world.js'
import type { WorldSettings } from './world.js'

/** Attributes of a letter of our own, but for `failedAt`. */
export const ours = { errorCode: 'RETRIES_EXHAUSTED', errorMessage: 'gave up', source: 'sqs' }

/** Three letters of one payment, and one of another: what SQS moved, what an event asked for, what failed with a key of its own. */
export function buryLetters(settings: WorldSettings = {}): LetterWorld {
  const world = new LetterWorld(settings)
  for (const id of [117, 118]) world.store.add(id)
  // No requestId: the deduplication id was the key, and the redrive gets another.
  world.bury('{"paymentId":117,"operationCode":0}', { id: 'erp-1' })
  world.bury('{"paymentId":117,"operationCode":1,"requestId":"erp-2"}', {
    attributes: { ...ours, failedAt: '2026-11-22T07:00:00.000Z', attempts: '0', requestId: 'erp-2' },
  })
  world.bury('{"paymentId":117,"processingStatus":2,"type":"updateProcessingStatus"}', { id: 'erp-3' })
  const event = {
    id: 'event-1',
    time: '2026-11-22T07:00:00Z',
    source: 'erp',
    'detail-type': 'Payment Operation Requested',
    detail: { paymentId: 118, operationCode: 0 },
  }
  world.events.put(JSON.stringify(event), 'e-1', { ERROR_CODE: 'NO_RESOURCE' })
  return world
}
