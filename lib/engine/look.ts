import type { Answer } from '../core/answer.js'
import { detailCall, listCall } from '../core/api-call.js'
import { assert } from '../core/errors.js'
import { type Look, lookFromDetail, looksAtList } from '../core/evidence.js'
import { findGap } from '../core/find-gap.js'
import { pageSizeMax } from '../core/list-query.js'
import type { Payment } from '../core/payment.js'
import { type CreateOfflinePayment, type OperationRequest, paymentIdOf } from '../core/request.js'
import type { EpochMs } from '../core/time.js'
import { type CallDeps, type Called, callApi } from './call-api.js'
import type { Ledger } from './ports.js'
import type { Opened } from './store-access.js'

export type Looked = { made: true; look: Look } | Extract<Called, { made: false }>

/** A keyword search that fills more pages than this is no search; it settles nothing. */
const pagesMax = 10

export type LookDeps = CallDeps & { ledger: Pick<Ledger, 'makersOf'> }

/** Looks at the store for what became of a request: at its payment, or for a create at the list by its `externalId`. */
export async function lookAtStore(
  deps: LookDeps,
  request: OperationRequest,
  deadline: EpochMs,
  opened?: Opened,
): Promise<Looked> {
  if (looksAtList(request)) return lookAtList(deps, request, deadline, opened)
  const paymentId = paymentIdOf(request)
  assert(paymentId !== undefined, 'every type but a create names its payment')
  const called = await callApi(deps, request.storeHash, detailCall(paymentId), deadline, opened)
  if (!called.made) return called
  const { content } = called.answer
  // An answer that got mixed up on its way says nothing of this payment.
  if (content !== undefined && content.id !== paymentId)
    return sawNothing(lostAnswer(`asked for payment ${paymentId}, the answer shows ${content.id}`))
  return { made: true, look: lookFromDetail(called.answer) }
}

async function lookAtList(
  deps: LookDeps,
  request: CreateOfflinePayment,
  deadline: EpochMs,
  opened?: Opened,
): Promise<Looked> {
  const { storeHash, payment: wanted } = request
  const payments: Payment[] = []
  let total: number | undefined
  for (let page = 0; page < pagesMax; page += 1) {
    const call = listCall({
      offset: payments.length,
      // A store may give shorter pages than were asked for.
      limit: pageSizeMax,
      searchBy: 'externalId',
      q: wanted.externalId,
    })
    const called = await callApi(deps, storeHash, call, deadline, page === 0 ? opened : undefined)
    if (!called.made) return called
    const { answer } = called
    if (answer.meaning !== 'success' || answer.content === undefined) return sawNothing(answer)
    if (answer.unreadable !== undefined)
      return sawNothing(lostAnswer(`${answer.unreadable} payments of the list cannot be read`))
    payments.push(...answer.content)
    const before = total
    total = answer.totalCount ?? total
    const why = findGap(payments, answer.content, before ?? total, total)
    if (why !== undefined) return sawNothing(lostAnswer(why))
    // Only the server's own count, or an empty page, says that there are no more.
    if (answer.content.length === 0 || payments.length >= (total ?? Number.POSITIVE_INFINITY)) {
      return {
        made: true,
        look: { seen: 'list', payments: await dropOthers(deps.ledger, request, payments) },
      }
    }
  }
  const message = `a search for the externalId fills more than ${pagesMax} pages`
  return sawNothing(lostAnswer(message))
}

/** Leaves out what the ledger knows to be made by another request with the same `externalId`: that is not ours to adopt. */
async function dropOthers(
  ledger: LookDeps['ledger'],
  request: CreateOfflinePayment,
  payments: Payment[],
): Promise<Payment[]> {
  const kept: Payment[] = []
  for (const payment of payments) {
    const isNamed = payment.externalId === request.payment.externalId
    const makers = isNamed ? await ledger.makersOf(request.storeHash, payment.id) : []
    if (makers.every(maker => maker === request.requestId)) kept.push(payment)
  }
  return kept
}

/** The store did answer: what it said is of no use. */
const lostAnswer = (message: string): Answer => ({
  certainty: 'unknown',
  meaning: 'lost',
  message,
  httpStatus: 200,
})
const sawNothing = (answer: Answer): Looked => ({ made: true, look: { seen: 'nothing', answer } })
