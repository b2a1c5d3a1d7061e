import { doubtLimitMs } from '../backoff.js'
import type { Evidence, Look } from '../evidence.js'
import { entryPaymentId, isLeased, type LedgerEntry } from '../ledger-entry.js'
import { isoTime } from '../outcome.js'
import type { OperationRequest } from '../request.js'
import type { EpochMs } from '../time.js'
import { describeEntry, describePayment, describeRequest } from './describe.js'
import type { Finding, FindingKind } from './finding.js'
import type { Plan } from './sweep.js'

/** What the ledger and the dead-letter queue show, with or without a look at the store. */

/** The operations queue's visibility timeout, after which SQS delivers again, and a little more. */
const redeliveredAfterMs = 240_000

/** Left behind: nobody holds it, and a delivery that would go on with it is overdue. */
export function classifyEntry(
  entry: LedgerEntry,
  now: EpochMs,
  delayScale: number,
): 'inDoubt' | 'leftBehind' | 'open' {
  if (entry.state === 'inDoubt') return 'inDoubt'
  if (isLeased(entry, now)) return 'open'
  const { doubtSince, notBefore, leaseUntil, requestedAt } = entry
  // What nobody has delivered for so long, nobody will.
  const since = doubtSince ?? notBefore ?? leaseUntil ?? requestedAt
  const isOverdue = now - since > doubtLimitMs * delayScale
  // A killed worker's message comes back by itself; only then it is nobody's.
  const isRedeliverable = now - (leaseUntil ?? requestedAt) < redeliveredAfterMs * delayScale
  return (entry.state === 'sending' && !isRedeliverable) || isOverdue ? 'leftBehind' : 'open'
}

export const planLeftBehind = (entry: LedgerEntry, now: EpochMs): Plan => ({
  finding: findingOf('leftBehind', entry, now),
  rev: entry.rev,
})

/** Of a doubt that was looked at. Only proof settles it: what could be repeated without harm is not proven either way. */
export function planDoubt(
  entry: LedgerEntry,
  look: Look | undefined,
  evidence: Evidence,
  now: EpochMs,
): Plan {
  const { verdict } = evidence
  const isProven = verdict === 'executed' || verdict === 'alreadySo' || verdict === 'notExecuted'
  const why =
    'why' in evidence
      ? evidence.why
      : isProven
        ? undefined
        : 'the look proves neither; the write may be repeated without harm'
  const finding: Finding = {
    ...findingOf(isProven ? 'doubtSettled' : 'doubtOpen', entry, now),
    ...(look?.seen === 'payment' && { storeSays: describePayment(look.payment) }),
    ...(look?.seen === 'gone' && { storeSays: 'gone' as const }),
    ...(why !== undefined && { why }),
  }
  if (!isProven) return { finding }
  const made = verdict === 'executed' ? evidence.paymentId : undefined
  return {
    finding: { ...finding, ...(made !== undefined && { paymentId: made }), why: words[verdict] },
    verdict,
    rev: entry.rev,
    ...(made !== undefined && { madePaymentId: made }),
  }
}

const words = {
  executed: 'the store shows that it was executed',
  alreadySo: 'the store was so before the write was sent',
  notExecuted: 'the store shows that it was not executed',
} as const

export const planGone = (entry: LedgerEntry, now: EpochMs): Plan => ({
  finding: { ...findingOf('paymentGone', entry, now), storeSays: 'gone' },
})

/** A message that SQS itself moved to the dead-letter queue, whose request nobody ever attempted. */
export function planNeverAttempted(
  request: OperationRequest,
  letter: { body: string; groupId: string },
  now: EpochMs,
): Plan {
  return {
    finding: {
      kind: 'neverAttempted',
      storeHash: request.storeHash,
      ...('paymentId' in request && { paymentId: request.paymentId }),
      requestId: request.requestId,
      seenAt: isoTime(now),
      asked: describeRequest(request),
      sent: 'never',
      ...undecided,
    },
    body: letter.body,
    groupId: letter.groupId,
  }
}

/** Offline payments of one sweep that carry the same externalId, exactly: once for each externalId. */
export function planDuplicates(storeHash: string, seen: [string, number][], now: EpochMs): Plan[] {
  const byName = new Map<string, Set<number>>()
  for (const [externalId, id] of seen) byName.set(externalId, (byName.get(externalId) ?? new Set()).add(id))
  return [...byName].flatMap(([externalId, ids]) => {
    const [paymentId, ...otherPaymentIds] = [...ids].sort((a, b) => a - b)
    if (paymentId === undefined || otherPaymentIds.length === 0) return []
    const finding: Finding = {
      kind: 'duplicateExternalId',
      storeHash,
      paymentId,
      otherPaymentIds,
      seenAt: isoTime(now),
      storeSays: { externalId },
      ...undecided,
    }
    return [{ finding }]
  })
}

/** Until the rules have spoken. */
const undecided = { action: 'report', acted: 'reported', decidedBy: 'default' } as const

function findingOf(kind: FindingKind, entry: LedgerEntry, now: EpochMs): Finding {
  const paymentId = entryPaymentId(entry)
  return {
    kind,
    storeHash: entry.request.storeHash,
    ...(paymentId !== undefined && { paymentId }),
    seenAt: isoTime(now),
    ...describeEntry(entry),
    ...undecided,
  }
}
