import type { JoinedLetter } from '../../engine/join-letter.js'
import type { LetterQueue } from '../../engine/ports.js'
import { fitText } from './fit-text.js'
import { reasonOf } from './letter-settings.js'

/** What was done with a dead letter, or would be, as `--json` prints it. */
export type HandledView = {
  messageId: string
  queue: LetterQueue
  reason: string
  meaning: string
  verdict: string
  why?: string
  storeHash?: string
  requestId?: string
  paymentId?: number
  /** Of a webhook. */
  orderId?: string
  groupId: string
}

type Handled = { joined: JoinedLetter; verdict: string; why?: string }

const inDryRun: Record<string, string> = { redriven: 'wouldRedrive', discarded: 'wouldDiscard' }

export function viewHandled({ joined, verdict, why }: Handled, dryRun: boolean): HandledView {
  const { storeHash, requestId, paymentId, webhook } = joined
  return {
    messageId: joined.letter.messageId,
    queue: joined.queue,
    reason: reasonOf(joined),
    meaning: joined.explanation.meaning,
    verdict: dryRun ? (inDryRun[verdict] ?? verdict) : verdict,
    ...(why !== undefined && { why }),
    ...(storeHash !== undefined && { storeHash }),
    ...(requestId !== undefined && { requestId }),
    ...(paymentId !== undefined && { paymentId }),
    ...(webhook && { orderId: webhook.orderId }),
    groupId: joined.groupId,
  }
}

const words: Record<string, string> = {
  redriven: 'redriven',
  wouldRedrive: 'would be redriven',
  discarded: 'discarded',
  wouldDiscard: 'would be discarded',
  left: 'left as it is',
  refused: 'refused',
  failed: 'failed',
}

/** Each message with what became of it, in the order in which it was taken up, and the counts. 80 columns wide. */
export function renderHandled(views: HandledView[]): string[] {
  if (views.length === 0) return ['No message.']
  const counts = [...Map.groupBy(views, ({ verdict }) => verdict)]
  return [
    ...views.flatMap(renderOne),
    '',
    ...counts.map(([verdict, all]) => countLine(words[verdict] ?? verdict, all.length)),
    countLine('in all', views.length),
  ]
}

function renderOne(view: HandledView): string[] {
  const { messageId, verdict, why, storeHash, paymentId, orderId, requestId } = view
  const about = [
    storeHash ?? 'store unknown',
    ...(paymentId === undefined ? [] : [`payment ${paymentId}`]),
    ...(orderId === undefined ? [] : [`webhook of order ${orderId}`]),
    ...(requestId === undefined ? [] : [`request ${requestId}`]),
  ]
  return [
    ...fitText(`${messageId}  ${words[verdict] ?? verdict}`),
    ...fitText(about.join(', '), '  '),
    ...(why === undefined ? [] : fitText(why, '  ')),
  ]
}

const countLine = (name: string, count: number): string => `${name.padEnd(24)}${String(count).padStart(6)}`
