import type { Answer } from '../../core/answer.js'
import type { ApiCall } from '../../core/api-call.js'
import { findGap } from '../../core/find-gap.js'
import type { Invoice } from '../../core/invoice.js'
import { pageSizeMax } from '../../core/list-query.js'
import type { Payment } from '../../core/payment.js'
import type { EpochMs } from '../../core/time.js'
import type { Trouble } from '../../core/webhook/after-trouble.js'
import { type CallDeps, callApi } from '../call-api.js'

type Items = { invoices: Invoice; list: Payment }

export type Pages<T> = { items: T[] } | Trouble | NotNow

/** The store may not be called before `until`: its quota, or no time left in this invocation. */
export type NotNow = { until: EpochMs }

/** A keyword that fills more pages than this is no search any more. */
const pagesMax = 40
/** A list that changes while it is read is read again, so many times in all. */
const readingsMax = 3

/** A whole list, page by page; `callFor` makes the call of one. A store may give shorter pages than it was asked for. */
export async function readPages<K extends keyof Items>(
  deps: CallDeps,
  storeHash: string,
  callFor: (page: { offset: number; limit: number }) => ApiCall<K>,
  deadline: EpochMs,
): Promise<Pages<Items[K]>> {
  let gap = ''
  for (let reading = 0; reading < readingsMax; reading += 1) {
    const read = await readOnce(deps, storeHash, callFor, deadline)
    if (!('gap' in read)) return read
    gap = read.gap
  }
  return { trouble: 'failed', message: gap }
}

async function readOnce<K extends keyof Items>(
  deps: CallDeps,
  storeHash: string,
  callFor: (page: { offset: number; limit: number }) => ApiCall<K>,
  deadline: EpochMs,
): Promise<Pages<Items[K]> | { gap: string }> {
  const items: Items[K][] = []
  let total: number | undefined
  for (let page = 0; page < pagesMax; page += 1) {
    const call = callFor({ offset: items.length, limit: pageSizeMax })
    const called = await callApi(deps, storeHash, call, deadline)
    if (!called.made && called.because === 'throttled') return { until: called.until }
    if (!called.made) return { trouble: 'credentials', lack: called.lack, nextTryAt: called.until }
    const { answer } = called
    const shown = answer.content as Items[K][] | undefined
    if (answer.meaning !== 'success' || shown === undefined) return troubleOf(answer)
    if (answer.unreadable !== undefined)
      return { trouble: 'failed', message: `${answer.unreadable} items of a list cannot be read` }
    items.push(...shown)
    const before = total
    total = answer.totalCount ?? total
    const gap = findGap(items, shown, before ?? total, total)
    if (gap !== undefined) return { gap }
    // Only the server's own count, or an empty page, says that there are no more.
    if (shown.length === 0 || items.length >= (total ?? Number.POSITIVE_INFINITY)) return { items }
  }
  return { trouble: 'failed', message: `a list fills more than ${pagesMax} pages` }
}

function troubleOf({ meaning, message, httpStatus }: Answer): Trouble {
  const isFinal = meaning === 'rejected' || meaning === 'notAllowed' || meaning === 'notFound'
  return {
    trouble: isFinal ? 'refused' : 'failed',
    message,
    ...(httpStatus !== undefined && { httpStatus }),
  }
}
