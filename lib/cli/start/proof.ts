import { type Amount, type EffectSeen, groupBySubject, type Subject } from './proof-subjects.js'
import type { LedgerEntrySeen } from './read-ledger.js'
import { sumAmounts } from './sum-amounts.js'

/**
 * The proof that a run did everything exactly once. Two independent records are held against each other: the ledger says what
 * was done, the store says what happened to it. They are compared for each (store, kind of write, payment), a create by its
 * externalId.
 *
 * Apply, revert, code 3, create and delete: the store saw as many as the ledger has entries performed or confirmed; what is
 * still in doubt may be there or not. Pull, status and update are refreshes or absolute: sending one again after a lost answer is
 * no second execution, so the store may have seen more of them, at most one for each attempt on record.
 * A delete that was confirmed by a 404 after a lost answer may have found the payment gone already, by another delete or never there.
 * The money of the creates is added up as well. A ledger entry that has not ended proves nothing, so it fails the proof.
 */
export type Proof = {
  holds: boolean
  found: number
  expected: number
  /** Refreshes and absolute writes that the store saw once more after a lost answer. */
  repeats: number
  /** Writes that the store saw and whose request is in doubt. */
  doubtful: number
  /** Deletes that were confirmed, though another one had removed the payment or it was never there. */
  gone: number
  problems: string[]
  sums: { currency: string; asked: string; found: string }[]
}

export function proveEffects(entries: LedgerEntrySeen[], effects: EffectSeen[]): Proof {
  const subjects = groupBySubject(entries, effects)
  const proof: Proof = {
    holds: false,
    found: 0,
    expected: 0,
    repeats: 0,
    doubtful: 0,
    gone: 0,
    problems: listUnfinished(entries),
    sums: [],
  }
  for (const subject of subjects) judge(subject, proof)
  addSums(subjects, proof)
  proof.holds = proof.problems.length === 0
  return proof
}

/** Without a look into the store: every request has come to its end, and the ledger holds one outcome for each. */
export function proveByLedger(keys: Set<string>, entries: LedgerEntrySeen[]): Proof {
  const finished = new Set(entries.filter(isFinal).map(entry => entry.key))
  const missing = [...keys].filter(key => !finished.has(key))
  const problems = [...listUnfinished(entries), ...missing.map(key => `${key} has no outcome in the ledger`)]
  return {
    holds: problems.length === 0,
    found: keys.size - missing.length,
    expected: keys.size,
    repeats: 0,
    doubtful: 0,
    gone: 0,
    problems: [...new Set(problems)],
    sums: [],
  }
}

const finalStates = ['succeeded', 'failed', 'inDoubt']
const isFinal = (entry: LedgerEntrySeen): boolean =>
  finalStates.includes(entry.state) && entry.outcome !== undefined

const listUnfinished = (entries: LedgerEntrySeen[]): string[] =>
  entries
    .filter(entry => !isFinal(entry))
    .map(entry => `${entry.key} has not come to its end (${entry.state})`)

function judge(subject: Subject, proof: Proof): void {
  const { name, expected, found } = subject
  const most = subject.isRepeatable ? Math.max(expected, subject.attempts) : expected + subject.inDoubt
  const extra = Math.max(0, found - expected)
  const gone = Math.min(subject.gone, Math.max(0, expected - found))
  proof.expected += expected - gone
  if (found < expected - gone || found > most) {
    proof.problems.push(
      `${name}: found ${found} in the store, expected ${expected}${most > expected ? ` to ${most}` : ''}`,
    )
    proof.found += found
    return
  }
  proof.found += expected - gone
  proof.gone += gone
  if (subject.isRepeatable) proof.repeats += extra
  else proof.doubtful += extra
}

function addSums(subjects: Subject[], proof: Proof): void {
  // What is in doubt may have been recorded or not: its money cannot be compared.
  const certain = subjects.filter(subject => subject.inDoubt === 0)
  const asked = Map.groupBy(
    certain.flatMap(subject => subject.asked),
    amount => amount.currency,
  )
  const seen = Map.groupBy(
    certain.flatMap(subject => subject.seen),
    amount => amount.currency,
  )
  for (const currency of [...new Set([...asked.keys(), ...seen.keys()])].sort()) {
    const total = (amounts: Amount[] | undefined) =>
      sumAmounts((amounts ?? []).map(({ value }) => value)) ?? 'unreadable'
    const sums = { currency, asked: total(asked.get(currency)), found: total(seen.get(currency)) }
    proof.sums.push(sums)
    if (sums.asked !== sums.found || sums.asked === 'unreadable') {
      proof.problems.push(
        `offline payments created: ${sums.found} ${currency} in the store, ${sums.asked} ${currency} asked for`,
      )
    }
  }
}
