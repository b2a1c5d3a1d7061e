import { words } from '../../core/resolve-doubt.js'
import type { ActView } from './act-view.js'
import type { EntryView } from './entry-view.js'
import { fitText } from './fit-text.js'

/** What was done to one payment: of each request a line, and under it by whom and with what evidence; acts by hand likewise. */
export const renderHistory = (views: (EntryView | ActView)[]): string[] =>
  views.flatMap(view => ('act' in view ? renderAct(view) : renderEntryLines(view)))

const renderEntryLines = (view: EntryView): string[] => [
  ...fitText(`${view.requestedAt}  ${view.state.padEnd(9)}  ${view.asked}`),
  ...fitText(describeProof(view), '    '),
]

const actWords = {
  edit: 'edited the dead letter',
  discard: 'discarded the dead letter',
  resolve: 'resolved the doubt',
} as const

/** The entry itself has the last word alone: what was tried afresh may have come into doubt again. */
const describeWord = (changedTo: string | undefined): string =>
  changedTo === 'done' || changedTo === 'notDone' ? ` as ${words[changedTo]}` : ''

function renderAct({ act, at, by, reason, requestId, messageId, original, changedTo }: ActView): string[] {
  const which = requestId === undefined ? `message ${messageId ?? 'unknown'}` : `request ${requestId}`
  const bodies = [
    ...(original === undefined ? [] : [`was ${original}`]),
    ...(act !== 'edit' || changedTo === undefined ? [] : [`is ${changedTo}`]),
  ]
  return [
    ...fitText(`${at}  by hand    ${by} ${actWords[act]}${act === 'resolve' ? describeWord(changedTo) : ''}`),
    ...fitText(`${which}; ${reason}`, '    '),
    ...bodies.flatMap(text => fitText(text, '    ')),
  ]
}

function describeProof({
  requestId,
  effect,
  evidence,
  attempts,
  completedAt,
  apiRequestId,
  error,
}: EntryView) {
  const parts = [
    `request ${requestId}`,
    `${attempts} ${attempts === 1 ? 'write' : 'writes'}`,
    effect === undefined ? evidence : `${effect}: ${evidence}`,
    ...(error ? [`${error.code}: ${error.message}`] : []),
    ...(completedAt === undefined ? [] : [`completed ${completedAt}`]),
    ...(apiRequestId === undefined ? [] : [`API id ${apiRequestId}`]),
  ]
  return parts.join('; ')
}
