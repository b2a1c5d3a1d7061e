import { StaleLease } from '../core/errors.js'
import { entryPaymentId, type LedgerEntry } from '../core/ledger-entry.js'
import { resolveDoubt, type Verdict } from '../core/resolve-doubt.js'
import { announceSettled } from './announce-settled.js'
import type { Audit, DeadLetters, Ledger, Log, Metrics, Outcomes, Random } from './ports.js'

type Deps = {
  random: Random
  log: Log
  metrics: Pick<Metrics, 'add'>
  ledger: Pick<Ledger, 'read' | 'save' | 'holdPayment' | 'releasePayment'>
  audit: Pick<Audit, 'record'>
  outcomes: Outcomes
  deadLetters: DeadLetters
}

export type Resolved =
  | { resolved: true; entry: LedgerEntry; wasSoBefore: boolean }
  | { resolved: false; why: string }

/**
 * Settles a doubt by a person's word: the ledger first, then the record of who said so, then the hold of the payment, then
 * the outcome. Killed anywhere and run again with the same word, it finds its own resolution and does the rest.
 */
export async function resolveRequest(
  deps: Deps,
  key: { storeHash: string; requestId: string },
  verdict: Verdict,
): Promise<Resolved> {
  const found = await deps.ledger.read(key.storeHash, key.requestId)
  if (found === undefined) return { resolved: false, why: 'the ledger does not know it' }
  const resolving = resolveDoubt(found, verdict)
  if (resolving.may === 'refuse') return { resolved: false, why: resolving.why }
  const entry =
    resolving.may === 'complete'
      ? found
      : await trySave(deps, resolving.entry, `resolve:${deps.random.uuid()}`)
  if (entry === undefined)
    return { resolved: false, why: 'somebody wrote to it at the same moment; look again' }
  await recordAct(deps, entry)
  await announceSettled(deps, entry)
  return { resolved: true, entry, wasSoBefore: resolving.may === 'complete' }
}

async function trySave(deps: Deps, entry: LedgerEntry, by: string): Promise<LedgerEntry | undefined> {
  try {
    return await deps.ledger.save(entry, by)
  } catch (error) {
    // A redrive, reconciliation or another person came first: what they wrote has to be read before anything is said of it.
    if (!(error instanceof StaleLease)) throw error
    return undefined
  }
}

async function recordAct(deps: Deps, entry: LedgerEntry): Promise<void> {
  const { request, resolution } = entry
  if (resolution === undefined) return
  const { as, by, reason, at } = resolution
  const paymentId = entryPaymentId(entry)
  const { storeHash, requestId } = request
  await deps.audit.record(
    {
      action: 'resolve',
      at,
      by,
      reason,
      storeHash,
      requestId,
      ...(paymentId !== undefined && { paymentId }),
      changedTo: as,
    },
    `resolve:${requestId}:${at}`,
  )
}
