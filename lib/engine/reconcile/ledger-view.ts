import { entryPaymentId, type LedgerEntry } from '../../core/ledger-entry.js'
import { asEpochMs, type EpochMs } from '../../core/time.js'
import type { Ledger, LedgerHistory } from '../ports.js'

/** The ledger as one pass needs it, read at most once a pass and kept small. */
export type LedgerView = {
  /** Entries that are not final, or in doubt, of one store; by requestId. */
  openOf(storeHash: string): Promise<LedgerEntry[]>
  /** The same of all stores. */
  listOpen(): Promise<LedgerEntry[]>
  /** Of each payment of a store the write that succeeded last. */
  lastWritesOf(storeHash: string): Promise<Map<number, LedgerEntry>>
}

export function createLedgerView(ledger: Pick<Ledger, 'listOpen'> & LedgerHistory): LedgerView {
  let open: Promise<LedgerEntry[]> | undefined
  let lastWrites: Promise<Map<string, Map<number, LedgerEntry>>> | undefined
  const listOpen = (): Promise<LedgerEntry[]> => {
    open ??= readOpen(ledger)
    return open
  }
  return {
    listOpen,
    openOf: async storeHash => {
      const entries = (await listOpen()).filter(({ request }) => request.storeHash === storeHash)
      return entries.sort((a, b) => (a.request.requestId < b.request.requestId ? -1 : 1))
    },
    lastWritesOf: async storeHash => {
      lastWrites ??= readLastWrites(ledger)
      return (await lastWrites).get(storeHash) ?? new Map()
    },
  }
}

async function readOpen(ledger: Pick<Ledger, 'listOpen'>): Promise<LedgerEntry[]> {
  const entries: LedgerEntry[] = []
  let cursor: string | undefined
  do {
    const page = await ledger.listOpen(cursor)
    entries.push(...page.entries)
    cursor = page.cursor
  } while (cursor !== undefined)
  return entries
}

async function readLastWrites(ledger: LedgerHistory): Promise<Map<string, Map<number, LedgerEntry>>> {
  const stores = new Map<string, Map<number, LedgerEntry>>()
  let cursor: string | undefined
  do {
    const page = await ledger.listEntries(undefined, cursor)
    for (const entry of page.entries) keepLast(stores, entry)
    cursor = page.cursor
  } while (cursor !== undefined)
  return stores
}

function keepLast(stores: Map<string, Map<number, LedgerEntry>>, entry: LedgerEntry): void {
  const paymentId = entryPaymentId(entry)
  if (entry.state !== 'succeeded' || paymentId === undefined) return
  const { storeHash } = entry.request
  const payments = stores.get(storeHash) ?? new Map<number, LedgerEntry>()
  stores.set(storeHash, payments)
  const known = payments.get(paymentId)
  if (known === undefined || completedAt(known) <= completedAt(entry)) payments.set(paymentId, shrink(entry))
}

/** There may be very many of them, and nobody asks for the rest. */
function shrink({
  lastAnswer: _,
  request: { metadata: __, ...request },
  ...entry
}: LedgerEntry): LedgerEntry {
  return { ...entry, request }
}

export const completedAt = (entry: LedgerEntry): EpochMs => entry.ending?.completedAt ?? asEpochMs(0)
