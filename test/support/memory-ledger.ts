import { StaleLease } from '../../lib/core/errors.js'
import { entryKeyOf, type LedgerEntry } from '../../lib/core/ledger-entry.js'
import type { Ledger, StoreHold } from '../../lib/engine/ports.js'

type Row = { entry: LedgerEntry; by: string }

/** The ledger's contract in memory: conditional writes on `rev`, our own repeated write counts as ours. */
export class MemoryLedger implements Ledger {
  readonly rows = new Map<string, Row>()
  readonly holders = new Map<string, Set<string>>()
  readonly storeHolds = new Map<string, StoreHold>()

  async readHolds(holdKeys: string[], storeHashes: string[]) {
    const payments = new Map(holdKeys.map(key => [key, [...(this.holders.get(key) ?? [])]]))
    const stores = new Map<string, StoreHold>()
    for (const storeHash of storeHashes) {
      const hold = this.storeHolds.get(storeHash)
      if (hold !== undefined) stores.set(storeHash, hold)
    }
    return { payments, stores }
  }

  async claim(entry: LedgerEntry, by: string): Promise<LedgerEntry | undefined> {
    const key = entryKeyOf(entry.request)
    const found = this.rows.get(key)
    if (found !== undefined)
      return found.by === by && found.entry.rev === entry.rev ? undefined : copy(found.entry)
    this.rows.set(key, { entry: copy(entry), by })
    return undefined
  }

  async read(storeHash: string, requestId: string): Promise<LedgerEntry | undefined> {
    const found = this.rows.get(entryKeyOf({ storeHash, requestId }))
    return found && copy(found.entry)
  }

  async save(entry: LedgerEntry, by: string): Promise<LedgerEntry> {
    const key = entryKeyOf(entry.request)
    const next = copy({ ...entry, rev: entry.rev + 1 })
    const found = this.rows.get(key)
    if (found?.by === by && found.entry.rev === next.rev) return next
    if (found?.entry.rev !== entry.rev)
      throw new StaleLease(`request ${entry.request.requestId} was taken over`)
    this.rows.set(key, { entry: next, by })
    return copy(next)
  }

  async makersOf(storeHash: string, paymentId: number): Promise<string[]> {
    const entries = [...this.rows.values()].map(row => row.entry)
    return entries
      .filter(({ request }) => request.type === 'createOfflinePayment' && request.storeHash === storeHash)
      .filter(entry => entry.ending?.paymentId === paymentId)
      .map(({ request }) => request.requestId)
  }

  async holdPayment(holdKey: string, requestId: string): Promise<void> {
    this.holders.set(holdKey, (this.holders.get(holdKey) ?? new Set()).add(requestId))
  }

  async releasePayment(holdKey: string, requestId: string): Promise<void> {
    this.holders.get(holdKey)?.delete(requestId)
  }

  async saveStoreHold(hold: StoreHold): Promise<boolean> {
    if ((this.storeHolds.get(hold.storeHash)?.rev ?? 0) !== hold.rev) return false
    this.storeHolds.set(hold.storeHash, { ...hold, rev: hold.rev + 1 })
    return true
  }

  async listOpen() {
    const entries = [...this.rows.values()].map(row => row.entry)
    return { entries: entries.filter(({ state }) => state !== 'succeeded' && state !== 'failed').map(copy) }
  }
}

/** As a database would: what is stored is nobody's object. */
const copy = (entry: LedgerEntry): LedgerEntry => ({ ...entry })
