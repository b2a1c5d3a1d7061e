import type { LetterMeaning } from '../../core/explain-letter.js'
import { isoTime } from '../../core/outcome.js'
import { describeRequest } from '../../core/reconcile/describe.js'
import type { EpochMs } from '../../core/time.js'
import type { JoinedLetter } from '../../engine/read-dead-letters.js'
import { type EntryView, viewEntry } from './entry-view.js'

/** A dead letter as `--json` prints it. */
export type LetterView = {
  messageId: string
  /** The error code; `none`: SQS itself moved it. */
  reason: string
  meaning: LetterMeaning
  why: string
  next: string
  failedAt: string
  ageMs: number
  storeHash?: string
  requestId?: string
  paymentId?: number
  asked?: string
  groupId: string
  attributes: Record<string, string>
  body: string
  ledger?: EntryView
}

/** A dead letter with its age at `now`. */
export function viewLetter({ letter, entry, request, ...joined }: JoinedLetter, now: EpochMs): LetterView {
  const { storeHash, requestId, paymentId } = joined
  return {
    messageId: letter.messageId,
    reason: letter.attributes['errorCode'] ?? 'none',
    ...joined.explanation,
    failedAt: isoTime(joined.failedAt),
    ageMs: Math.max(0, now - joined.failedAt),
    ...(storeHash !== undefined && { storeHash }),
    ...(requestId !== undefined && { requestId }),
    ...(paymentId !== undefined && { paymentId }),
    ...(request && { asked: describeRequest(request) }),
    groupId: letter.groupId,
    attributes: letter.attributes,
    body: letter.body,
    ...(entry && { ledger: viewEntry(entry) }),
  }
}
