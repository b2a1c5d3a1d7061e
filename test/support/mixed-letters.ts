import { systemClock } from '../../lib/adapters/system.js'
import { isoTime } from '../../lib/core/outcome.js'
import type { OperationRequest } from '../../lib/core/request.js'
import { asEpochMs } from '../../lib/core/time.js'
import { aFailedInvocation, anEvent, type openLetterQueues } from './letter-queues.js'
import { createEntries } from './planted-entries.js'
import type { PlantedStore } from './planted-store.js'
import { sentinelToken } from './sentinel.js'

type Letter = { body: string; group: string; attributes?: Record<string, string>; id?: string }
type Bury = ReturnType<typeof openLetterQueues>

const storeHash = 'luma7x2'

const apply = (paymentId: number, operationCode: 0 | 1 = 0): OperationRequest => ({
  requestId: `erp-${paymentId}`,
  storeHash,
  type: 'performOperation',
  paymentId,
  operationCode,
})

/** What each of thirty messages means, as `<payment> <reason> <meaning>`, sorted; two more hide behind payment 120's first. */
export const mixedMeanings = [
  ...[101, 102].map(id => `${id} none done`),
  ...[111, 112, 113, 114, 115, 120].map(id => `${id} none neverAttempted`),
  ...[121, 122, 123].map(id => `${id} CREDENTIALS_MISSING neverAttempted`),
  ...[131, 132, 133, 134].map(id => `${id} OPERATION_NOT_ALLOWED rejected`),
  ...[141, 142, 143, 144, 145].map(id => `${id} IN_DOUBT inDoubt`),
  ...[151, 152].map(id => `${id} INVALID_REQUEST rejected`),
  ...[161, 162].map(id => `${id} IDEMPOTENCY_CONFLICT rejected`),
  '171 none underWay',
  ...[181, 182, 183, 184].map(id => `${id} none neverAttempted`),
  'undefined none rejected',
].sort()

/** A store and its ledger; the letters are put into their queues by `buryMixed`. */
export function plantMixed(): PlantedStore {
  const sentAt = asEpochMs(systemClock.now() - 86_400_000)
  const make = createEntries(sentAt)
  const sentSecond = Math.floor(sentAt / 1000)
  const payment = (id: number) => ({
    id,
    currency: 'USD',
    lineItems: [{ invoiceId: 7, amount: '20.0000' }],
    processingStatus: 3 as const,
    appliedStatus: 0 as const,
    createdAt: sentSecond - 86_400,
  })
  return {
    seed: {
      storeHash,
      accessToken: sentinelToken,
      payments: [
        ...[101, 102, 111, 112, 113, 114, 115, 120, 121, 122, 123, 151, 152, 161, 162, 171].map(payment),
        ...[181, 182, 183, 184].map(payment),
        ...[131, 132, 133, 134].map(id => ({ ...payment(id), allowedOperations: [] })),
        // Of the doubts the first two can be told by a look; the others were touched since and are not as wanted.
        ...[141, 142].map(id => ({ ...payment(id), appliedStatus: 1 as const, updatedAt: sentSecond })),
        ...[143, 144, 145].map(id => ({ ...payment(id), updatedAt: sentSecond + 7_200 })),
      ],
      invoices: [{ id: 7, currency: 'USD', originalBalance: '9000.0000' }],
    },
    entries: [
      ...[101, 102].map(id => make.succeeded(apply(id))),
      ...[131, 132, 133, 134].map(id => make.failed(apply(id))),
      ...[141, 142, 143, 144, 145].map(id => make.inDoubt(apply(id))),
      ...[161, 162].map(id => make.succeeded(apply(id))),
      make.underWay(apply(171), systemClock.now()),
    ],
    letters: [],
    findings: [],
  }
}

export async function buryMixed({ bury, loseEvent }: Bury): Promise<void> {
  const failedAt = isoTime(asEpochMs(systemClock.now() - 86_400_000))
  const ours = (errorCode: string, attempts: string) => ({
    errorCode,
    errorMessage: `why it is ${errorCode}`,
    failedAt,
    source: 'sqs',
    attempts,
  })
  const status = (id: number, processingStatus: number) =>
    JSON.stringify({ storeHash, type: 'updateProcessingStatus', paymentId: id, processingStatus })
  const whole = (id: number, attributes?: Record<string, string>, changes: object = {}): Letter => ({
    body: JSON.stringify({ ...apply(id), ...changes }),
    group: `${storeHash}:${id}`,
    ...(attributes && { attributes }),
  })
  const letters: Letter[] = [
    ...[101, 102, 171].map(id => whole(id)),
    // Without a requestId: the key is the deduplication id.
    ...[111, 112, 113, 114, 115].map(id => ({
      body: JSON.stringify({ storeHash, paymentId: id, operationCode: 0 }),
      group: `${storeHash}:${id}`,
      id: `erp-${id}`,
    })),
    ...[1, 2, 4].map((code, at) => ({
      body: status(120, code),
      group: `${storeHash}:120`,
      id: `erp-120-${at}`,
    })),
    ...[121, 122, 123].map(id => whole(id, ours('CREDENTIALS_MISSING', '0'))),
    ...[131, 132, 133, 134].map(id => whole(id, ours('OPERATION_NOT_ALLOWED', '1'))),
    ...[141, 142, 143, 144, 145].map(id => whole(id, ours('IN_DOUBT', '1'))),
    ...[151, 152].map(id => whole(id, ours('INVALID_REQUEST', '0'), { operationCode: 9 })),
    ...[161, 162].map(id => whole(id, ours('IDEMPOTENCY_CONFLICT', '0'), { operationCode: 1 })),
  ]
  for (const { body, group, attributes, id } of letters)
    await bury(body, group, { ...(attributes && { attributes }), ...(id !== undefined && { id }) })
  const asked = (id: number) => ({ storeHash, paymentId: id, operationCode: 0 })
  for (const id of [181, 182])
    await loseEvent(anEvent(`event-${id}`, asked(id)), {
      ERROR_CODE: 'NO_RESOURCE',
      RULE_ARN: 'arn:aws:events',
    })
  for (const id of [183, 184]) await loseEvent(aFailedInvocation(anEvent(`event-${id}`, asked(id))))
  await loseEvent({ hello: 'world' })
}
