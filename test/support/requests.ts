import type { Answer } from '../../lib/core/answer.js'
import type { WriteKind } from '../../lib/core/api-call.js'
import type { LedgerEntry } from '../../lib/core/ledger-entry.js'
import type { Payment } from '../../lib/core/payment.js'
import {
  type CreateOfflinePayment,
  type DeletePayment,
  hashContent,
  type PerformOperation,
  type UpdateOfflinePayment,
  type UpdateProcessingStatus,
} from '../../lib/core/request.js'
import { asEpochMs, type EpochMs } from '../../lib/core/time.js'

/** Whole objects for tests; what a test is about stands in its own arguments, the rest is here. */

/** `instant('12:00:01.500')` on the one day on which tests of the core take place. */
export const instant = (time: string): EpochMs => asEpochMs(Date.parse(`2026-11-22T${time}Z`))

/** The same as the API writes it, in Unix seconds. */
export const unixSeconds = (time: string): number => Math.floor(instant(time) / 1000)

const identity = { requestId: 'r-1', storeHash: 'luma7x2' }

/** Apply payment 117 to its invoices. */
export const aRequest = (fields: Partial<PerformOperation> = {}): PerformOperation => ({
  ...identity,
  type: 'performOperation',
  paymentId: 117,
  operationCode: 0,
  ...fields,
})

export const aStatusUpdate = (fields: Partial<UpdateProcessingStatus> = {}): UpdateProcessingStatus => ({
  ...identity,
  type: 'updateProcessingStatus',
  paymentId: 117,
  processingStatus: 3,
  ...fields,
})

export const aDelete = (fields: Partial<DeletePayment> = {}): DeletePayment => ({
  ...identity,
  type: 'deletePayment',
  paymentId: 117,
  ...fields,
})

const offlinePayment = {
  lineItems: [{ invoiceId: 1117, amount: '20.00' }],
  currency: 'USD',
  details: { memo: 'Check 4711' },
  customerId: '6041',
}

/** `payment` is laid over the builder's, so that a test names only the fields that it is about. */
export const aCreate = (
  fields: Partial<Omit<CreateOfflinePayment, 'payment'>> = {},
  payment: Partial<CreateOfflinePayment['payment']> = {},
): CreateOfflinePayment => ({
  ...identity,
  type: 'createOfflinePayment',
  payment: { ...offlinePayment, externalId: 'A-1', ...payment },
  ...fields,
})

export const anUpdate = (
  fields: Partial<Omit<UpdateOfflinePayment, 'payment'>> = {},
  payment: Partial<UpdateOfflinePayment['payment']> = {},
): UpdateOfflinePayment => ({
  ...identity,
  type: 'updateOfflinePayment',
  paymentId: 117,
  payment: { ...offlinePayment, ...payment },
  ...fields,
})

/** A claim at noon with its first write under way; its lease runs out a minute later. */
export const anEntry = (fields: Partial<LedgerEntry> = {}): LedgerEntry => ({
  request: aRequest(),
  contentHash: hashContent(fields.request ?? aRequest()),
  source: 'sqs',
  requestedAt: instant('11:59:58.000'),
  state: 'sending',
  rev: 1,
  owner: 'worker-1',
  leaseUntil: instant('12:01:00.000'),
  attempts: 1,
  attemptsBefore: 0,
  sendingFrom: instant('12:00:00.000'),
  looks: 0,
  hadUnknown: false,
  unproven: false,
  waits: 0,
  ...fields,
})

/** A write whose answer was lost one second after noon. */
export const aDoubt = (fields: Partial<LedgerEntry> = {}): LedgerEntry =>
  anEntry({
    state: 'unknown',
    sendingUntil: instant('12:00:01.000'),
    doubtSince: instant('12:00:01.000'),
    hadUnknown: true,
    lastAnswer: { message: 'socket hang up' },
    ...fields,
  })

/** Failed without effect at noon, its dead letter sent. */
export const aFailure = (fields: Partial<LedgerEntry> = {}): LedgerEntry => {
  const { owner: _, leaseUntil: __, ...entry } = anEntry()
  return {
    ...entry,
    state: 'failed',
    ending: {
      effect: 'none',
      completedAt: instant('12:00:00.000'),
      error: {
        code: 'OPERATION_NOT_ALLOWED',
        message: 'The payment operation is not allowed.',
        httpStatus: 400,
      },
    },
    deadLetter: 'sent',
    ...(fields.request && { contentHash: hashContent(fields.request) }),
    ...fields,
  }
}

/** To a write. */
export const anAnswer = (fields: Partial<Answer<WriteKind>> = {}): Answer<WriteKind> => ({
  certainty: 'executed',
  meaning: 'success',
  message: 'SUCCESS',
  httpStatus: 200,
  apiRequestId: 'trace-1',
  content: { id: 117 },
  ...fields,
})

/** Payment 117: completed, not applied, last touched an hour before noon. */
export const aPayment = (fields: Partial<Payment> = {}): Payment => ({
  id: 117,
  createdAtSeconds: unixSeconds('10:00:00.000'),
  updatedAtSeconds: unixSeconds('11:00:00.000'),
  appliedStatus: 0,
  processingStatus: 3,
  fundingStatus: 2,
  allowedOperations: [0],
  allowedStatuses: [1, 2, 3, 4],
  customerId: '6041',
  externalId: 'A-1',
  memo: 'Check 4711',
  currency: 'USD',
  total: '20.0000',
  lineItems: [{ invoiceId: 1117, amount: '20.0000' }],
  ...fields,
})
