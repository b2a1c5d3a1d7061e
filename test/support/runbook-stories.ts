import { systemRandom } from '../../lib/adapters/system.js'
import type { ErrorCode } from '../../lib/core/errors.js'
import { isoTime } from '../../lib/core/outcome.js'
import type { OperationRequest } from '../../lib/core/request.js'
import { asEpochMs, type EpochMs } from '../../lib/core/time.js'
import { createEntries } from './planted-entries.js'
import type { PlantedLetter } from './planted-kinds.js'
import type { PlantedStore } from './planted-store.js'
import { sentinelToken } from './sentinel.js'
import { aWebhookLetter } from './webhook-letters.js'

const storeHash = 'luma7x2'

/**
 * The store that docs/runbook.md speaks of: request erp-4711 on payment 117 is in doubt and holds it, and the dead-letter queue holds
 * a letter of each error code.
 */
export function plantRunbookStories(now: EpochMs): PlantedStore {
  const sentAt = asEpochMs(now - 3 * 3_600_000)
  const make = createEntries(sentAt)
  const apply = (requestId: string, paymentId: number): OperationRequest => ({
    requestId,
    storeHash,
    type: 'performOperation',
    paymentId,
    operationCode: 0,
  })
  const letter = (errorCode: ErrorCode, request: object, attributes = {}): PlantedLetter => ({
    body: JSON.stringify(request),
    groupId: `${storeHash}:${systemRandom.uuid()}`,
    attributes: {
      errorCode,
      errorMessage: `why it is ${errorCode}`,
      failedAt: isoTime(asEpochMs(sentAt + 1_000)),
      source: 'sqs',
      ...attributes,
    },
  })
  const [doubt, done, exhausted, refused] = [
    apply('erp-4711', 117),
    apply('erp-4701', 118),
    apply('erp-4702', 119),
    apply('erp-4710', 120),
  ]
  return {
    seed: {
      storeHash,
      accessToken: sentinelToken,
      webhookSecret: `${sentinelToken}-webhooks`,
      payments: [117, 118, 119, 120, 121, 122, 123, 124].map(id => ({
        id,
        currency: 'USD',
        processingStatus: 3,
        lineItems: [{ invoiceId: 7, amount: '20.0000' }],
      })),
      invoices: [{ id: 7, currency: 'USD', originalBalance: '9000.0000' }],
    },
    entries: [make.inDoubt(doubt), make.succeeded(done), make.failed(exhausted), make.failed(refused)],
    letters: [
      letter('RETRIES_EXHAUSTED', done),
      aWebhookLetter('250', 'RETRIES_EXHAUSTED', storeHash),
      letter('INVALID_REQUEST', { storeHash, paymentId: 125, operatonCode: 0 }),
      letter('IDEMPOTENCY_CONFLICT', { ...doubt, operationCode: 1 }),
      letter('OPERATION_NOT_ALLOWED', refused),
      letter('PAYMENT_NOT_FOUND', apply('erp-4703', 999), { attempts: '0' }),
      letter('REJECTED_BY_API', apply('erp-4704', 121), { attempts: '0' }),
      letter('CREDENTIALS_MISSING', apply('erp-4705', 122), { attempts: '0' }),
      letter('CREDENTIALS_REJECTED', apply('erp-4706', 123), { attempts: '0' }),
      letter('RETRIES_EXHAUSTED', apply('erp-4707', 124), { attempts: '0' }),
      letter('IN_DOUBT', doubt),
      letter('BLOCKED_BY_DOUBT', apply('erp-4712', 117), { attempts: '0' }),
    ],
    findings: [],
  }
}
