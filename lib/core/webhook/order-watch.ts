import { asEpochMs, type EpochMs } from '../time.js'

/**
 * What is remembered of one order and operation: which webhooks are answered, and which look at the store is under way.
 *
 * A look answers a webhook when it begins after the store had sent it, and when all of its requests are on the operations
 * queue. Its requests carry the look's key, the hash of one of its webhooks, so a look that is made again after a crash asks
 * for nothing twice. That holds as long as no two looks have one key: a key is taken from a webhook that was never answered
 * before, and is written down (`pending`) before the first request is sent. Webhooks are remembered for as long as their
 * store may repeat them; one that is older than that (`knownSince`) may have been answered and forgotten, its requests would
 * do nothing then, and so a look under its key answers it alone.
 */
export type OrderWatch = {
  storeHash: string
  orderId: string
  operationCode: number
  /** 0: not kept yet. */
  rev: number
  /** Whatever the intake queue took up to here is answered by a look that began later. */
  coveredUpTo: EpochMs
  /** The webhooks that are answered, and since when all of them are remembered (`createdAt`, Unix seconds). */
  known: Hash[]
  knownSince: number
  /** A look that has begun: the key of its requests, and the webhooks that it answers once they are on their queue. */
  pending?: PendingLook
  /** Looks that failed since the last one that did not, and since when; those that the credentials did not allow are none. */
  failures: number
  failingSince?: EpochMs
  /** Since when credentials have been lacking. */
  lackingSince?: EpochMs
}

export type Hash = { hash: string; createdAt: number }

export type PendingLook = {
  key: string
  beganAt: EpochMs
  hashes: Hash[]
  /** What the look saw, where its requests could not be sent: they are all that is left to do. */
  seen?: Seen
}

/** What a look at an order found: how many invoices, and which of their payments want the operation. */
export type Seen = {
  invoices: number
  /** To be carried out. */
  asked: number[]
  /** The store says that the operation is not allowed on these: nothing of the order could be carried over to them. */
  passedOver: number[]
}

/** The store repeats a webhook for two days (DOMAIN.md, "Store webhooks"). */
const knownSeconds = 4 * 86_400
/** What an item of the ledger holds with ease; an order has a handful. */
const knownMax = 1_000
/** The clocks of SQS and of a function may differ by so much: a webhook that came that close to a look's begin gets another. */
const skewMs = 2_000

export const newWatch = (
  order: Pick<OrderWatch, 'storeHash' | 'orderId' | 'operationCode'>,
  now: EpochMs,
): OrderWatch => ({
  storeHash: order.storeHash,
  orderId: order.orderId,
  operationCode: order.operationCode,
  rev: 0,
  coveredUpTo: asEpochMs(0),
  known: [],
  knownSince: rememberedSince(now),
  failures: 0,
})

/** Whether the hash cannot have been the key of an earlier look. */
export const mayLendKey = ({ knownSince }: OrderWatch, { createdAt }: Hash): boolean =>
  createdAt >= knownSince

/** The pending look is done: all of its requests are on their queue. */
export function endLook(watch: OrderWatch, now: EpochMs, delayScale: number): OrderWatch {
  const { pending, failingSince: _, lackingSince: __, ...rest } = watch
  if (pending === undefined) return watch
  return remember({ ...rest, failures: 0, coveredUpTo: coverOf(watch, delayScale) }, pending.hashes, now)
}

/** What `coveredUpTo` will be when the pending look is done. */
export function coverOf(watch: OrderWatch, delayScale: number): EpochMs {
  const { coveredUpTo, pending } = watch
  const lender = pending?.hashes.find(({ hash }) => hash === pending.key)
  if (pending === undefined || lender === undefined || !mayLendKey(watch, lender)) return coveredUpTo
  return asEpochMs(Math.max(coveredUpTo, pending.beganAt - skewMs * delayScale))
}

/** These webhooks are answered: a repeat of one is recognised from now on. */
export function remember(watch: OrderWatch, hashes: Hash[], now: EpochMs): OrderWatch {
  const all = new Map([...watch.known, ...hashes].map(one => [one.hash, one]))
  const since = Math.max(watch.knownSince, rememberedSince(now))
  const young = [...all.values()]
    .filter(({ createdAt }) => createdAt >= since)
    .sort((a, b) => b.createdAt - a.createdAt)
  const forgotten = young[knownMax]
  const knownSince = forgotten === undefined ? since : Math.max(since, forgotten.createdAt + 1)
  return { ...watch, known: young.slice(0, knownMax).reverse(), knownSince }
}

const rememberedSince = (now: EpochMs): number => Math.floor(now / 1000) - knownSeconds
