import type { LedgerEntry } from '../../lib/core/ledger-entry.js'
import type { FindingKind } from '../../lib/core/reconcile/finding.js'
import { asEpochMs, type EpochMs } from '../../lib/core/time.js'
import type { PaymentSeed, StoreSeed } from '../../lib/local/sandbox/start-sandbox.js'
import { createPlanters, type PlantedLetter, type Planter, plantedKinds, type Spot } from './planted-kinds.js'

export type PlantedStore = {
  seed: StoreSeed
  entries: LedgerEntry[]
  letters: PlantedLetter[]
  /** Every finding that is there, as `<kind> <paymentId>`, sorted: no more and no fewer are to be found. */
  findings: string[]
}

export type PlantingPlan = {
  storeHash: string
  accessToken: string
  /** How many payments the store has. */
  payments: number
  /** How many of each finding; of what is not named, none. */
  counts: Partial<Record<FindingKind, number>>
  /** Of each kind of decoy. */
  decoys?: number
  now: EpochMs
}

const firstId = 1_001

/**
 * A store of many payments in which findings stand in known numbers, evenly among payments that are none; the same at
 * every call. All was last touched a month before `now`, and sent a day before it, unless the finding is about that.
 */
export function plantStore(plan: PlantingPlan): PlantedStore {
  const { storeHash, accessToken, payments: size, counts, decoys = 1, now } = plan
  const planters = createPlanters(storeHash, now)
  const wanted: { kind?: FindingKind; nth: number; planter: Planter }[] = [
    ...plantedKinds.flatMap(kind =>
      repeat(counts[kind] ?? 0, nth => ({ kind, nth, planter: planters.findings[kind] })),
    ),
    ...planters.decoys.flatMap(planter => repeat(decoys, nth => ({ nth, planter }))),
  ]
  const stride = Math.floor(size / Math.max(1, wanted.length))
  if (stride < 2)
    throw new Error(`${size} payments are too few for ${wanted.length} spots of up to two payments`)
  const spots = wanted.map(({ kind, nth, planter }, index) => {
    const id = firstId + index * stride
    return { kind, id, spot: planter(id, nth) }
  })
  const special = new Map(spots.flatMap(({ spot }) => spot.payments.map(payment => [payment.id, payment])))
  const month = Math.floor(asEpochMs(now - 30 * 86_400_000) / 1000)
  const payments = repeat(size, index => {
    const id = firstId + index
    // A store makes several payments in one second, so that no order by time alone is one.
    const createdAt = month - size + index - (index % 3)
    return {
      currency: 'USD',
      lineItems: [{ invoiceId: 7, amount: amountOf(id) }],
      createdAt,
      ...ordinary(id),
      ...special.get(id),
    }
  })
  return {
    seed: {
      storeHash,
      accessToken,
      payments,
      invoices: [{ id: 7, currency: 'USD', originalBalance: '9000000.0000' }],
    },
    entries: gather(spots, 'entries'),
    letters: gather(spots, 'letters'),
    findings: spots
      .flatMap(({ kind, id, spot }) => (kind === undefined ? [] : [`${kind} ${spot.paymentId ?? id}`]))
      .sort(),
  }
}

/** Nine of ten have all behind them, the tenth waits for its money. */
const ordinary = (id: number): Pick<PaymentSeed, 'id' | 'processingStatus' | 'appliedStatus'> =>
  id % 10 === 9
    ? { id, processingStatus: 1, appliedStatus: 0 }
    : { id, processingStatus: 3, appliedStatus: 1 }

const amountOf = (id: number): string => `${20 + (id % 7) * 5}.0000`

function gather<K extends 'entries' | 'letters'>(
  spots: { spot: Spot }[],
  key: K,
): NonNullable<Spot[K]>[number][] {
  return spots.flatMap(({ spot }): NonNullable<Spot[K]>[number][] => spot[key] ?? [])
}

const repeat = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))
