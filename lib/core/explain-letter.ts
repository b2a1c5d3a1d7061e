import { type ErrorCode, errorCodes } from './errors.js'
import { explainEntry } from './explain-entry.js'
import type { LedgerEntry } from './ledger-entry.js'
import { type Explanation, nextByCode, rejected } from './letter-meaning.js'
import type { EpochMs } from './time.js'

export { type Explanation, type LetterMeaning, letterMeanings } from './letter-meaning.js'

export type LetterFacts = {
  /** The message's own attributes; none where SQS itself moved it. */
  errorCode?: string
  errorMessage?: string
  attempts?: number
  /** Why it is there in the words of an envelope that has no error code. */
  envelopeWhy?: string
  /** Who put this body in place of the one that failed. */
  editedBy?: string
  /** A later edit of this very message lies in the queue as well. */
  isReplaced?: boolean
  /** Of the request in its body; absent: the body is no valid request, and `problem` says why. */
  contentHash?: string
  problem?: string
  /** All that is wrong with it: it names no store, and which one the functions take for it is not known here. */
  lacksStore?: boolean
}

/** Judges a dead letter. Pure; `entry` is the ledger's under the message's key, if there is one. */
export function explainLetter(facts: LetterFacts, entry: LedgerEntry | undefined, now: EpochMs): Explanation {
  const { errorMessage, contentHash, problem = 'its body is no valid request' } = facts
  if (facts.lacksStore === true)
    return {
      meaning: 'inDoubt',
      why: `${facts.envelopeWhy ?? movedBySqs}; it names no store, so the ledger cannot be asked: did it take effect?`,
      next: 'set DEFAULT_STORE_HASH to what the functions have, and look again',
    }
  if (contentHash === undefined)
    return rejected(
      'INVALID_REQUEST',
      errorMessage ?? `${facts.envelopeWhy ?? movedBySqs}; it would be refused: ${problem}`,
    )
  if (facts.isReplaced === true)
    return replaced('an edit of it lies in the queue beside it', 'redrive the edit; discard this message')
  if (entry === undefined) return explainUnknown(facts)
  if (entry.contentHash !== contentHash)
    return rejected('IDEMPOTENCY_CONFLICT', 'the ledger knows its requestId with another content')
  if (entry.supersededBy !== undefined)
    return replaced(
      `an edit put the request ${entry.supersededBy} in its place`,
      'discard it once that one is here or carried out; else make the same edit again',
    )
  return explainEntry(entry, now)
}

/** The ledger has no entry, though every request that was attempted has one for 90 days. */
function explainUnknown(facts: LetterFacts): Explanation {
  const { errorCode, errorMessage, attempts, editedBy } = facts
  if (editedBy !== undefined)
    return {
      meaning: 'neverAttempted',
      why: `edited by ${editedBy}; nothing was sent since`,
      next: 'safe to redrive',
    }
  if (errorCode === undefined)
    return {
      meaning: 'neverAttempted',
      why: `${facts.envelopeWhy ?? movedBySqs} before anything was attempted; the ledger has no entry of it`,
      next: 'safe to redrive',
    }
  const code = toCode(errorCode)
  const why = errorMessage ?? errorCode
  if (code === 'INVALID_REQUEST' || code === 'IDEMPOTENCY_CONFLICT') return rejected(code, why)
  if (attempts === 0)
    return { meaning: 'neverAttempted', why, next: code === undefined ? 'safe to redrive' : nextByCode[code] }
  return {
    meaning: 'inDoubt',
    why: `the ledger has no entry of it, though it failed with ${errorCode}: is it this stage's?`,
    next: 'find out by hand whether it took effect; then discard it, or send it anew',
  }
}

const movedBySqs = 'SQS moved it here'

/** Its edit is carried out instead; this one never may be. */
const replaced = (why: string, next: string): Explanation => ({
  meaning: 'rejected',
  why,
  next,
  never: true,
})

const toCode = (text: string): ErrorCode | undefined => errorCodes.find(code => code === text)
