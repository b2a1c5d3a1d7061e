import { detailCall } from '../../core/api-call.js'
import { entryPaymentId, type LedgerEntry } from '../../core/ledger-entry.js'
import { planGone } from '../../core/reconcile/detect-ledger.js'
import { settledAfterMs } from '../../core/reconcile/detect-payment.js'
import type { Cursor } from '../../core/reconcile/sweep.js'
import type { Course } from '../ports.js'
import type { SweepDeps } from './deps.js'
import { completedAt, type LedgerView } from './ledger-view.js'
import { lookAtEach } from './look-at-each.js'
import { readStore } from './read-store.js'
import type { Swept } from './sweep-payments.js'

/** The next few payments that the ledger knows and the whole list did not show: one look each, for a list may pass over some. */
export async function sweepGone(
  deps: SweepDeps,
  view: LedgerView,
  course: Course & { cursor: Cursor },
  seen: Set<number>,
): Promise<Swept> {
  const { storeHash, cursor } = course
  const before = cursor.startedAt - settledAfterMs * deps.delayScale
  const missing = [...(await view.lastWritesOf(storeHash)).values()]
    .filter(entry => !seen.has(entryPaymentId(entry) ?? 0) && mayBeMissed(entry, before))
    .sort((a, b) => (entryPaymentId(a) ?? 0) - (entryPaymentId(b) ?? 0))
  // Numbers as text of one length, so that they compare as they count.
  const keyOf = (entry: LedgerEntry): string => String(entryPaymentId(entry)).padStart(24, '0')
  return lookAtEach(
    deps,
    cursor,
    [],
    missing,
    keyOf,
    async (_, entry) => {
      const paymentId = entryPaymentId(entry) ?? 0
      const { last, open } = await deps.ledger.lastByPayment(storeHash, paymentId)
      if (open.length > 0 || last === undefined || !mayBeMissed(last, before)) return { calls: 0 }
      const read = await readStore(deps, storeHash, detailCall(paymentId))
      if ('stopped' in read) return read
      if (read.tried.meaning !== 'notFound') return { calls: read.calls }
      return { plan: planGone(last, deps.clock.now()), calls: read.calls }
    },
    { part: 'act' },
  )
}

/** A payment that we deleted is not missed, and one that we made a moment ago may not show yet. */
const mayBeMissed = (entry: LedgerEntry, before: number): boolean =>
  entry.request.type !== 'deletePayment' && completedAt(entry) < before
