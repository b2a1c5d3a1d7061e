import type { LedgerEntry } from '../../lib/core/ledger-entry.js'
import { asEpochMs } from '../../lib/core/time.js'
import type { StoreHold } from '../../lib/engine/ports.js'

/** Whole entries and holds, with literal instants. */

export const at = (iso: string) => asEpochMs(Date.parse(iso))

export const anOpenEntry = (changes: Partial<LedgerEntry> = {}, requestId = 'r-1'): LedgerEntry => ({
  request: { requestId, storeHash: 'luma7x2', type: 'performOperation', paymentId: 117, operationCode: 0 },
  contentHash: 'c0ffee',
  source: 'sqs',
  requestedAt: at('2026-11-22T07:59:00.123Z'),
  state: 'sending',
  rev: 1,
  owner: 'worker-a',
  leaseUntil: at('2026-11-22T08:00:30.000Z'),
  attempts: 1,
  attemptsBefore: 0,
  sendingFrom: at('2026-11-22T08:00:00.000Z'),
  looks: 0,
  hadUnknown: false,
  unproven: false,
  waits: 0,
  ...changes,
})

/** As `finish` leaves it: without a lease. */
export function aFinalEntry(state: 'succeeded' | 'failed' | 'inDoubt', requestId = 'r-1'): LedgerEntry {
  const { owner: _, leaseUntil: __, ...rest } = anOpenEntry({}, requestId)
  const completedAt = at('2026-11-22T08:00:01.000Z')
  const error = { code: 'IN_DOUBT', message: 'no look can tell', httpStatus: 502 } as const
  const ending =
    state === 'succeeded'
      ? ({ effect: 'performed', completedAt, apiRequestId: 'x-1' } as const)
      : ({ effect: state === 'failed' ? 'none' : 'unknown', completedAt, error } as const)
  return { ...rest, state, ending, ...(state !== 'succeeded' && { deadLetter: 'due' as const }) }
}

export const aCreate = (externalId: string, memo = 'Check 7', requestId = 'c-1'): LedgerEntry =>
  anOpenEntry({
    request: {
      requestId,
      storeHash: 'luma7x2',
      type: 'createOfflinePayment',
      payment: {
        lineItems: [{ invoiceId: 1117, amount: '20.00' }],
        currency: 'USD',
        details: { memo },
        customerId: '6041',
        externalId,
      },
      metadata: { 'note \u{1F9FE}': 'a\u0000b\uFFFE\uD800' },
    },
  })

export const aStoreHold = (changes: Partial<StoreHold> = {}): StoreHold => ({
  storeHash: 'luma7x2',
  rev: 0,
  active: true,
  code: 'CREDENTIALS_REJECTED',
  message: "the API refused the store's token: Unauthorized",
  version: 'v-1',
  probes: 1,
  nextProbeAt: at('2026-11-22T08:01:00.000Z'),
  ...changes,
})
