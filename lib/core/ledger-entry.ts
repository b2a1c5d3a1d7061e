import type { ErrorCode } from './errors.js'
import { hashContent, type OperationRequest, paymentIdOf } from './request.js'
import { asEpochMs, type EpochMs } from './time.js'

/**
 * What we know of one request. The states, and what leads out of each:
 *
 * - `sending`: a write may be on its way. The intent is durable before the call, so an entry found in this state whose
 *   lease has run out was left behind by a crash, and its write counts as unknown. Leads to any other state.
 * - `waiting`: nothing of it is on its way and nothing took effect: the store is held, the API could not be reached, or a
 *   look proved an attempt not executed. Leads to `sending`, not before `notBefore`.
 * - `unknown`: an answer was lost (or a claim left behind). The only legal step is a look; it leads to `succeeded`
 *   (it was done), `waiting` (it was not, or doing it again is harmless) or `inDoubt` (no look can tell).
 * - `refused`: the API said 400. A look decides whether the wanted state is there already; leads to `succeeded` or `failed`.
 * - `succeeded`, `failed`, `inDoubt`: final, with their outcome. A redrive may reopen `failed` where it was without
 *   effect (to `sending`) and `inDoubt` (to `unknown`: looked at first). Nothing ever reopens `succeeded`.
 *
 * Who holds the lease (`owner`, until `leaseUntil`) may write; every write is conditional on `rev`, which each write
 * raises by one, so that a late owner's write is refused.
 */
export type EntryState = 'sending' | 'waiting' | 'unknown' | 'refused' | FinalState
export type FinalState = 'succeeded' | 'failed' | 'inDoubt'
export type Effect = 'performed' | 'alreadyDone' | 'confirmed' | 'none' | 'unknown'
export type Source = 'sqs' | 'eventbridge' | 'reconcile' | 'webhook'
export const sources = ['sqs', 'eventbridge', 'reconcile', 'webhook'] as const

export type Ending = {
  effect: Effect
  completedAt: EpochMs
  paymentId?: number
  apiRequestId?: string
  error?: { code: ErrorCode; message: string; httpStatus?: number }
}

export type Resolution = { as: 'done' | 'notDone'; by: string; reason: string; at: EpochMs }

export type LedgerEntry = {
  request: OperationRequest
  contentHash: string
  source: Source
  requestedAt: EpochMs
  state: EntryState
  rev: number
  owner?: string
  leaseUntil?: EpochMs
  /** Writes sent to the API; an intent counts as sent until the opposite is certain. */
  attempts: number
  /** `attempts` when this trial began: a redrive begins a new one. */
  attemptsBefore: number
  /** When the write that is not yet accounted for may have been on its way. */
  sendingFrom?: EpochMs
  sendingUntil?: EpochMs
  doubtSince?: EpochMs
  looks: number
  /** An unknown answer is on record: a later 404 to a delete means that it was done. */
  hadUnknown: boolean
  /** An earlier attempt may have taken effect, unproven; only for types where a second execution is harmless. */
  unproven: boolean
  notBefore?: EpochMs
  /** Why nothing could be sent, since when, and how often that was tried. */
  waitingFor?: 'credentials' | 'reach'
  waitingSince?: EpochMs
  waits: number
  /** What the API last said of a write. */
  lastAnswer?: { message: string; httpStatus?: number; apiRequestId?: string }
  ending?: Ending
  /** How a person settled a doubt that no look could. */
  resolution?: Resolution
  /** The requestId that a person put in the place of this failed request, in another store with that: it is never tried again. */
  supersededBy?: string
  /** Whether the dead-letter queue has taken a failure; `due` after a crash means that it still has to. */
  deadLetter?: 'due' | 'sent'
}

export type Lease = { owner: string; until: EpochMs }

/** A new entry: claim and intent in one, so that a clean request costs two writes. */
export function openEntry(
  request: OperationRequest,
  origin: { source: Source; requestedAt: EpochMs },
  lease: Lease,
  now: EpochMs,
): LedgerEntry {
  return {
    request,
    contentHash: hashContent(request),
    ...origin,
    state: 'sending',
    rev: 1,
    owner: lease.owner,
    leaseUntil: lease.until,
    attempts: 1,
    attemptsBefore: 0,
    sendingFrom: now,
    looks: 0,
    hadUnknown: false,
    unproven: false,
    waits: 0,
  }
}

export const entryKeyOf = (request: Pick<OperationRequest, 'storeHash' | 'requestId'>): string =>
  `${request.storeHash}#${request.requestId}`

export const isFinal = (state: EntryState): state is FinalState =>
  state === 'succeeded' || state === 'failed' || state === 'inDoubt'

/** Applies to invoice balances, or reverts them. */
export const movesMoney = ({ request }: LedgerEntry): boolean =>
  request.type === 'performOperation' && request.operationCode < 2

/** The payment as far as it is known: the request's, or for a create the one that was made. */
export const entryPaymentId = (entry: LedgerEntry): number | undefined =>
  paymentIdOf(entry.request) ?? entry.ending?.paymentId

/** Intent of one more write: durable before the call. */
export function toSending(entry: LedgerEntry, now: EpochMs): LedgerEntry {
  const { notBefore: _, sendingUntil: __, doubtSince: ___, ...rest } = entry
  // A created payment may show up late: each look has to know it from the first attempt on.
  const isCreate = entry.request.type === 'createOfflinePayment'
  const sendingFrom = isCreate ? (entry.sendingFrom ?? now) : now
  return { ...rest, state: 'sending', attempts: entry.attempts + 1, sendingFrom, looks: 0 }
}

/** The write that was meant was certainly not sent: it does not count. */
export const uncount = (entry: LedgerEntry): LedgerEntry => ({ ...entry, attempts: entry.attempts - 1 })

/** An answer is missing; `until` is the last moment at which the write may have been on its way. */
export function toUnknown(entry: LedgerEntry, until: EpochMs, now: EpochMs): LedgerEntry {
  return {
    ...entry,
    state: 'unknown',
    sendingFrom: entry.sendingFrom ?? until,
    sendingUntil: until,
    doubtSince: entry.doubtSince ?? now,
    hadUnknown: true,
    looks: 0,
  }
}

export function finish(
  entry: LedgerEntry,
  state: FinalState,
  ending: Omit<Ending, 'completedAt'>,
  now: EpochMs,
): LedgerEntry {
  const { owner: _, leaseUntil: __, notBefore: ___, waitingFor: ____, waitingSince: _____, ...rest } = entry
  const apiRequestId = ending.apiRequestId ?? entry.lastAnswer?.apiRequestId
  return {
    ...rest,
    state,
    ending: { ...ending, completedAt: now, ...(apiRequestId !== undefined && { apiRequestId }) },
    ...(state !== 'succeeded' && { deadLetter: 'due' as const }),
  }
}

/** Gives the lease back: whoever gets the message next may go on from here, not before `notBefore`. */
export function release(entry: LedgerEntry, notBefore: EpochMs): LedgerEntry {
  const { owner: _, leaseUntil: __, ...rest } = entry
  return { ...rest, notBefore }
}

export const isLeased = (entry: LedgerEntry, now: EpochMs): boolean =>
  (entry.leaseUntil ?? asEpochMs(0)) > now
