import type { LedgerEntry } from '../core/ledger-entry.js'
import { letterOf, letterOfRefused, type Origin } from '../core/letter.js'
import { invalidOutcome, outcomeOf } from '../core/outcome.js'
import type { EpochMs } from '../core/time.js'
import type { ReadMessage } from './read-incoming.js'
import type { Telling } from './tell.js'

/** What has to be told of each way in which a message can end. */

export function tellFinished(message: ReadMessage, entry: LedgerEntry): Telling {
  const letter = letterOf(entry, originOf(message))
  return { outcome: outcomeOf(entry), ...(letter && { letter, entry }) }
}

/** Told by a dead letter alone: an outcome would speak in the other request's name. */
export function tellConflict(message: ReadMessage, now: EpochMs): Telling {
  const known = message.parsed.valid ? message.parsed.request : message.parsed.readable
  const text = 'requestId: an earlier request with this id has other content; give this one an id of its own'
  const refusal = { code: 'IDEMPOTENCY_CONFLICT' as const, message: text }
  return { letter: letterOfRefused(originOf(message), refusal, known, now) }
}

export function tellInvalid(
  message: ReadMessage,
  { refusal, readable }: Extract<ReadMessage['parsed'], { valid: false }>,
  now: EpochMs,
): Telling {
  const outcome = invalidOutcome(refusal, readable, { requestedAt: message.incoming.sentAt, now })
  const letter = letterOfRefused(originOf(message), refusal, readable, now)
  return { letter, ...(outcome && { outcome }) }
}

const originOf = ({ incoming, groupId, source }: ReadMessage): Origin => ({
  messageId: incoming.messageId,
  body: incoming.body,
  groupId,
  source,
})
