import { assert } from '../errors.js'
import { holdsContent, showsWantedState } from '../evidence.js'
import type { LedgerEntry } from '../ledger-entry.js'
import { isoTime } from '../outcome.js'
import type { Payment } from '../payment.js'
import type { EpochMs } from '../time.js'
import { describeEntry, describePayment } from './describe.js'
import type { FindingKind } from './finding.js'
import type { Plan } from './sweep.js'

/** A succeeded write counts as settled in the store only after this; what is younger may not show everywhere yet. */
export const settledAfterMs = 60_000

/** What the ledger knows of one payment: the write and the apply or revert that succeeded last, and what is still under way. */
export type Known = { last?: LedgerEntry; lastMove?: LedgerEntry; open: LedgerEntry[] }

export type Detected =
  /** Being worked on, or written to a moment ago: nothing is said of it now. */
  { passedOver: true } | { passedOver: false; plans: Plan[] }

/** What one payment of the list shows against what was asked and done. `lookedAt` is when the list was asked for. */
export function detectPayment(
  storeHash: string,
  payment: Payment,
  known: Known,
  lookedAt: EpochMs,
  delayScale: number,
): Detected {
  const { last, lastMove, open } = known
  // A doubt for good is a finding of its own; its payment may still show what was asked of it by others.
  if (open.some(({ state }) => state !== 'inDoubt')) return { passedOver: true }
  const youngFrom = lookedAt - settledAfterMs * delayScale
  if ((last?.ending?.completedAt ?? 0) > youngFrom) return { passedOver: true }
  return {
    passedOver: false,
    plans: detectKinds(payment, last).map(kind =>
      planFor(kind, storeHash, payment, { last, lastMove }, lookedAt),
    ),
  }
}

function detectKinds(payment: Payment, last: LedgerEntry | undefined): FindingKind[] {
  const kinds = detectStates(payment, last)
  if (last === undefined || isAsWanted(last, payment)) return kinds
  // What was deleted on purpose and still shows is not to be worked on.
  if (last.request.type === 'deletePayment') return ['ledgerAheadOfStore']
  // That our own apply or revert is gone again says more than the state that it left.
  const ours: FindingKind | undefined =
    last.request.type !== 'performOperation'
      ? undefined
      : last.request.operationCode === 0
        ? 'completedNotApplied'
        : 'refundedStillApplied'
  const rest = kinds.filter(kind => kind !== ours)
  return rest.length > 0 && rest.length === kinds.length ? kinds : ['ledgerAheadOfStore', ...rest]
}

function detectStates(payment: Payment, last: LedgerEntry | undefined): FindingKind[] {
  const { processingStatus, appliedStatus, moduleName, allowedOperations } = payment
  const kinds: FindingKind[] = []
  if (processingStatus === 3 && appliedStatus === 0) kinds.push('completedNotApplied')
  if (processingStatus === 4 && appliedStatus === 1) kinds.push('refundedStillApplied')
  if (
    moduleName === 'payments_bigcommerce_sales_order' &&
    allowedOperations.includes(2) &&
    !isPulled(payment, last)
  )
    kinds.push('orderStale')
  return kinds
}

/**
 * A store may allow a pull of every payment of an order, whether it would change anything or not: one that has not changed
 * since we pulled it is taken for current. The two clocks may be a little apart.
 */
const isPulled = ({ updatedAtSeconds }: Payment, last: LedgerEntry | undefined): boolean =>
  last?.request.type === 'performOperation' &&
  last.request.operationCode === 2 &&
  (last.ending?.completedAt ?? 0) + settledAfterMs >= updatedAtSeconds * 1000

/** Whether the store still shows what the ledger says was done; a pull and code 3 leave nothing to compare. */
export function isAsWanted({ request, state }: LedgerEntry, payment: Payment): boolean {
  assert(state === 'succeeded', 'only what was done can be missed in the store')
  switch (request.type) {
    case 'performOperation':
      return request.operationCode > 1 || showsWantedState(request, payment)
    case 'updateProcessingStatus':
      return showsWantedState(request, payment)
    case 'createOfflinePayment':
    case 'updateOfflinePayment':
      return holdsContent(payment, request.payment)
    case 'deletePayment':
      return false
  }
}

const operationFor: Partial<Record<FindingKind, 0 | 1 | 2>> = {
  completedNotApplied: 0,
  refundedStillApplied: 1,
  orderStale: 2,
}

function planFor(
  kind: FindingKind,
  storeHash: string,
  payment: Payment,
  { last, lastMove }: { last: LedgerEntry | undefined; lastMove: LedgerEntry | undefined },
  lookedAt: EpochMs,
): Plan {
  const operationCode = operationFor[kind]
  const why = lastMove === undefined ? undefined : undoes(kind, lastMove)
  return {
    finding: {
      kind,
      storeHash,
      paymentId: payment.id,
      seenAt: isoTime(lookedAt),
      ...(last && describeEntry(last)),
      storeSays: describePayment(payment),
      action: 'report',
      acted: 'reported',
      decidedBy: 'default',
    },
    ...(operationCode !== undefined && { operationCode, updatedAtSeconds: payment.updatedAtSeconds }),
    ...(why !== undefined && { refusal: why }),
  }
}

/**
 * What somebody reverted on purpose, or took back after us, is not done again by a rule, whatever pull or status came since:
 * that is for people to decide.
 */
function undoes(kind: FindingKind, { request }: LedgerEntry): string | undefined {
  if (request.type !== 'performOperation') return undefined
  const { requestId, operationCode } = request
  const did = operationCode === 1 ? 'reverted' : 'applied'
  const isContrary =
    kind === 'completedNotApplied' || (kind === 'refundedStillApplied' && operationCode === 1)
  return isContrary ? `request ${requestId} ${did} it; a person has to decide` : undefined
}
