import type { LedgerEntry } from '../../core/ledger-entry.js'
import { type Cursor, emptyPage, type Plan, type SweepPage } from '../../core/reconcile/sweep.js'
import type { Stop, SweepDeps } from './deps.js'
import type { Swept } from './sweep-payments.js'

/** So many looks make one page of results. */
const looksAPage = 10

/** What came of the look at one entry. */
export type Looked = { plan?: Plan; calls: number } | (Stop & { calls: number })

/** Looks at the next few, in the order of their keys; the cursor keeps the key of the last. */
export async function lookAtEach(
  deps: SweepDeps,
  cursor: Cursor,
  first: Plan[],
  entries: LedgerEntry[],
  keyOf: (entry: LedgerEntry) => string,
  look: (deps: SweepDeps, entry: LedgerEntry) => Promise<Looked>,
  nextPart: Pick<Cursor, 'part'>,
): Promise<Swept> {
  const { after, ...rest } = cursor
  const waiting = entries.filter(entry => keyOf(entry) > (after ?? ''))
  const some = waiting.slice(0, looksAPage)
  const page: SweepPage = { ...emptyPage, plans: [...first] }
  const turned = { ...rest, page: cursor.page + 1 }
  for (const [at, entry] of some.entries()) {
    const swept = await look(deps, entry)
    page.apiCalls += swept.calls
    if ('stopped' in swept) {
      const before = some[at - 1]
      // What was looked at already is kept.
      return before === undefined ? swept : { page, next: { ...turned, after: keyOf(before) } }
    }
    if (swept.plan !== undefined) page.plans.push(swept.plan)
  }
  const last = some.at(-1)
  return last === undefined || some.length === waiting.length
    ? { page, next: { ...turned, ...nextPart } }
    : { page, next: { ...turned, after: keyOf(last) } }
}
