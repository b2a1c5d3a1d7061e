import type { OutcomeSeen } from './outcome-seen.js'
import type { RequestLine, UnsendableLine } from './read-request-lines.js'

export type DeadLetterSeen = { body: string; errorCode?: string; errorMessage?: string }

export type FailureCount = { code: string; count: number; example: string }

/** What became of a file, line by line: every line is in exactly one of these. */
export type Summary = {
  lines: number
  succeeded: { performed: number; confirmed: number; alreadyDone: number }
  failed: FailureCount[]
  inDoubt: { count: number; example: string }
  duplicates: number
  badLines: { number: number; message: string }[]
  withoutOutcome: number[]
}

export type Tally = {
  recordOutcome(outcome: OutcomeSeen): void
  recordDeadLetter(letter: DeadLetterSeen): void
  /** Lines that have an outcome or a dead letter by now; those that could not be sent count as settled. */
  settledCount(): number
  /** Numbers of the lines that are waited for. */
  listWaiting(): number[]
  summarize(): Summary
}

/** A message that SQS itself moved to the dead-letter queue carries no attributes of ours. */
const movedBySqs = '(moved by SQS)'

/** These two have no outcome of their own, or one that would speak in another request's name: the dead letter tells. */
const toldByLetter = ['INVALID_REQUEST', 'IDEMPOTENCY_CONFLICT']

/**
 * Joins what comes back with the lines that were sent: outcomes by store and requestId, dead letters by their body. A line is
 * judged by its dead letter first, because a bad line may carry the requestId of a good one.
 */
export function createTally(lines: RequestLine[], unsendable: UnsendableLine[]): Tally {
  const outcomes = new Map<string, OutcomeSeen>()
  const letters = new Map<string, DeadLetterSeen>()
  const byKey = Map.groupBy(lines, line => line.key ?? '')
  const byBody = Map.groupBy(lines, line => line.body)
  const settled = new Set<number>()
  const settle = (found: RequestLine[] | undefined) => {
    for (const line of found ?? []) settled.add(line.number)
  }
  return {
    recordOutcome(outcome) {
      if (toldByLetter.includes(outcome.error?.code ?? '')) return
      const key = `${outcome.storeHash}#${outcome.requestId}`
      outcomes.set(key, outcome)
      settle(byKey.get(key))
    },
    recordDeadLetter(letter) {
      letters.set(letter.body, letter)
      settle(byBody.get(letter.body))
    },
    settledCount: () => settled.size + unsendable.length,
    listWaiting: () => lines.filter(line => !settled.has(line.number)).map(line => line.number),
    summarize: () => summarizeLines(lines, unsendable, outcomes, letters),
  }
}

function summarizeLines(
  lines: RequestLine[],
  unsendable: UnsendableLine[],
  outcomes: Map<string, OutcomeSeen>,
  letters: Map<string, DeadLetterSeen>,
): Summary {
  const succeeded = { performed: 0, confirmed: 0, alreadyDone: 0 }
  const failed = new Map<string, FailureCount>()
  const summary: Summary = {
    lines: lines.length + unsendable.length,
    succeeded,
    failed: [],
    inDoubt: { count: 0, example: '' },
    duplicates: 0,
    badLines: unsendable.map(({ number, problem }) => ({ number, message: problem })),
    withoutOutcome: [],
  }
  const seen = new Set<string>()
  const countFailure = (line: RequestLine, code: string, message: string) => {
    const known = failed.get(code)
    if (known === undefined) failed.set(code, { code, count: 1, example: nameLine(line, message) })
    else known.count += 1
  }
  for (const line of lines) {
    const letter = letters.get(line.body)
    const outcome = line.key === undefined ? undefined : outcomes.get(line.key)
    if (letter?.errorCode === 'INVALID_REQUEST') {
      summary.badLines.push({ number: line.number, message: letter.errorMessage ?? 'is no valid request' })
    } else if (letter?.errorCode === 'IDEMPOTENCY_CONFLICT') {
      countFailure(line, letter.errorCode, letter.errorMessage ?? '')
    } else if (outcome === undefined) {
      if (letter === undefined) summary.withoutOutcome.push(line.number)
      else countFailure(line, letter.errorCode ?? movedBySqs, letter.errorMessage ?? 'no reason on record')
    } else if (seen.has(line.key ?? '')) {
      summary.duplicates += 1
    } else {
      seen.add(line.key ?? '')
      if (outcome.status === 'failed') {
        countFailure(line, outcome.error?.code ?? 'unnamed', outcome.error?.message ?? '')
      } else if (outcome.status === 'inDoubt') {
        summary.inDoubt.count += 1
        summary.inDoubt.example ||= nameLine(line, outcome.error?.message ?? '')
      } else if (outcome.effect === 'confirmed' || outcome.effect === 'alreadyDone') {
        succeeded[outcome.effect] += 1
      } else {
        succeeded.performed += 1
      }
    }
  }
  summary.failed = [...failed.values()].sort((a, b) => (a.code < b.code ? -1 : 1))
  summary.badLines.sort((a, b) => a.number - b.number)
  return summary
}

const nameLine = (line: RequestLine, message: string): string =>
  `${line.requestId?.startsWith('line-') === false ? line.requestId : `line ${line.number}`}: ${message}`
