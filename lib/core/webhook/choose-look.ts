import { assert } from '../errors.js'
import type { EpochMs } from '../time.js'
import { coverOf, type Hash, mayLendKey, type OrderWatch, type PendingLook } from './order-watch.js'

/** A webhook as it lies in the intake queue, which took it at `sentAt`. */
export type Heard = Hash & { sentAt: EpochMs }

export type Choice =
  /** All of them are answered; those in `unknown` are to be remembered first, so that their repeats are recognised. */
  | { look: 'none'; unknown: Hash[] }
  /** The look that was begun before, under its own key: whatever it has sent already does nothing a second time. */
  | { look: 'again'; pending: PendingLook }
  /** `pending` has to be kept before the first request is sent. */
  | { look: 'new'; pending: PendingLook }

/** What webhooks of one order ask for. After the look is done the rest of them may ask for another. */
export function chooseLook(
  watch: OrderWatch,
  heard: Heard[],
  { now, delayScale }: { now: EpochMs; delayScale: number },
): Choice {
  const known = new Set(watch.known.map(({ hash }) => hash))
  const unknown = distinct(heard.filter(({ hash }) => !known.has(hash)))
  const open = unknown.filter(({ sentAt }) => sentAt > watch.coveredUpTo)
  if (open.length === 0) return { look: 'none', unknown: unknown.map(toHash) }
  const begun = [...(watch.pending?.hashes ?? [])]
  const unbegun = open.filter(({ hash }) => !begun.some(other => other.hash === hash))
  // The begun look answers these, too, for it began after them.
  const cover = coverOf(watch, delayScale)
  begun.push(...unbegun.filter(({ sentAt }) => sentAt <= cover).map(toHash))
  const fresh = unbegun.filter(({ sentAt }) => sentAt > cover)
  const lender = fresh.find(one => mayLendKey(watch, one))
  if (lender !== undefined) {
    const hashes = [...fresh.map(toHash), ...begun]
    return { look: 'new', pending: { key: lender.hash, beganAt: now, hashes } }
  }
  // Before a look that answers one webhook alone: it would push the begun one out of memory, and its webhooks with it.
  if (watch.pending !== undefined) return { look: 'again', pending: { ...watch.pending, hashes: begun } }
  const [alone] = fresh
  assert(alone !== undefined, 'where no look was begun, whatever is not answered is fresh')
  return { look: 'new', pending: { key: alone.hash, beganAt: now, hashes: [toHash(alone)] } }
}

const toHash = ({ hash, createdAt }: Heard): Hash => ({ hash, createdAt })

/** Of several deliveries of one webhook the first: what it tells had happened by then. */
function distinct(heard: Heard[]): Heard[] {
  const first = new Map<string, Heard>()
  for (const one of heard) {
    const other = first.get(one.hash)
    if (other === undefined || one.sentAt < other.sentAt) first.set(one.hash, one)
  }
  return [...first.values()]
}
