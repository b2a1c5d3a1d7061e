import type { Proof } from './proof.js'

/** More than these say nothing new on a terminal. */
const maxProblems = 20

/** The proof of a run against the sandbox, in words and numbers. */
export function renderEffectsProof(proof: Proof): string {
  return [
    `effects in the store: ${proof.found}, expected: ${proof.expected}`,
    ...proof.sums.map(
      ({ currency, asked, found }) =>
        `offline payments created: ${found} ${currency} in the store, ${asked} ${currency} asked for`,
    ),
    ...(proof.repeats > 0
      ? [`repeated refreshes or absolute writes: ${proof.repeats} (no second effect)`]
      : []),
    ...(proof.gone > 0 ? [`deletes of payments that were gone already: ${proof.gone}`] : []),
    ...(proof.doubtful > 0 ? [`in doubt, and seen in the store: ${proof.doubtful}`] : []),
    ...renderProblems(proof.problems),
  ].join('\n')
}

/** The proof of a run against a real store, whose effects nobody counts. */
export function renderLedgerProof(proof: Proof): string {
  return [
    `requests with exactly one outcome in the ledger: ${proof.found} of ${proof.expected}`,
    ...renderProblems(proof.problems),
  ].join('\n')
}

function renderProblems(problems: string[]): string[] {
  const rest = problems.length - maxProblems
  return [
    ...problems.slice(0, maxProblems).map(problem => `  ${problem}`),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
  ]
}
