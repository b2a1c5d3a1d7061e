import type { EntryView } from './entry-view.js'
import { fitText } from './fit-text.js'

/** What was done to one payment: of each request a line, and under it by whom and with what evidence. */
export const renderHistory = (views: EntryView[]): string[] =>
  views.flatMap(view => [
    ...fitText(`${view.requestedAt}  ${view.state.padEnd(9)}  ${view.asked}`),
    ...fitText(describeProof(view), '    '),
  ])

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
