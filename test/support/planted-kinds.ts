import type { LedgerEntry } from '../../lib/core/ledger-entry.js'
import { type FindingKind, findingKinds } from '../../lib/core/reconcile/finding.js'
import type { OperationRequest } from '../../lib/core/request.js'
import { asEpochMs, type EpochMs } from '../../lib/core/time.js'
import { offlineModule } from '../../lib/local/sandbox/payment.js'
import type { PaymentSeed } from '../../lib/local/sandbox/start-sandbox.js'
import { createEntries } from './planted-entries.js'

/** What one spot of a planted store holds: up to two payments, and what the ledger and the dead-letter queue know of them. */
export type Spot = {
  payments: Omit<PaymentSeed, 'currency' | 'lineItems'>[]
  entries?: LedgerEntry[]
  letters?: PlantedLetter[]
  /** Of a finding about a payment that is not in the store any more. */
  paymentId?: number
}
export type PlantedLetter = { body: string; groupId: string; attributes: Record<string, string> }
/** A webhook that is off is no finding of a payment, and is planted at the store's own API. */
export type PlantedKind = Exclude<FindingKind, 'webhookOff'>
export const plantedKinds = findingKinds.filter((kind): kind is PlantedKind => kind !== 'webhookOff')

export type Planter = (id: number, nth: number) => Spot

/** Ids that no store has: of payments that were deleted since. */
const goneFrom = 9_000_000
const [applied, unapplied] = [1, 0]
const [awaiting, completed, refunded] = [1, 3, 4]

/**
 * One planter a finding, each a store's own story, so that a payment is part of one finding only. `decoys` look like
 * findings and are none.
 */
export function createPlanters(
  storeHash: string,
  now: EpochMs,
): { findings: Record<PlantedKind, Planter>; decoys: Planter[] } {
  const sentAt = asEpochMs(now - 86_400_000)
  const entries = createEntries(sentAt)
  const touchedSince = Math.floor(sentAt / 1000) + 7_200
  const perform = (id: number, operationCode: 0 | 1 | 2 | 3): OperationRequest => ({
    requestId: `erp-${id}-${operationCode}`,
    storeHash,
    type: 'performOperation',
    paymentId: id,
    operationCode,
  })
  const setStatus = (id: number): OperationRequest & { type: 'updateProcessingStatus' } => ({
    requestId: `erp-${id}-status`,
    storeHash,
    type: 'updateProcessingStatus',
    paymentId: id,
    processingStatus: 2,
  })
  const remove = (id: number): OperationRequest => ({
    requestId: `erp-${id}-delete`,
    storeHash,
    type: 'deletePayment',
    paymentId: id,
  })
  const clean = (id: number) => ({ id, processingStatus: completed, appliedStatus: applied })
  const waiting = (id: number) => ({ id, processingStatus: awaiting, appliedStatus: unapplied })
  const unpaid = (id: number) => ({ id, processingStatus: completed, appliedStatus: unapplied })
  const offline = (id: number, externalId: string) => ({
    ...clean(id),
    moduleName: offlineModule,
    externalId,
  })
  const letter = (id: number, attributes: Record<string, string> = {}): PlantedLetter => ({
    body: JSON.stringify(setStatus(id)),
    groupId: `${storeHash}:${id}`,
    attributes,
  })
  return {
    findings: {
      completedNotApplied: (id, nth) => ({
        payments: [unpaid(id)],
        // Every other one was asked for once, and refused: that is no reason not to find it.
        ...(nth % 2 === 1 && { entries: [entries.failed(perform(id, 0))] }),
      }),
      refundedStillApplied: id => ({
        payments: [{ id, processingStatus: refunded, appliedStatus: applied }],
      }),
      orderStale: id => ({ payments: [{ ...clean(id), orderId: 5_000_000 + id }] }),
      ledgerAheadOfStore: (id, nth) =>
        nth % 2 === 0
          ? { payments: [unpaid(id)], entries: [entries.succeeded(perform(id, 0))] }
          : { payments: [waiting(id)], entries: [entries.succeeded(setStatus(id), 'confirmed')] },
      doubtSettled: (id, nth) =>
        nth % 2 === 0
          ? {
              payments: [{ ...clean(id), updatedAt: Math.floor(sentAt / 1000) }],
              entries: [entries.inDoubt(perform(id, 0))],
            }
          : { payments: [clean(id)], entries: [entries.inDoubt(perform(id, 1))] },
      doubtOpen: (id, nth) =>
        nth % 2 === 0
          ? {
              payments: [{ ...clean(id), updatedAt: touchedSince }],
              entries: [entries.inDoubt(perform(id, 1))],
            }
          : { payments: [clean(id)], entries: [entries.inDoubt(perform(id, 3))] },
      leftBehind: (id, nth) => ({
        payments: [waiting(id)],
        entries: [nth % 2 === 0 ? entries.sending(setStatus(id)) : entries.unknown(setStatus(id))],
      }),
      paymentGone: (id, nth) => ({
        payments: [clean(id)],
        entries: [entries.succeeded(perform(goneFrom + nth, 0))],
        paymentId: goneFrom + nth,
      }),
      neverAttempted: id => ({ payments: [waiting(id)], letters: [letter(id)] }),
      duplicateExternalId: id => ({ payments: [offline(id, `CHK-${id}`), offline(id + 1, `CHK-${id}`)] }),
    },
    decoys: [
      // Done and so; done twice, the last of it so; refused and not so; our own delete.
      id => ({ payments: [clean(id)], entries: [entries.succeeded(perform(id, 0), 'alreadyDone')] }),
      id => ({ payments: [waiting(id)], entries: [entries.failed(perform(id, 0))] }),
      id => ({ payments: [clean(id)], entries: [entries.succeeded(remove(goneFrom + 500_000 + id))] }),
      // Being worked on at this moment.
      id => ({ payments: [unpaid(id)], entries: [entries.underWay(perform(id, 0), now)] }),
      // Nearly one externalId: another case, a longer one, and another kind of payment.
      id => ({ payments: [offline(id, `A-${id}`), offline(id + 1, `a-${id}`)] }),
      id => ({ payments: [offline(id, `B-${id}`), offline(id + 1, `B-${id}0`)] }),
      id => ({ payments: [offline(id, `C-${id}`), { ...clean(id + 1), externalId: `C-${id}` }] }),
      // Refunded and taken back; from an order that has nothing new; a dead letter that says why it is one.
      id => ({ payments: [{ id, processingStatus: refunded, appliedStatus: unapplied }] }),
      id => ({ payments: [{ ...clean(id), orderId: 5_000_000 + id, allowedOperations: [1] }] }),
      id => ({
        payments: [waiting(id)],
        entries: [entries.failed(setStatus(id))],
        letters: [letter(id, { errorCode: 'OPERATION_NOT_ALLOWED', requestId: `erp-${id}-status` })],
      }),
    ],
  }
}
