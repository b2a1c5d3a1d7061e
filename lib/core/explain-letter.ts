import { type ErrorCode, errorCodes } from './errors.js'
import { isLeased, type LedgerEntry } from './ledger-entry.js'
import { isoTime } from './outcome.js'
import { asEpochMs, type EpochMs } from './time.js'

/**
 * What a message in the dead-letter queue means to a person, given the ledger's entry of its request:
 *
 * - `done`: it took effect. Safe to discard.
 * - `neverAttempted`, `notExecuted`: nothing was sent, or what was sent is proven not executed. Safe to redrive.
 * - `inDoubt`: it may have taken effect. Redriven only after a fresh look.
 * - `underWay`: somebody works on it, or a next try is set. Nothing to do yet.
 * - `rejected`: it was refused; the reason has to be mended first.
 *
 * The entry counts for more than the message's own attributes: it may have gone on since.
 */
export const letterMeanings = [
  'done',
  'neverAttempted',
  'notExecuted',
  'inDoubt',
  'underWay',
  'rejected',
] as const
export type LetterMeaning = (typeof letterMeanings)[number]

export type LetterFacts = {
  /** The message's own attributes; none where SQS itself moved it. */
  errorCode?: string
  errorMessage?: string
  attempts?: number
  /** Of the request in its body; absent: the body is no valid request, and `problem` says why. */
  contentHash?: string
  problem?: string
}

export type Explanation = { meaning: LetterMeaning; why: string; next: string }

const afterLook = 'redrive only after a fresh look at the store (payops reconcile makes one)'

const nextByCode: Record<ErrorCode, string> = {
  INVALID_REQUEST: 'correct it at its sender, send it anew, discard this message',
  IDEMPOTENCY_CONFLICT: 'if it is meant, send it under a requestId of its own; discard this message',
  OPERATION_NOT_ALLOWED: 'redrive once the store allows the operation, or discard',
  PAYMENT_NOT_FOUND: 'check the store and the payment at its sender; discard',
  REJECTED_BY_API: 'mend what the API names, then redrive, or discard',
  CREDENTIALS_MISSING: "give the store's secret its credentials, then redrive",
  CREDENTIALS_REJECTED: "renew the store's token, then redrive",
  RETRIES_EXHAUSTED: 'safe to redrive once the API answers again',
  IN_DOUBT: afterLook,
  BLOCKED_BY_DOUBT: 'settle the doubt on this payment first, then redrive',
}

/** Judges a dead letter. Pure; `entry` is the ledger's under the message's key, if there is one. */
export function explainLetter(facts: LetterFacts, entry: LedgerEntry | undefined, now: EpochMs): Explanation {
  const { errorMessage, contentHash, problem = 'its body is no valid request' } = facts
  if (contentHash === undefined)
    return rejected('INVALID_REQUEST', errorMessage ?? `SQS moved it here; it would be refused: ${problem}`)
  if (entry === undefined) return explainUnknown(facts)
  if (entry.contentHash !== contentHash)
    return rejected('IDEMPOTENCY_CONFLICT', 'the ledger knows its requestId with another content')
  return explainEntry(entry, now)
}

/** The ledger has no entry, though every request that was attempted has one for 90 days. */
function explainUnknown({ errorCode, errorMessage, attempts }: LetterFacts): Explanation {
  if (errorCode === undefined)
    return {
      meaning: 'neverAttempted',
      why: 'SQS moved it here before anything was attempted; the ledger has no entry of it',
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
    next: afterLook,
  }
}

function explainEntry(entry: LedgerEntry, now: EpochMs): Explanation {
  switch (entry.state) {
    case 'succeeded':
      return {
        meaning: 'done',
        why: `it took effect: ${entry.ending?.effect ?? 'succeeded'}${endedAt(entry)}`,
        next: 'safe to discard',
      }
    case 'inDoubt':
      return { meaning: 'inDoubt', why: entry.ending?.error?.message ?? 'no look can tell', next: afterLook }
    case 'failed':
      return explainFailure(entry)
    default:
      return explainOpen(entry, now)
  }
}

function explainFailure({ ending, attempts }: LedgerEntry): Explanation {
  const { code = 'REJECTED_BY_API', message = 'it failed' } = ending?.error ?? {}
  // Only a failure without effect may be tried afresh; a redrive of any other begins with a look.
  if (ending?.effect !== 'none') return { meaning: 'inDoubt', why: message, next: afterLook }
  if (attempts === 0) return { meaning: 'neverAttempted', why: message, next: nextByCode[code] }
  if (code === 'RETRIES_EXHAUSTED') return { meaning: 'notExecuted', why: message, next: nextByCode[code] }
  // A doubt that reconciliation has settled: the store proved that nothing took effect.
  if (code === 'IN_DOUBT') return { meaning: 'notExecuted', why: message, next: 'safe to redrive' }
  return rejected(code, message)
}

function explainOpen(entry: LedgerEntry, now: EpochMs): Explanation {
  const { state, notBefore, leaseUntil, attempts } = entry
  if (isLeased(entry, now) || (notBefore ?? asEpochMs(0)) > now) {
    const until = asEpochMs(Math.max(leaseUntil ?? 0, notBefore ?? 0))
    return {
      meaning: 'underWay',
      why: `it is ${state}, until ${isoTime(until)} at most`,
      next: 'ask again then',
    }
  }
  if (state !== 'waiting')
    return {
      meaning: 'inDoubt',
      why: `it was left behind while ${state}; it may have taken effect`,
      next: afterLook,
    }
  if (attempts === 0)
    return { meaning: 'neverAttempted', why: 'it waited, and nothing was ever sent', next: 'safe to redrive' }
  const why = 'what was sent is proven not executed, and it waited for its next try'
  return { meaning: 'notExecuted', why, next: 'safe to redrive' }
}

const rejected = (code: ErrorCode, why: string): Explanation => ({
  meaning: 'rejected',
  why,
  next: nextByCode[code],
})

const endedAt = ({ ending }: LedgerEntry): string =>
  ending === undefined ? '' : ` at ${isoTime(ending.completedAt)}`

const toCode = (text: string): ErrorCode | undefined => errorCodes.find(code => code === text)
