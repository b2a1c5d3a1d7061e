import type { QuotaOutcome } from './run-quota.js'
import type { QuotaResult } from './run-quota-bench.js'

/** The section of docs/performance.md on the quota. */
export function renderQuota({ windowMs, requests, constellations, waits }: QuotaResult): string[] {
  return [
    `${requests} requests on as many payments of one store; 150 calls in a window, of which 15 are the reserve. The minute is scaled down to ${windowMs / 1000} s, and with it every delay, the seconds of SQS included. Each worker is a process of its own with a bundle of the function; they share a queue and nothing else. The neighbour reads payments with the same token and does not pace itself: steady is half of the quota evenly, bursts the same in three heaps, changing is 0.25, 0.75, 0.5 and 0.05 of it in turn.`,
    '',
    "Allowed in a window is 150 - 15 - what the neighbour was granted in it, never below 0; used is our share of that, counting no more than was allowed, summed over all windows at whose end there was still a windowful to do. By the clock, the time between the end of a window and its successor's first call counts as lost.",
    '',
    '| workers | neighbour | used | by the clock | calls | 429 | neighbour 429 | least left | s | deliveries a request | billed ms a request | ledger writes a request | dead letters | lost | twice |',
    '|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|',
    ...constellations.map(outcome => row(outcome, [String(outcome.run.workers), outcome.run.neighbour])),
    '',
    'Waiting in the function against giving back, five workers beside a steady neighbour; the longest wait is in milliseconds of an unscaled minute.',
    '',
    '| workers | longest wait | used | by the clock | calls | 429 | neighbour 429 | least left | s | deliveries a request | billed ms a request | ledger writes a request | dead letters | lost | twice |',
    '|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|',
    ...waits.map(outcome => row(outcome, [String(outcome.run.workers), `${outcome.run.waitMaxMs} ms`])),
  ]
}

function row(outcome: QuotaOutcome, first: string[]): string {
  const { requests } = outcome.run
  const perRequest = (count: number): string => (count / requests).toFixed(1)
  const share = (part: number, whole: number): string =>
    whole === 0 ? '-' : `${((100 * part) / whole).toFixed(2)} %`
  const cells = [
    ...first,
    outcome.used.toFixed(3),
    outcome.usedByClock.toFixed(3),
    String(outcome.calls),
    share(outcome.refused, outcome.calls),
    share(outcome.othersRefused, outcome.othersCalls),
    String(outcome.leastLeft),
    (outcome.elapsedMs / 1000).toFixed(1),
    perRequest(outcome.deliveries),
    perRequest(outcome.billedMs),
    perRequest(outcome.ledgerWrites),
    String(outcome.deadLetters),
    String(outcome.lost),
    String(outcome.twice),
  ]
  return `| ${cells.join(' | ')} |`
}
