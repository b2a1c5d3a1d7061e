import { letterMeanings } from '../../core/explain-letter.js'
import { fitText } from './fit-text.js'
import type { LetterView } from './letter-view.js'
import { renderEntry } from './render-entry.js'

const meaningWords = {
  done: 'done already',
  neverAttempted: 'never attempted',
  notExecuted: 'not executed',
  inDoubt: 'in doubt',
  underWay: 'under way',
  rejected: 'rejected',
} as const

/** Of a message that has no error code: whose it is. */
const moverWords = {
  payops: 'by payops',
  sqs: 'moved by SQS',
  webhook: 'moved by SQS',
  eventbridge: 'undelivered event',
  lambda: 'failed event',
  unknown: 'not ours',
} as const

/** Of each message what it is, what it means and what comes next; the counts at the end. 80 columns wide. */
export const renderLetters = (views: LetterView[]): string[] => [
  ...views.flatMap(view => [...renderLetter(view), '']),
  ...countBy('reason', views, view =>
    view.reason === 'none' ? `none (${moverWords[view.envelope]})` : view.reason,
  ),
  '',
  ...countBy('meaning', views, ({ meaning }) => meaningWords[meaning], [
    ...letterMeanings.map(meaning => meaningWords[meaning]),
  ]),
]

/** All of one message: the same, its attributes and body, and the ledger's entry. */
export const renderWholeLetter = (view: LetterView): string[] => [
  ...renderLetter(view),
  '',
  ...fitText(`queue ${view.queue}${view.groupId === '' ? '' : `, group ${view.groupId}`}`),
  ...Object.entries(view.attributes).flatMap(([name, text]) => fitText(`${name}: ${text}`)),
  '',
  'body',
  ...fitText(view.body, '  '),
  '',
  ...(view.ledger === undefined
    ? [
        view.envelope === 'webhook'
          ? 'A webhook has no entry in the ledger.'
          : 'The ledger has no entry of it.',
      ]
    : ['ledger', ...renderEntry(view.ledger)]),
]

function renderLetter(view: LetterView): string[] {
  const { messageId, reason, requestId, storeHash, paymentId, asked, orderId, scope } = view
  const about = [
    storeHash ?? 'store unknown',
    ...(paymentId === undefined ? [] : [`payment ${paymentId}`]),
    ...(asked === undefined ? [] : [asked]),
    ...(orderId === undefined ? [] : [`order ${orderId}`]),
    ...(view.envelope === 'webhook' ? [`webhook ${scope ?? 'unreadable'}`] : []),
    ...(requestId === undefined ? [] : [`request ${requestId}`]),
  ]
  return [
    ...fitText(
      `${messageId}  ${describeAge(view.ageMs)} old  ${reason === 'none' ? moverWords[view.envelope] : reason}`,
    ),
    ...fitText(about.join(', '), '  '),
    ...fitText(`${meaningWords[view.meaning]}: ${view.why}`, '  '),
    ...fitText(`next: ${view.next}`, '  '),
  ]
}

function countBy(
  title: string,
  views: LetterView[],
  nameOf: (view: LetterView) => string,
  order: string[] = [],
): string[] {
  const counts = new Map<string, number>(order.map(name => [name, 0]))
  for (const view of views) counts.set(nameOf(view), (counts.get(nameOf(view)) ?? 0) + 1)
  const rows = [...counts].filter(([, count]) => count > 0)
  return [countLine(title, 'count'), ...rows.map(row => countLine(...row)), countLine('in all', views.length)]
}

/** A reason is a text of the message, which anybody may have written. */
const countLine = (name: string, count: number | string): string =>
  `${(fitText(name.slice(0, 60))[0] ?? '').padEnd(24)}${String(count).padStart(6)}`

const describeAge = (ms: number): string => {
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 120) return `${minutes}m`
  return minutes < 2_880 ? `${Math.floor(minutes / 60)}h` : `${Math.floor(minutes / 1_440)}d`
}
