import type { Explanation } from './explain-letter.js'
import { entryKeyOf, type LedgerEntry } from './ledger-entry.js'
import { hashContent, type OperationRequest } from './request.js'

/**
 * Whether a dead letter's body may be replaced. Between the edit's sending and the old message's removing both are in the queue,
 * for ever if the command is killed there, and whoever redrives both must not pay twice:
 *
 * - The old body can never be carried out (invalid, or in conflict): the edit is a request of its own.
 * - Nothing was ever carried out under its key: the edit keeps the key, and of two bodies of one key only the first is carried out.
 * - It failed without effect: the edit needs a key of its own, and the ledger is told first that it takes the old one's place.
 *
 * Everything else took effect, or may: that is no letter to edit.
 */
export type EditChoice =
  /** `supersede`: the old request's entry, to be written before anything else. */
  { allowed: true; supersede?: LedgerEntry } | { allowed: false; why: string }

export type EditFacts = {
  explanation: Explanation
  old?: { request: OperationRequest; entry?: LedgerEntry }
  edited: { request: OperationRequest; entry?: LedgerEntry }
}

/** Chooses. Pure; each `entry` is the ledger's under its request's key. */
export function chooseEdit({ explanation, old, edited }: EditFacts): EditChoice {
  const { meaning, why, next } = explanation
  const isOurs = old !== undefined && old.entry?.supersededBy === nameOf(edited.request, old.request)
  if (meaning === 'done' || meaning === 'underWay' || meaning === 'inDoubt') return refuse(`${why}; ${next}`)
  if (old?.entry?.supersededBy !== undefined && !isOurs) return refuse(`${why}; ${next}`)
  if (edited.entry !== undefined && edited.entry.contentHash !== hashContent(edited.request))
    return refuse(
      `the ledger knows ${edited.request.requestId} with another content: give the new body a requestId of its own`,
    )
  if (edited.entry?.supersededBy !== undefined)
    return refuse(
      `${edited.request.requestId} was replaced by ${edited.entry.supersededBy} and is never tried again`,
    )
  if (old === undefined || entryKeyOf(old.request) === entryKeyOf(edited.request)) return { allowed: true }
  if (old.entry === undefined)
    return refuse(
      `nothing was carried out under ${old.request.requestId} yet: the new body must keep that requestId and the store`,
    )
  if (old.entry.contentHash !== hashContent(old.request)) return { allowed: true }
  if (old.entry.state !== 'failed') return refuse('the ledger still waits for its next try: redrive it first')
  return isOurs
    ? { allowed: true }
    : { allowed: true, supersede: { ...old.entry, supersededBy: nameOf(edited.request, old.request) } }
}

/** The same id in another store is another request. */
const nameOf = (edited: OperationRequest, old: OperationRequest): string =>
  edited.storeHash === old.storeHash ? edited.requestId : entryKeyOf(edited)

const refuse = (why: string): EditChoice => ({ allowed: false, why })
