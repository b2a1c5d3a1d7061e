import { detailCall } from '../../core/api-call.js'
import { toGroupId } from '../../core/group-id.js'
import { writeJson } from '../../core/json-text.js'
import { isFinal, type LedgerEntry } from '../../core/ledger-entry.js'
import type { Plan } from '../../core/reconcile/sweep.js'
import {
  holdKeyOf,
  type OperationRequest,
  orderKeyOf,
  type PerformOperation,
  parseRequest,
} from '../../core/request.js'
import type { EpochMs } from '../../core/time.js'
import { escapeUnheld } from '../accept.js'
import type { Stop, SweepDeps } from './deps.js'
import { readStore } from './read-store.js'
import type { Done } from './settle-doubt.js'

/** What was done and the calls it took, or why the store could not be asked. */
export type Asked = (Done & { calls?: number }) | (Stop & { calls: number })

/** When the sweep began, and the doubts that it settles before anything is asked for. */
type Sweep = { startedAt: EpochMs; settling: Set<string | undefined> }

/**
 * Puts what a finding asks for on the operations queue. The requestId comes from the finding and the payment's `updatedAt`, or is
 * the request's own, so that one finding never acts twice, however often it is found or this is repeated.
 */
export function enqueue(deps: SweepDeps, plan: Plan, sweep: Sweep): Promise<Asked> {
  switch (plan.finding.kind) {
    case 'leftBehind':
      return enqueueAgain(deps, plan, sweep)
    case 'neverAttempted':
      return enqueueLetter(deps, plan, sweep)
    default:
      return enqueueOperation(deps, plan, sweep)
  }
}

async function enqueueOperation(deps: SweepDeps, plan: Plan, sweep: Sweep): Promise<Asked> {
  const { kind, storeHash, paymentId } = plan.finding
  const { operationCode } = plan
  if (paymentId === undefined || operationCode === undefined) return refuse('nothing can be asked for')
  const request: PerformOperation = {
    requestId: `reconcile:${kind}:${paymentId}:${plan.updatedAtSeconds ?? 0}`,
    storeHash,
    type: 'performOperation',
    paymentId,
    operationCode,
  }
  const forbidden = forbids(plan)
  if (forbidden !== undefined) return refuse(forbidden)
  const asked = await deps.ledger.read(storeHash, request.requestId)
  if (asked !== undefined && isOf(asked, sweep)) return arrived(deps, request.requestId)
  if (asked !== undefined) return refuse(`already asked for: ${asked.state}`)
  const holder = await findDoubt(deps, request, sweep)
  if (holder !== undefined) return refuse(`request ${holder} on this payment is in doubt`)
  const { last, open } = await deps.ledger.lastByPayment(storeHash, paymentId)
  if (open.some(({ state }) => state !== 'inDoubt')) return refuse('the payment is being worked on')
  if (last !== undefined && last.request.requestId !== plan.finding.requestId)
    return refuse(`request ${last.request.requestId} has been carried out on it meanwhile`)
  const looked = await lookAgain(deps, plan, paymentId)
  if ('stopped' in looked) return looked
  const { calls } = looked
  if (looked.why !== undefined) return { ...refuse(looked.why), calls }
  return {
    ...(await send(deps, request.requestId, writeJson(request), toGroupId(orderKeyOf(request)))),
    calls,
  }
}

function forbids({ finding: { storeSays }, operationCode = 0 }: Plan): string | undefined {
  const allowed = typeof storeSays === 'object' ? (storeSays.allowedOperations ?? []) : []
  return allowed.length > 0 && !allowed.includes(operationCode)
    ? `the store does not allow operation ${operationCode} now`
    : undefined
}

/** A sweep may take hours, and a person may have decided otherwise since: the payment must be the very one that was found. */
async function lookAgain(
  deps: SweepDeps,
  { finding: { storeHash, storeSays }, updatedAtSeconds }: Plan,
  paymentId: number,
): Promise<{ why?: string; calls: number } | (Stop & { calls: number })> {
  const read = await readStore(deps, storeHash, detailCall(paymentId))
  if ('stopped' in read) return read
  const { calls, tried } = read
  const found = typeof storeSays === 'object' ? storeSays : {}
  const isSame =
    tried.content?.id === paymentId &&
    tried.content.updatedAtSeconds === updatedAtSeconds &&
    tried.content.processingStatus === found.processingStatus &&
    tried.content.appliedStatus === found.appliedStatus
  return isSame ? { calls } : { calls, why: 'the payment has changed since it was seen' }
}

/** The queue's clock is not ours. */
const arrivalSlackMs = 2_000

/** Asked for by this very sweep, which was killed and does it again. */
const isOf = ({ requestedAt }: LedgerEntry, { startedAt }: Sweep): boolean =>
  requestedAt >= startedAt - arrivalSlackMs

const arrived = ({ dryRun }: SweepDeps, requestId: string): Done => ({
  acted: dryRun ? 'wouldEnqueue' : 'enqueued',
  actionRequestId: requestId,
})

/** A request whose doubt holds the payment. What a crash left of a hold is for the next request to clear away. */
async function findDoubt(
  deps: SweepDeps,
  request: OperationRequest,
  { settling }: Sweep,
): Promise<string | undefined> {
  const holdKey = holdKeyOf(request)
  const { payments } = await deps.ledger.readHolds([holdKey], [])
  for (const holder of payments.get(holdKey) ?? []) {
    // A dry run has not settled it, and a run would have by now.
    if (deps.dryRun && settling.has(holder)) continue
    const entry = await deps.ledger.read(request.storeHash, holder)
    if (entry?.state === 'inDoubt' || (entry !== undefined && !isFinal(entry.state))) return holder
  }
  return undefined
}

async function enqueueAgain(deps: SweepDeps, plan: Plan, sweep: Sweep): Promise<Done> {
  const { storeHash, requestId = '' } = plan.finding
  const entry = await deps.ledger.read(storeHash, requestId)
  if (entry === undefined) return refuse('the ledger entry is gone')
  // Nobody was going to deliver it: since then it can only have been this sweep, before it was killed.
  if ((entry.ending?.completedAt ?? 0) >= sweep.startedAt) return arrived(deps, requestId)
  if (entry.rev !== plan.rev) return refuse('the request has moved on')
  return send(deps, requestId, bodyOf(entry), toGroupId(orderKeyOf(entry.request)))
}

/** A key that came from a road and not from a body may have characters that a body's may not; the message then carries it. */
function bodyOf({ request }: LedgerEntry): string {
  const { requestId, ...content } = request
  return escapeUnheld(writeJson(/^[A-Za-z0-9._:/-]{1,128}$/.test(requestId) ? request : content))
}

async function enqueueLetter(deps: SweepDeps, plan: Plan, sweep: Sweep): Promise<Done> {
  const { storeHash, requestId = '' } = plan.finding
  const entry = await deps.ledger.read(storeHash, requestId)
  if (entry?.source === 'reconcile' && isOf(entry, sweep)) return arrived(deps, requestId)
  if (entry !== undefined && entry.attempts > 0) return refuse(`attempted meanwhile: ${entry.state}`)
  // A repeat would only tell its outcome again, at every pass.
  if (entry !== undefined && isFinal(entry.state)) return refuse(`it has ended meanwhile: ${entry.state}`)
  const parsed = parseRequest(plan.body ?? '', { requestId, storeHash })
  const holder = parsed.valid ? await findDoubt(deps, parsed.request, sweep) : undefined
  if (holder !== undefined && holder !== requestId)
    return refuse(`request ${holder} on this payment is in doubt`)
  if (plan.body === undefined || plan.groupId === undefined) return refuse('the message has no body')
  return send(deps, requestId, plan.body, plan.groupId)
}

async function send(deps: SweepDeps, requestId: string, body: string, groupId: string): Promise<Done> {
  if (deps.dryRun) return { acted: 'wouldEnqueue', actionRequestId: requestId }
  await deps.queue.send({ body, groupId, deduplicationId: requestId, source: 'reconcile' })
  return { acted: 'enqueued', actionRequestId: requestId }
}

const refuse = (why: string): Done => ({ acted: 'refused', why })
