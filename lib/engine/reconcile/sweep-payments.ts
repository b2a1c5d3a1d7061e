import { createHash } from 'node:crypto'
import { listCall } from '../../core/api-call.js'
import type { LedgerEntry } from '../../core/ledger-entry.js'
import { pageSizeMax } from '../../core/list-query.js'
import type { Payment } from '../../core/payment.js'
import { type Detected, detectPayment } from '../../core/reconcile/detect-payment.js'
import { type Cursor, emptyPage, encodeIds, type SweepPage } from '../../core/reconcile/sweep.js'
import type { EpochMs } from '../../core/time.js'
import type { Course } from '../ports.js'
import type { Stop, SweepDeps } from './deps.js'
import type { LedgerView } from './ledger-view.js'
import { describeFailure, readStore } from './read-store.js'

/**
 * One page of the store's list. A full sweep goes from the oldest payment to the newest, an incremental one from the last
 * change back to the watermark; what is seen twice, because the list moved meanwhile, counts once.
 */

export type Swept = { page: SweepPage; next: Cursor } | (Stop & { calls: number })

/** Changes may become visible a little out of their order. */
const overlapMs = 120_000
/** Questions to the ledger at the same time. */
const sideBySide = 25

export async function sweepPayments(
  deps: SweepDeps,
  view: LedgerView,
  course: Course & { cursor: Cursor },
  seen: Set<number>,
): Promise<Swept> {
  const { storeHash, cursor } = course
  const lookedAt = deps.clock.now()
  const order =
    cursor.mode === 'full'
      ? ({ sortBy: 'createdAt', orderBy: 'ASC' } as const)
      : ({ sortBy: 'updatedAt', orderBy: 'DESC' } as const)
  const read = await readStore(
    deps,
    storeHash,
    listCall({ offset: cursor.offset, limit: pageSizeMax, ...order }),
  )
  if ('stopped' in read) return read
  const { content, totalCount, unreadable = 0 } = read.tried
  if (content === undefined)
    return { stopped: 'notReached', why: describeFailure(read.tried), calls: read.calls }
  const since = sinceSeconds(course)
  const fresh = content.filter(({ id, updatedAtSeconds }) => !seen.has(id) && updatedAtSeconds >= since)
  const detected = await detectAll(deps, view, cursor, storeHash, fresh, lookedAt)
  const passedOver = fresh.filter((_, at) => detected[at]?.passedOver === true)
  const page: SweepPage = {
    ...emptyPage,
    plans: detected.flatMap(found => (found.passedOver ? [] : found.plans)),
    payments: fresh.length,
    unreadable,
    apiCalls: read.calls,
    ids: encodeIds(fresh.map(({ id }) => id)),
    externalIds: cursor.mode === 'full' ? namesOf(fresh) : [],
  }
  const listed = content.length + unreadable
  const isPast = content.some(({ updatedAtSeconds }) => updatedAtSeconds < since)
  const next = { ...cursor, page: cursor.page + 1, ...trackChanges(cursor, content, passedOver) }
  const counted = totalCount === undefined ? {} : { totalCount }
  const shrunk = (cursor.totalCount ?? 0) - (totalCount ?? cursor.totalCount ?? 0)
  // What is gone from the list meanwhile has moved all behind it up, past where this page began: it is read again from there.
  if (shrunk > 0) return { page, next: { ...next, ...counted, offset: Math.max(0, cursor.offset - shrunk) } }
  // Payments that the list counts and does not show were not looked at: nothing follows from their absence.
  if (listed === 0 && totalCount !== undefined && totalCount > cursor.offset) {
    const why = `the list says that it holds ${totalCount} payments and shows ${cursor.offset}`
    return { stopped: 'notReached', why, calls: read.calls }
  }
  const end = cursor.offset + listed
  const isLast = listed === 0 || end >= (totalCount ?? Number.POSITIVE_INFINITY) || isPast
  return { page, next: { ...next, ...counted, offset: end, ...(isLast && { part: 'doubts' }) } }
}

const sinceSeconds = ({ cursor, watermark }: Course): number =>
  cursor?.mode === 'full' || watermark === undefined
    ? Number.NEGATIVE_INFINITY
    : Math.floor((watermark - overlapMs) / 1000)

/** First against what the pass has read of the ledger; what would be a finding is held against the ledger as it is now. */
async function detectAll(
  deps: SweepDeps,
  view: LedgerView,
  cursor: Cursor,
  storeHash: string,
  payments: Payment[],
  lookedAt: EpochMs,
): Promise<Detected[]> {
  const lastWrites = cursor.mode === 'full' ? await view.lastWritesOf(storeHash) : undefined
  const detected: Detected[] = []
  for (let from = 0; from < payments.length; from += sideBySide) {
    const some = payments.slice(from, from + sideBySide)
    detected.push(
      ...(await Promise.all(
        some.map(async payment => {
          if (
            lastWrites !== undefined &&
            !isSuspect(storeHash, payment, lastWrites.get(payment.id), lookedAt)
          )
            return { passedOver: false as const, plans: [] }
          const known = await deps.ledger.lastByPayment(storeHash, payment.id)
          return detectPayment(storeHash, payment, known, lookedAt, deps.delayScale)
        }),
      )),
    )
  }
  return detected
}

function isSuspect(
  storeHash: string,
  payment: Payment,
  last: LedgerEntry | undefined,
  lookedAt: EpochMs,
): boolean {
  const known = { ...(last && { last }), open: [] }
  // Young or not is the second look's to say.
  const detected = detectPayment(storeHash, payment, known, lookedAt, Number.NEGATIVE_INFINITY)
  return detected.passedOver || detected.plans.length > 0
}

function namesOf(payments: Payment[]): [string, number][] {
  return payments.flatMap(({ id, externalId, moduleName }) =>
    moduleName !== 'payments_offline' || externalId === undefined || externalId === ''
      ? []
      : [[shortName(externalId), id]],
  )
}

const shortName = (externalId: string): string =>
  externalId.length <= 64 && externalId.isWellFormed()
    ? externalId
    : `sha256:${createHash('sha256').update(JSON.stringify(externalId)).digest('hex')}`

function trackChanges(
  cursor: Cursor,
  payments: Payment[],
  passedOver: Payment[],
): Pick<Cursor, 'newestSeconds' | 'passedOverSeconds'> {
  const secondsOf = (of: Payment[]): number[] => of.map(({ updatedAtSeconds }) => updatedAtSeconds)
  const newest = Math.max(cursor.newestSeconds ?? Number.NEGATIVE_INFINITY, ...secondsOf(payments))
  const oldest = Math.min(cursor.passedOverSeconds ?? Number.POSITIVE_INFINITY, ...secondsOf(passedOver))
  return {
    ...(Number.isFinite(newest) && { newestSeconds: newest }),
    ...(Number.isFinite(oldest) && { passedOverSeconds: oldest }),
  }
}
