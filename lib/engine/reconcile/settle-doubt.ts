import { entryPaymentId, finish, type LedgerEntry } from '../../core/ledger-entry.js'
import { afterLook } from '../../core/next-step.js'
import { isoTime, outcomeOf } from '../../core/outcome.js'
import type { Finding } from '../../core/reconcile/finding.js'
import type { Plan } from '../../core/reconcile/sweep.js'
import type { EpochMs } from '../../core/time.js'
import { announceSettled } from '../announce-settled.js'
import { noteOutcome } from '../note-outcome.js'
import type { SweepDeps } from './deps.js'

export type Done = Pick<Finding, 'acted' | 'why' | 'actionRequestId'>

/**
 * Settles a doubt by the proof of its plan: the ledger first, then the hold of the payment, then the outcome. Killed in between,
 * the next try finds its own settling in the ledger and does the rest again. An executed write ends as a redrive's look would end it;
 * one that was not executed fails without effect, so that a redrive of its dead letter tries it afresh.
 */
export async function settleDoubt(deps: SweepDeps, plan: Plan, startedAt: EpochMs): Promise<Done> {
  const { storeHash, requestId = '' } = plan.finding
  const entry = await deps.ledger.read(storeHash, requestId)
  if (entry === undefined) return { acted: 'refused', why: 'the ledger entry is gone' }
  const isOurs = isSettledBy(entry, plan, startedAt)
  if (!isOurs && (entry.state !== 'inDoubt' || entry.rev !== plan.rev))
    return { acted: 'refused', why: `the request has moved on: ${entry.state}` }
  if (deps.dryRun) return { acted: 'wouldSettle' }
  const settled = isOurs
    ? entry
    : await deps.ledger.save(endDoubt(deps, entry, plan), `reconcile:${deps.random.uuid()}`)
  if (!isOurs) noteOutcome(deps, outcomeOf(settled))
  // What this throws ends the sweep before it counts as done: the next pass finds it settled, and tells it.
  await announceSettled(deps, settled)
  return { acted: 'settled' }
}

/** This sweep's own work, found again after a kill. */
const isSettledBy = ({ state, ending }: LedgerEntry, plan: Plan, startedAt: EpochMs): boolean =>
  state === (plan.verdict === 'notExecuted' ? 'failed' : 'succeeded') &&
  (ending?.completedAt ?? 0) >= startedAt

function endDoubt(deps: SweepDeps, entry: LedgerEntry, plan: Plan): LedgerEntry {
  const now = deps.clock.now()
  const { ending, deadLetter, ...rest } = entry
  const open: LedgerEntry = { ...rest, state: 'unknown' }
  if (plan.verdict === 'notExecuted') {
    const why = `in doubt since ${isoTime(ending?.completedAt ?? entry.requestedAt)}; reconciliation found at ${plan.finding.seenAt} that it was not executed`
    const error = { code: 'IN_DOUBT' as const, message: why }
    const failed = finish(open, 'failed', { effect: 'none', error }, now)
    // Its letter has been in the dead-letter queue since it came into doubt.
    return { ...failed, ...(deadLetter !== undefined && { deadLetter }) }
  }
  const paymentId = plan.madePaymentId ?? entryPaymentId(entry)
  const evidence =
    plan.verdict === 'executed'
      ? { verdict: plan.verdict, ...(paymentId !== undefined && { paymentId }) }
      : { verdict: 'alreadySo' as const }
  return afterLook(open, evidence, { now, roll: deps.random.next(), delayScale: deps.delayScale }).entry
}
