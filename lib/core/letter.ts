import { createHash } from 'node:crypto'
import type { Refusal } from './errors.js'
import type { LedgerEntry, Source } from './ledger-entry.js'
import { type DeadLetterAttributes, deadLetterAttributes, outcomeOf } from './outcome.js'
import type { EpochMs } from './time.js'

/** A message for the dead-letter queue: the original body, byte for byte, and why it is there. */
export type DeadLetter = {
  body: string
  attributes: DeadLetterAttributes
  groupId: string
  /** Makes a repeat within SQS's five minutes one message. */
  deduplicationId: string
}

export type Origin = { messageId: string; body: string; groupId: string; source: Source }

/** The dead letter of a request that has just failed or is in doubt; none where the queue has had it already. */
export function letterOf(entry: LedgerEntry, origin: Origin): DeadLetter | undefined {
  const { error } = outcomeOf(entry)
  if (error === undefined || entry.deadLetter !== 'due') return undefined
  const { requestId, storeHash } = entry.request
  const failedAt = entry.ending?.completedAt ?? entry.requestedAt
  const facts = { failedAt, source: entry.source, attempts: entry.attempts, requestId, storeHash }
  return {
    body: origin.body,
    attributes: deadLetterAttributes(error, facts),
    groupId: origin.groupId,
    deduplicationId: digest(`${storeHash}#${requestId} failed at ${failedAt}`),
  }
}

/** The dead letter of a message that never became a request of its own: invalid, or in conflict with another. */
export function letterOfRefused(
  origin: Origin,
  refusal: Refusal,
  known: { requestId?: string; storeHash?: string },
  now: EpochMs,
): DeadLetter {
  const { requestId, storeHash } = known
  const ids = { ...(requestId !== undefined && { requestId }), ...(storeHash !== undefined && { storeHash }) }
  return {
    body: origin.body,
    attributes: deadLetterAttributes(refusal, { failedAt: now, source: origin.source, ...ids }),
    groupId: origin.groupId,
    deduplicationId: digest(origin.messageId),
  }
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex')
