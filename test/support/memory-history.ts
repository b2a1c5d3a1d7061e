import { entryPaymentId, isFinal, movesMoney } from '../../lib/core/ledger-entry.js'
import type { Ledger, LedgerHistory } from '../../lib/engine/ports.js'
import type { MemoryLedger } from './memory-ledger.js'

/** The memory ledger with what reconciliation asks of it beside. */
export function withHistory(ledger: MemoryLedger): Ledger & LedgerHistory {
  const entriesOf = (storeHash: string | undefined) =>
    [...ledger.rows.values()]
      .map(({ entry }) => ({ ...entry }))
      .filter(({ request }) => storeHash === undefined || request.storeHash === storeHash)
  return {
    readHolds: (...asked) => ledger.readHolds(...asked),
    claim: (...asked) => ledger.claim(...asked),
    read: (...asked) => ledger.read(...asked),
    save: (...asked) => ledger.save(...asked),
    makersOf: (...asked) => ledger.makersOf(...asked),
    holdPayment: (...asked) => ledger.holdPayment(...asked),
    releasePayment: (...asked) => ledger.releasePayment(...asked),
    saveStoreHold: (...asked) => ledger.saveStoreHold(...asked),
    listOpen: () => ledger.listOpen(),
    lastByPayment: async (storeHash, paymentId) => {
      const entries = entriesOf(storeHash).filter(entry => entryPaymentId(entry) === paymentId)
      const done = entries
        .filter(({ state }) => state === 'succeeded')
        .sort((a, b) => (a.ending?.completedAt ?? 0) - (b.ending?.completedAt ?? 0))
      const last = done.at(-1)
      const lastMove = done.findLast(movesMoney)
      const open = entries.filter(({ state }) => !isFinal(state) || state === 'inDoubt')
      return { open, ...(last && { last }), ...(lastMove && { lastMove }) }
    },
    listEntries: async storeHash => ({ entries: entriesOf(storeHash) }),
  }
}
