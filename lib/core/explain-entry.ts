import { isLeased, type LedgerEntry } from './ledger-entry.js'
import { afterLook, type Explanation, nextByCode, rejected } from './letter-meaning.js'
import { isoTime } from './outcome.js'
import { asEpochMs, type EpochMs } from './time.js'

/** What the ledger's entry of a dead letter's request says of it; the letter's own words count for nothing beside it. */
export function explainEntry(entry: LedgerEntry, now: EpochMs): Explanation {
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

const endedAt = ({ ending }: LedgerEntry): string =>
  ending === undefined ? '' : ` at ${isoTime(ending.completedAt)}`
