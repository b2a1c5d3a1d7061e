import type { EnvelopeKind } from '../../core/envelope.js'
import type { LetterMeaning } from '../../core/explain-letter.js'
import { isoTime } from '../../core/outcome.js'
import { describeRequest } from '../../core/reconcile/describe.js'
import type { EpochMs } from '../../core/time.js'
import type { JoinedLetter } from '../../engine/join-letter.js'
import type { LetterQueue } from '../../engine/ports.js'
import { type EntryView, viewEntry } from './entry-view.js'
import { reasonOf } from './letter-settings.js'

/** A dead letter as `--json` prints it. */
export type LetterView = {
  messageId: string
  queue: LetterQueue
  envelope: EnvelopeKind
  /** The error code; `none`: SQS, EventBridge or Lambda moved it. */
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
  /** Of a webhook. */
  orderId?: string
  scope?: string
  /** What stands on the message itself. */
  groupId: string
  attributes: Record<string, string>
  body: string
  ledger?: EntryView
}

/** A dead letter with its age at `now`. */
export function viewLetter(joined: JoinedLetter, now: EpochMs): LetterView {
  const { letter, queue, envelope, entry, request, webhook, explanation } = joined
  const { storeHash, requestId, paymentId } = joined
  return {
    messageId: letter.messageId,
    queue,
    envelope: envelope.kind,
    reason: reasonOf(joined),
    meaning: explanation.meaning,
    why: explanation.why,
    next: explanation.next,
    failedAt: isoTime(joined.failedAt),
    ageMs: Math.max(0, now - joined.failedAt),
    ...(storeHash !== undefined && { storeHash }),
    ...(requestId !== undefined && { requestId }),
    ...(paymentId !== undefined && { paymentId }),
    ...(request && { asked: describeRequest(request) }),
    ...(webhook && { orderId: webhook.orderId, scope: webhook.scope }),
    groupId: letter.groupId,
    attributes: letter.attributes,
    body: letter.body,
    ...(entry && { ledger: viewEntry(entry) }),
  }
}
