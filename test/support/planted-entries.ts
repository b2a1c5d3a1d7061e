import type { Effect, LedgerEntry } from '../../lib/core/ledger-entry.js'
import { hashContent, type OperationRequest } from '../../lib/core/request.js'
import { asEpochMs, type EpochMs } from '../../lib/core/time.js'

/** Ledger entries as the functions leave them, all of a request that was sent at `sentAt`. */
export function createEntries(sentAt: EpochMs) {
  const answeredAt = asEpochMs(sentAt + 1_000)
  const sent = (request: OperationRequest) => ({
    request,
    contentHash: hashContent(request),
    source: 'sqs' as const,
    requestedAt: asEpochMs(sentAt - 2_000),
    rev: 1,
    attempts: 1,
    attemptsBefore: 0,
    sendingFrom: sentAt,
    looks: 0,
    hadUnknown: false,
    unproven: false,
    waits: 0,
  })
  const doubtful = (request: OperationRequest) => ({
    ...sent(request),
    sendingUntil: answeredAt,
    doubtSince: answeredAt,
    hadUnknown: true,
  })
  return {
    succeeded: (request: OperationRequest, effect: Effect = 'performed'): LedgerEntry => ({
      ...sent(request),
      state: 'succeeded',
      ending: { effect, completedAt: answeredAt },
    }),
    failed: (request: OperationRequest): LedgerEntry => ({
      ...sent(request),
      state: 'failed',
      ending: {
        effect: 'none',
        completedAt: answeredAt,
        error: {
          code: 'OPERATION_NOT_ALLOWED',
          message: 'The payment operation is not allowed.',
          httpStatus: 400,
        },
      },
      deadLetter: 'sent',
    }),
    inDoubt: (request: OperationRequest): LedgerEntry => ({
      ...doubtful(request),
      state: 'inDoubt',
      ending: {
        effect: 'unknown',
        completedAt: answeredAt,
        error: { code: 'IN_DOUBT', message: 'The answer was lost, and no look could settle it.' },
      },
      deadLetter: 'sent',
    }),
    /** Killed in the middle of its write. */
    sending: (request: OperationRequest): LedgerEntry => ({
      ...sent(request),
      state: 'sending',
      owner: 'a-killed-worker',
      leaseUntil: asEpochMs(sentAt + 30_000),
    }),
    /** Killed before its look, and never delivered again. */
    unknown: (request: OperationRequest): LedgerEntry => ({ ...doubtful(request), state: 'unknown' }),
    /** On its way right now, in the hands of a worker that lives. */
    underWay: (request: OperationRequest, now: EpochMs): LedgerEntry => ({
      ...sent(request),
      state: 'sending',
      requestedAt: now,
      sendingFrom: now,
      owner: 'a-living-worker',
      leaseUntil: asEpochMs(now + 900_000),
    }),
  }
}
