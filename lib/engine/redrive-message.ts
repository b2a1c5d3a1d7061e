import { boundMessage, isoTime } from '../core/outcome.js'
import { hashContent } from '../core/request.js'
import { asEpochMs, type EpochMs } from '../core/time.js'
import type { JoinedLetter } from './join-letter.js'
import type { LetterMessage } from './ports.js'
import { readIncoming } from './read-incoming.js'

/** SQS takes no more on a message. */
const attributesMax = 10

/**
 * The message that a dead letter becomes on the operations queue: its group and its body byte for byte, and the attributes by
 * which the engine knows a redrive and the key of the request. The deduplication id is a fresh one: within five minutes SQS
 * would drop the old one in silence. A request that has no id of its own would take that for its key, and be carried out a
 * second time; so the key always goes along, and `isSameRequest` is asked before anything is sent.
 */
export function redriveMessage(joined: JoinedLetter, deduplicationId: string, now: EpochMs): LetterMessage {
  const { letter, envelope, groupId, requestId, entry, explanation } = joined
  const isOurs = envelope.kind === 'payops'
  const attributes: Record<string, string> = {
    ...(requestId !== undefined && { requestId }),
    // The functions' default store may be another one by now, or the shell's.
    ...(joined.storeHash !== undefined && { storeHash: joined.storeHash }),
    ...(isOurs
      ? {}
      : {
          // As our own letter of this failure would say it: the ledger then knows this message for its own.
          errorCode: entry?.ending?.error?.code ?? 'RETRIES_EXHAUSTED',
          failedAt: isoTime(entry?.ending?.completedAt ?? now),
          errorMessage: boundMessage(explanation.why),
          source: envelope.kind === 'sqs' ? (letter.attributes['source'] ?? 'sqs') : 'eventbridge',
        }),
  }
  // What the engine needs comes first; of what a producer added the rest stays as long as there is room.
  const kept = Object.entries(joined.queue === 'operations' ? letter.attributes : {})
    .sort(([a], [b]) => rank(a) - rank(b))
    .filter(([name, text]) => !(name in attributes) && text !== '')
    .slice(0, attributesMax - Object.keys(attributes).length)
  return {
    body: envelope.body,
    groupId,
    deduplicationId,
    attributes: { ...Object.fromEntries(kept), ...attributes },
  }
}

/** A webhook goes back to where it came from, as the door sent it: body and group are the same, the deduplication id is a fresh one. */
export const intakeMessage = ({ letter, groupId }: JoinedLetter, deduplicationId: string): LetterMessage => ({
  body: letter.body,
  groupId,
  deduplicationId,
  attributes: {},
})

const known = ['errorCode', 'failedAt', 'source', 'storeHash', 'errorMessage', 'attempts', 'editedBy']
const rank = (name: string): number => (known.includes(name) ? known.indexOf(name) : known.length)

/** Whether the engine would read the message as the very request that the ledger was asked about. */
export function isSameRequest(
  message: LetterMessage,
  { request }: Pick<JoinedLetter, 'request'>,
  defaultStoreHash: string | undefined,
): boolean {
  const incoming = { ...message, messageId: '', receiptHandle: '', receives: 1, sentAt: asEpochMs(0) }
  const { parsed, redriveOf } = readIncoming(incoming, defaultStoreHash ?? request?.storeHash)
  return (
    redriveOf !== undefined &&
    request !== undefined &&
    parsed.valid &&
    parsed.request.requestId === request.requestId &&
    hashContent(parsed.request) === hashContent(request)
  )
}
