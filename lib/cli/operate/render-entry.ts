import { words } from '../../core/resolve-doubt.js'
import type { EntryView } from './entry-view.js'
import { fitText } from './fit-text.js'

/** Everything about one request, a fact a line, 80 columns wide. */
export function renderEntry(view: EntryView): string[] {
  const { error, lastAnswer } = view
  const facts: [string, string | number | undefined][] = [
    ['request', view.requestId],
    ['store', view.storeHash],
    ['payment', view.paymentId ?? 'not known yet'],
    ['asked', `${view.asked} (by ${view.source})`],
    ['state', view.effect === undefined ? view.state : `${view.state}, ${view.effect}`],
    ['evidence', view.evidence],
    ['attempts', view.attempts],
    ['resolved', describeEarlierWord(view)],
    ['asked at', view.requestedAt],
    ['last sent', view.lastSentAt],
    ['completed', view.completedAt],
    ['next try', view.nextTryAt],
    ['error', error && `${error.code}${describeStatus(error.httpStatus)}: ${error.message}`],
    ['API said', lastAnswer && `${lastAnswer.message}${describeStatus(lastAnswer.httpStatus)}`],
    ['API id', view.apiRequestId],
    ...Object.entries(view.metadata ?? {}).map(([key, text]): [string, string] => [
      'metadata',
      `${key}: ${text}`,
    ]),
  ]
  return facts.flatMap(([name, fact]) =>
    fact === undefined
      ? []
      : fitText(String(fact), margin).map((line, at) => (at > 0 ? line : label(name, line))),
  )
}

const margin = ' '.repeat(11)
const label = (name: string, line: string): string => name.padEnd(margin.length) + line.slice(margin.length)
const describeStatus = (httpStatus: number | undefined): string =>
  httpStatus === undefined ? '' : ` (${httpStatus})`

/** A person's word on a doubt that the request has gone on from since; otherwise the evidence says it. */
function describeEarlierWord({ resolution, completedAt }: EntryView): string | undefined {
  if (resolution === undefined || resolution.at === completedAt) return undefined
  const { as, by, at, reason } = resolution
  return `as ${words[as]} by ${by} on ${at}, before its last try: ${reason}`
}
