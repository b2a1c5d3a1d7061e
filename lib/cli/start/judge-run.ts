import type { CircleEnd } from './order-circle.js'
import { type Proof, proveByLedger, proveEffects } from './proof.js'
import type { EffectSeen } from './proof-subjects.js'
import type { LedgerEntrySeen } from './read-ledger.js'
import type { ReadLines } from './read-request-lines.js'
import { renderEffectsProof, renderLedgerProof } from './render-proof.js'
import { renderSummary } from './render-summary.js'
import type { Summary } from './tally.js'

export type RunResult = {
  read: ReadLines
  summary: Summary
  entries: LedgerEntrySeen[]
  /** What the store saw; undefined for a real store, whose effects nobody counts. */
  effects: EffectSeen[] | undefined
  /** How many the store had seen before this run. */
  effectsBefore: number
  /** How a changed order's payment followed, where that was shown. */
  circle?: CircleEnd | undefined
}

export type Judgement = { isProven: boolean; text: string }

/** The end of a run: the table, the proof, and one line that says whether it holds. */
export function judgeRun(
  { read, summary, entries, effects, effectsBefore, circle }: RunResult,
  isLive: boolean,
): Judgement {
  const proof =
    effects === undefined ? proveByLedger(listKeys(read, summary), entries) : proveEffects(entries, effects)
  const rendered = effects === undefined ? renderLedgerProof(proof) : renderEffectsProof(proof)
  const isProven = proof.holds && summary.withoutOutcome.length === 0 && circle?.holds !== false
  return {
    isProven,
    text: [
      renderSummary(summary, isLive),
      '',
      rendered,
      ...(circle === undefined ? [] : [circle.line]),
      '',
      ...describeEarlier(effects, effectsBefore),
      describeEnd(summary, proof, circle),
    ].join('\n'),
  }
}

/** Requests that the ledger must know: the valid lines. */
const listKeys = (read: ReadLines, summary: Summary): Set<string> => {
  const bad = new Set(summary.badLines.map(({ number }) => number))
  const valid = read.lines.filter(line => line.content !== undefined && !bad.has(line.number))
  return new Set(valid.flatMap(line => line.key ?? []))
}

const describeEarlier = (effects: EffectSeen[] | undefined, before: number): string[] =>
  before === 0 || effects === undefined
    ? []
    : [`${before} of the effects are of earlier runs; this run added ${effects.length - before}.`]

function describeEnd({ withoutOutcome }: Summary, proof: Proof, circle: CircleEnd | undefined): string {
  if (withoutOutcome.length > 0) return `NOT PROVEN: ${withoutOutcome.length} lines have no outcome.`
  if (!proof.holds) return `NOT PROVEN: ${proof.problems.length} findings, listed above.`
  if (circle?.holds === false) return 'NOT PROVEN: the payment of a changed order has not followed.'
  return 'Every request reached its outcome, and the proof holds.'
}
