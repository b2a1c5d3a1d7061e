import { StaleLease } from '../../core/errors.js'
import type { Finding } from '../../core/reconcile/finding.js'
import { decidedBy } from '../../core/reconcile/rules.js'
import { type Cursor, emptyPage, type Plan, type SweepPage } from '../../core/reconcile/sweep.js'
import type { SweepDeps } from './deps.js'
import { type Asked, enqueue } from './enqueue.js'
import { settleDoubt } from './settle-doubt.js'
import type { Swept } from './sweep-payments.js'

/** What the rules allow is done here, and nowhere else. */

/** So many actions make one page of results. */
const actionsAPage = 25

/** The next few findings that the rules do more about than report; undefined: all is done. */
export async function actOnNext(
  deps: SweepDeps,
  cursor: Cursor,
  pages: SweepPage[],
): Promise<Swept | undefined> {
  const done = new Set(pages.flatMap(({ acted }) => acted.map(({ at }) => at)))
  const plans = plansOf(pages)
  const due = [...plans.entries()]
    .filter(([at, { finding }]) => !done.has(at) && deps.rules[finding.kind] !== 'report')
    // Doubts first: what holds a payment is out of the way then for what is asked of it.
    .sort(([, a], [, b]) => rankOf(deps, a) - rankOf(deps, b))
  if (due.length === 0) return undefined
  const page: SweepPage = { ...emptyPage, acted: [] }
  const settling = new Set(plans.flatMap(plan => (rankOf(deps, plan) === 0 ? [plan.finding.requestId] : [])))
  for (const [at, plan] of due.slice(0, actionsAPage)) {
    const asked = await act(deps, plan, cursor, settling)
    page.apiCalls += asked.calls ?? 0
    // What was done already is kept; the next step finds the store as this one did.
    if ('stopped' in asked) {
      if (page.acted.length === 0) return asked
      break
    }
    const { calls: _, ...done } = asked
    page.acted.push({ at, ...done })
  }
  return { page, next: { ...cursor, page: cursor.page + 1 } }
}

const rankOf = ({ rules }: SweepDeps, { finding }: Plan): number => (rules[finding.kind] === 'settle' ? 0 : 1)

async function act(
  deps: SweepDeps,
  plan: Plan,
  { startedAt }: Cursor,
  settling: Set<string | undefined>,
): Promise<Asked> {
  if (plan.refusal !== undefined) return { acted: 'refused', why: plan.refusal }
  try {
    return deps.rules[plan.finding.kind] === 'settle'
      ? await settleDoubt(deps, plan, startedAt)
      : await enqueue(deps, plan, { startedAt, settling })
  } catch (error) {
    // Somebody else writes this very entry: the finding is theirs now. All else ends the pass, and the next one goes on.
    if (!(error instanceof StaleLease)) throw error
    return { acted: 'refused', why: 'the request has been taken up meanwhile' }
  }
}

const plansOf = (pages: SweepPage[]): Plan[] => pages.flatMap(({ plans }) => plans)

/** The findings of all pages with what the rules say and what was done about each. */
export function findingsOf(deps: Pick<SweepDeps, 'rules'>, pages: SweepPage[]): Finding[] {
  const done = new Map(pages.flatMap(({ acted }) => acted.map(({ at, ...rest }) => [at, rest] as const)))
  return plansOf(pages).map(({ finding }, at) => ({ ...decided(deps, finding), ...done.get(at) }))
}

/** Findings that nothing was done about, because the sweep did not come so far. */
export const notActedOn = (deps: Pick<SweepDeps, 'rules'>, plans: Plan[], why: string): Finding[] =>
  plans.map(({ finding }) => {
    const found = decided(deps, finding)
    return found.action === 'report' ? found : { ...found, acted: 'refused', why }
  })

const decided = ({ rules }: Pick<SweepDeps, 'rules'>, finding: Finding): Finding => ({
  ...finding,
  action: rules[finding.kind],
  decidedBy: decidedBy(rules, finding.kind),
})
