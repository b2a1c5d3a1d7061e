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

type Deps = { clock: Clock; log: Log; ledger: Pick<Ledger, 'listOpen'> }

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
  const finding = classify(entry, deps.clock.now())
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

function classify(entry: LedgerEntry, now: EpochMs): 'inDoubt' | 'leftBehind' | 'open' {
  if (entry.state === 'inDoubt') return 'inDoubt'
  return entry.state === 'sending' && !isLeased(entry, now) ? 'leftBehind' : 'open'
}
