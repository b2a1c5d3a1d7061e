import { doubtLimitMs } from '../core/backoff.js'
import type { LedgerEntry } from '../core/ledger-entry.js'
import { entryPaymentId, isLeased } from '../core/ledger-entry.js'
import type { EpochMs } from '../core/time.js'
import type { Clock, Ledger, Log } from './ports.js'

export type Reconciled = {
  seen: number
  leftBehind: number
  inDoubt: number
  open: number
  complete: boolean
}

type Deps = { clock: Clock; log: Log; ledger: Pick<Ledger, 'listOpen'>; delayScale: number }

/** What a page may take; the pass ends before it would run out of time. */
const pageReserveMs = 5_000

/**
 * One bounded pass over the ledger's open entries. It reports and changes nothing: entries left behind by a crash, doubts
 * that wait for a person, and requests still on their way. `complete` is false where the time did not suffice.
 */
export async function reconcileOnce(deps: Deps, invocationEnd: EpochMs): Promise<Reconciled> {
  const counts: Reconciled = { seen: 0, leftBehind: 0, inDoubt: 0, open: 0, complete: false }
  let cursor: string | undefined
  do {
    const page = await deps.ledger.listOpen(cursor)
    for (const entry of page.entries) count(deps, counts, entry)
    cursor = page.cursor
    if (cursor === undefined) counts.complete = true
  } while (cursor !== undefined && deps.clock.now() + pageReserveMs < invocationEnd)
  deps.log.info('reconciliation pass', counts)
  return counts
}

function count(deps: Deps, counts: Reconciled, entry: LedgerEntry): void {
  counts.seen += 1
  const finding = classify(entry, deps)
  counts[finding] += 1
  if (finding === 'open') return
  const { storeHash, requestId, type } = entry.request
  const facts = {
    finding,
    storeHash,
    requestId,
    type,
    paymentId: entryPaymentId(entry),
    attempts: entry.attempts,
  }
  deps.log.warn('finding', { ...facts, error: entry.ending?.error?.message })
}

/** Left behind: nobody holds it, and a delivery that would go on with it is overdue. */
function classify(entry: LedgerEntry, { clock, delayScale }: Deps): 'inDoubt' | 'leftBehind' | 'open' {
  const now = clock.now()
  if (entry.state === 'inDoubt') return 'inDoubt'
  if (isLeased(entry, now)) return 'open'
  const isOverdue = now - (entry.doubtSince ?? now) > doubtLimitMs * delayScale
  return entry.state === 'sending' || isOverdue ? 'leftBehind' : 'open'
}
