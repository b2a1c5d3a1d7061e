import { isFinal, type LedgerEntry } from '../../core/ledger-entry.js'
import { classifyEntry, planLeftBehind, planNeverAttempted } from '../../core/reconcile/detect-ledger.js'
import type { Plan } from '../../core/reconcile/sweep.js'
import { parseRequest } from '../../core/request.js'
import type { PeekedLetter } from '../ports.js'
import type { SweepDeps } from './deps.js'
import type { LedgerView } from './ledger-view.js'

/** Findings for which nobody has to look at the store. */
export async function planWithoutLook(
  deps: SweepDeps,
  view: LedgerView,
  storeHash: string,
  letters: PeekedLetter[],
): Promise<Plan[]> {
  const now = deps.clock.now()
  const isLeft = (entry: LedgerEntry): boolean =>
    !isFinal(entry.state) && classifyEntry(entry, now, deps.delayScale) === 'leftBehind'
  const left: Plan[] = []
  for (const listed of (await view.openOf(storeHash)).filter(isLeft)) {
    // The list is as old as the pass: what was under way then has mostly ended since.
    const entry = await deps.ledger.read(storeHash, listed.request.requestId)
    if (entry !== undefined && isLeft(entry)) left.push(planLeftBehind(entry, now))
  }
  const plans = new Map<string, Plan>()
  for (const letter of letters) {
    const plan = await planLetter(deps, storeHash, letter)
    if (plan !== undefined) plans.set(plan.finding.requestId ?? letter.messageId, plan)
  }
  return [...left, ...plans.values()]
}

async function planLetter(
  deps: SweepDeps,
  storeHash: string,
  letter: PeekedLetter,
): Promise<Plan | undefined> {
  if (letter.attributes['errorCode'] !== undefined) return undefined
  const parsed = parseRequest(letter.body, {
    requestId: letter.deduplicationId ?? letter.messageId,
    storeHash: deps.defaultStoreHash,
  })
  if (!parsed.valid || parsed.request.storeHash !== storeHash) return undefined
  const entry = await deps.ledger.read(storeHash, parsed.request.requestId)
  if (entry !== undefined && entry.attempts > 0) return undefined
  return planNeverAttempted(parsed.request, letter, deps.clock.now())
}
