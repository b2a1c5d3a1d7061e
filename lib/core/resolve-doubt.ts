import { entryPaymentId, finish, isLeased, type LedgerEntry, type Resolution } from './ledger-entry.js'
import { boundMessage, isoTime } from './outcome.js'
import { paymentIdOf } from './request.js'

/** What a person says of a doubt; `paymentId` is the one that a create has made. */
export type Verdict = Resolution & { paymentId?: number }

export type Resolving =
  /** Ours to write in place of the entry that was found. */
  | { may: 'resolve'; entry: LedgerEntry }
  /** It was resolved so before; a kill may have kept the rest from being done. */
  | { may: 'complete'; resolution: Resolution }
  | { may: 'refuse'; why: string }

/**
 * A person knows what no look could tell: whether a write in doubt was executed. Only a doubt for good is theirs to end;
 * while a look may still settle it, the look does. Done ends as a look would end it; not done fails without effect, so that a
 * redrive of its dead letter tries it afresh.
 */
export function resolveDoubt(entry: LedgerEntry, verdict: Verdict): Resolving {
  const { state, ending, resolution } = entry
  if (state === 'inDoubt') {
    const why = findMisfit(entry, verdict)
    return why === undefined ? { may: 'resolve', entry: endDoubt(entry, verdict) } : { may: 'refuse', why }
  }
  // A resolution of an earlier doubt, gone on from since, is nobody's answer to this one.
  if (resolution === undefined || ending?.completedAt !== resolution.at)
    return { may: 'refuse', why: whyNot(entry, verdict) }
  const { by, at } = resolution
  const earlier = `${by} resolved it as ${words[resolution.as]} on ${isoTime(at)}`
  if (resolution.as !== verdict.as) return { may: 'refuse', why: earlier }
  const kept = entryPaymentId(entry)
  // Another payment is another word, and nothing would be kept of it.
  if (verdict.paymentId !== undefined && verdict.paymentId !== kept)
    return {
      may: 'refuse',
      why: `${earlier}, ${kept === undefined ? 'without a payment' : `payment ${kept}`}`,
    }
  return { may: 'complete', resolution }
}

export const words = { done: 'done', notDone: 'not done' } as const

function endDoubt(entry: LedgerEntry, { paymentId, ...resolution }: Verdict): LedgerEntry {
  const { ending, deadLetter, ...rest } = entry
  const open: LedgerEntry = { ...rest, state: 'unknown', resolution }
  const { as, by, reason, at } = resolution
  if (as === 'done') {
    const made = paymentId ?? ending?.paymentId
    return finish(
      open,
      'succeeded',
      { effect: 'confirmed', ...(made !== undefined && { paymentId: made }) },
      at,
    )
  }
  const since = isoTime(ending?.completedAt ?? entry.requestedAt)
  const message = boundMessage(`in doubt since ${since}; ${by} resolved it as not done: ${reason}`)
  const error = { code: 'IN_DOUBT' as const, message }
  const failed = finish({ ...open, unproven: false }, 'failed', { effect: 'none', error }, at)
  // Its letter has been in the dead-letter queue since it came into doubt.
  return { ...failed, ...(deadLetter !== undefined && { deadLetter }) }
}

function findMisfit({ request }: LedgerEntry, { as, paymentId }: Verdict): string | undefined {
  if (paymentId === undefined) return undefined
  if (request.type === 'createOfflinePayment')
    return as === 'done' ? undefined : 'a create that was not done has made no payment'
  return paymentIdOf(request) === paymentId ? undefined : `it is about payment ${paymentIdOf(request)}`
}

function whyNot(entry: LedgerEntry, { at }: Verdict): string {
  const { state, ending } = entry
  if (ending !== undefined) return `it is not in doubt: ${state}, ${ending.effect}`
  if (isLeased(entry, at)) return 'it is being worked on at this moment'
  if (state === 'waiting') return 'it is not in doubt: nothing took effect, and it waits for its next try'
  return 'a look may still settle it: wait for its next delivery, or redrive its dead letter'
}
