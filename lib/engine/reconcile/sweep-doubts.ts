import { canLookSettle, judgeDoubt, type Look } from '../../core/evidence.js'
import type { LedgerEntry } from '../../core/ledger-entry.js'
import { planDoubt, planDuplicates } from '../../core/reconcile/detect-ledger.js'
import type { Cursor } from '../../core/reconcile/sweep.js'
import { lookAtStore } from '../look.js'
import type { Course, PeekedLetter } from '../ports.js'
import type { SweepDeps } from './deps.js'
import type { LedgerView } from './ledger-view.js'
import { type Looked, lookAtEach } from './look-at-each.js'
import { planHooks } from './plan-hooks.js'
import { planWithoutLook } from './plan-without-look.js'
import { tryRead } from './read-store.js'
import type { Swept } from './sweep-payments.js'

/** The next few doubts of the ledger, one look each. The first page also has what needs no look at a payment. */
export async function sweepDoubts(
  deps: SweepDeps,
  view: LedgerView,
  course: Course & { cursor: Cursor },
  letters: PeekedLetter[],
  externalIds: [string, number][],
): Promise<Swept> {
  const { storeHash, cursor } = course
  const doubts = (await view.openOf(storeHash)).filter(({ state }) => state === 'inDoubt')
  const first =
    cursor.after === undefined
      ? [
          ...planDuplicates(storeHash, externalIds, deps.clock.now()),
          ...(await planWithoutLook(deps, view, storeHash, letters)),
          ...(await planHooks(deps, storeHash)),
        ]
      : []
  return lookAtEach(deps, cursor, first, doubts, ({ request }) => request.requestId, settleByLook, {
    ...(cursor.mode === 'full' ? { part: 'gone' } : { part: 'act' }),
  })
}

async function settleByLook(deps: SweepDeps, listed: LedgerEntry): Promise<Looked> {
  const { request } = listed
  const entry = await deps.ledger.read(request.storeHash, request.requestId)
  if (entry?.state !== 'inDoubt') return { calls: 0 }
  const askedAt = deps.clock.now()
  if (!canLookSettle(request)) {
    const why = 'nothing in the store shows whether operation 3 was carried out'
    return { plan: planDoubt(entry, undefined, { verdict: 'undecidable', why }, askedAt), calls: 0 }
  }
  let lookedAt = askedAt
  const tried = await tryRead<Look>(deps, async () => {
    // What is seen is as old as the question, not as the answer.
    lookedAt = deps.clock.now()
    const looked = await lookAtStore(deps, request, deps.deadline)
    if (!looked.made) return looked
    const { look } = looked
    return { made: true, seen: look, ...(look.seen === 'nothing' && { answer: look.answer }) }
  })
  if ('stopped' in tried) return tried
  const sending = {
    from: entry.sendingFrom ?? lookedAt,
    until: entry.sendingUntil ?? lookedAt,
    serverOffsetMs: deps.serverClock.offsetMs(request.storeHash),
  }
  const evidence = judgeDoubt(request, sending, tried.tried, lookedAt, deps.delayScale)
  return { plan: planDoubt(entry, tried.tried, evidence, lookedAt), calls: tried.calls }
}
