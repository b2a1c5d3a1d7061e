import type { Explanation } from './explain-letter.js'
import type { LedgerEntry } from './ledger-entry.js'

/**
 * What a redrive does with a dead letter. A second copy of a message may always be about: of a redrive that was killed between
 * its sending and its removing, or of another person's. So nothing is decided here that the ledger would not decide again when
 * the message arrives; a letter is sent where that can only do what it asks for, once.
 */
export type RedriveChoice =
  | { choice: 'send' }
  /** Sent only if a look at the store settles the doubt: else it would come back as it is. */
  | { choice: 'look' }
  /** There is nothing to do. */
  | { choice: 'leave'; why: string }
  /** A person has to do something else first. */
  | { choice: 'refuse'; why: string }

export type RedriveFacts = {
  explanation: Explanation
  entry?: LedgerEntry
  /** Asked for by its reason or its id, so that somebody has thought about it. */
  isNamed: boolean
}

/** Chooses. Pure. */
export function chooseRedrive({ explanation, entry, isNamed }: RedriveFacts): RedriveChoice {
  const { meaning, why, next, never } = explanation
  switch (meaning) {
    case 'done':
      return { choice: 'leave', why: `${why}; ${next}` }
    case 'underWay':
      return { choice: 'leave', why: `${why}; ${next}` }
    case 'neverAttempted':
    case 'notExecuted':
      return { choice: 'send' }
    case 'inDoubt':
      return chooseDoubt(explanation, entry)
    case 'rejected':
      if (never === true) return { choice: 'refuse', why: `${why}; ${next}` }
      if (isNamed) return { choice: 'send' }
      return { choice: 'refuse', why: `${why}; once that is mended, name it by --reason or by its id` }
  }
}

function chooseDoubt({ why, next }: Explanation, entry: LedgerEntry | undefined): RedriveChoice {
  // To the ledger it would be a new request, sent without a look.
  if (entry === undefined) return { choice: 'refuse', why: `${why} ${next}` }
  // Left behind, or failed with an effect unproven: the engine looks before it sends, and tells what it cannot settle.
  return entry.state === 'inDoubt' ? { choice: 'look' } : { choice: 'send' }
}
