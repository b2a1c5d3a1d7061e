import { isFinal, type LedgerEntry } from '../core/ledger-entry.js'
import type { OperationRequest } from '../core/request.js'
import { holdKeyOf } from '../core/request.js'
import type { Holds, Ledger } from './ports.js'

/**
 * The doubts that hold payments: as the batch's one read saw them, kept current with what this batch itself finds, so that
 * a doubt at the head of a group already stops the request behind it.
 */
export type PaymentHolds = {
  isHolder(request: OperationRequest): boolean
  hold(request: OperationRequest): Promise<void>
  release(request: OperationRequest, holder?: string): Promise<void>
  /** Another request whose doubt still holds this one's payment, with what the ledger says of it. */
  findHolder(request: OperationRequest): Promise<LedgerEntry | undefined>
}

type PaymentLedger = Pick<Ledger, 'read' | 'holdPayment' | 'releasePayment'>

export function createPaymentHolds(ledger: PaymentLedger, seen: Holds['payments']): PaymentHolds {
  const holdersOf = (holdKey: string): string[] => seen.get(holdKey) ?? []

  async function release(request: OperationRequest, holder = request.requestId): Promise<void> {
    const holdKey = holdKeyOf(request)
    if (!holdersOf(holdKey).includes(holder)) return
    await ledger.releasePayment(holdKey, holder)
    const rest = holdersOf(holdKey).filter(other => other !== holder)
    seen.set(holdKey, rest)
  }

  return {
    isHolder: request => holdersOf(holdKeyOf(request)).includes(request.requestId),
    hold: async request => {
      const holdKey = holdKeyOf(request)
      if (holdersOf(holdKey).includes(request.requestId)) return
      await ledger.holdPayment(holdKey, request.requestId)
      seen.set(holdKey, [...holdersOf(holdKey), request.requestId])
    },
    release,
    findHolder: async request => {
      for (const holder of holdersOf(holdKeyOf(request))) {
        if (holder === request.requestId) continue
        const entry = await ledger.read(request.storeHash, holder)
        if (entry !== undefined && mayHold(entry)) return entry
        // A crash came between the end of that doubt and the release of its payment.
        await release(request, holder)
      }
      return undefined
    },
  }
}

/** Proven not executed and waiting to be sent again is no doubt any more; finished is none either, but for `inDoubt`. */
export const mayHold = ({ state }: LedgerEntry): boolean =>
  state === 'inDoubt' || (!isFinal(state) && state !== 'waiting')

export const isInDoubt = ({ state }: LedgerEntry): boolean => state === 'unknown' || state === 'inDoubt'
