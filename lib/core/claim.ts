import { doubtLimitMs } from './backoff.js'
import { assert } from './errors.js'
import {
  entryKeyOf,
  isFinal,
  isLeased,
  type Lease,
  type LedgerEntry,
  toSending,
  toUnknown,
  uncount,
} from './ledger-entry.js'
import { hashContent, type OperationRequest } from './request.js'
import type { EpochMs } from './time.js'

/** What a delivery finds when the ledger has an entry under its key already. */
export type Claim =
  /** The same key with other content; nothing is told in the other request's name. */
  | { found: 'conflict' }
  /** Finished before: nothing is executed, its outcome is told again. */
  | { found: 'finished' }
  /** Another worker holds it, or its next try is not due yet. */
  | { found: 'notYet'; until: EpochMs }
  /** Ours to go on with, once this entry is written in place of the one that was found. */
  | { found: 'mine'; entry: LedgerEntry }

export type Delivery = {
  request: OperationRequest
  /** `failedAt` of the dead letter that this message is a redrive of. */
  redriveOf?: string
}

export function decideClaim(existing: LedgerEntry, delivery: Delivery, lease: Lease, now: EpochMs): Claim {
  assert(entryKeyOf(existing.request) === entryKeyOf(delivery.request), 'a claim compares entries of one key')
  if (existing.contentHash !== hashContent(delivery.request)) return { found: 'conflict' }
  if (isFinal(existing.state)) return decideRedrive(existing, delivery, lease, now)
  if (isLeased(existing, now)) return { found: 'notYet', until: existing.leaseUntil ?? now }
  const mine = { ...existing, owner: lease.owner, leaseUntil: lease.until }
  // Left behind by a crash, or by a worker that ran out of time: its write may be under way or done.
  if (existing.state === 'sending') {
    return { found: 'mine', entry: toUnknown(mine, existing.leaseUntil ?? now, now) }
  }
  if (existing.notBefore !== undefined && existing.notBefore > now)
    return { found: 'notYet', until: existing.notBefore }
  return { found: 'mine', entry: existing.state === 'waiting' ? toSending(mine, now) : mine }
}

/** Only a redrive reopens a finished request, and never one that took effect. */
function decideRedrive(existing: LedgerEntry, delivery: Delivery, lease: Lease, now: EpochMs): Claim {
  if (delivery.redriveOf === undefined || existing.state === 'succeeded') return { found: 'finished' }
  // Another request does its work by now: a copy of it that is still about must not do it a second time.
  if (existing.supersededBy !== undefined) return { found: 'finished' }
  // A failure that its dead letter has not been written for yet is told before anything is tried again,
  // unless this very dead letter is the one that came back.
  const isItsOwn = existing.ending?.completedAt === Date.parse(delivery.redriveOf)
  if (existing.deadLetter === 'due' && !isItsOwn) return { found: 'finished' }
  const { ending, deadLetter: _, ...open } = existing
  const fresh = {
    ...open,
    owner: lease.owner,
    leaseUntil: lease.until,
    attemptsBefore: open.attempts,
    waits: 0,
  }
  if (existing.state === 'failed' && ending?.effect === 'none')
    return { found: 'mine', entry: toSending(fresh, now) }
  const { doubtSince: __, ...again } = fresh
  return { found: 'mine', entry: toUnknown(again, existing.sendingUntil ?? existing.leaseUntil ?? now, now) }
}

/** For a request that cannot be tried now and has no entry yet, so that its waiting has a beginning. */
export const neverSent = (entry: LedgerEntry): LedgerEntry => ({ ...entry, attempts: 0, state: 'waiting' })

/** Takes back the intent that a claim has just made: the request is not going to be sent now. */
export const withoutIntent = (entry: LedgerEntry): LedgerEntry =>
  entry.state === 'sending' ? { ...uncount(entry), state: 'waiting' } : entry

/** A doubt past its limit is one for good, also where its own message is gone and nobody looks any more. */
export function isForGood(holder: LedgerEntry, now: EpochMs, delayScale: number): boolean {
  const since = holder.doubtSince ?? holder.sendingFrom ?? holder.requestedAt
  return holder.state === 'inDoubt' || now - since > doubtLimitMs * delayScale
}
