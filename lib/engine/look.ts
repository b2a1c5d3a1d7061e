import { detailCall, listCall } from '../core/api-call.js'
import { assert } from '../core/errors.js'
import { type Look, lookFromDetail, looksAtList } from '../core/evidence.js'
import { type Payment, readPayment } from '../core/payment.js'
import { type CreateOfflinePayment, type OperationRequest, paymentIdOf } from '../core/request.js'
import type { EpochMs } from '../core/time.js'
import { type CallDeps, type Called, callApi } from './call-api.js'
import type { Opened } from './store-access.js'

export type Looked = { made: true; look: Look } | Extract<Called, { made: false }>

/** The published list limit is below 250. */
const pageSize = 249
/** A keyword search that fills more pages than this is no search; it settles nothing. */
const pagesMax = 5

/** Looks at the store for what became of a request: at its payment, or for a create at the list by its `externalId`. */
export async function lookAtStore(
  deps: CallDeps,
  request: OperationRequest,
  deadline: EpochMs,
  opened?: Opened,
): Promise<Looked> {
  if (looksAtList(request)) return lookAtList(deps, request, deadline, opened)
  const paymentId = paymentIdOf(request)
  assert(paymentId !== undefined, 'every type but a create names its payment')
  const called = await callApi(deps, request.storeHash, detailCall(paymentId), deadline, opened)
  return called.made ? { made: true, look: lookFromDetail(called.answer) } : called
}

async function lookAtList(
  deps: CallDeps,
  { storeHash, payment: { externalId } }: CreateOfflinePayment,
  deadline: EpochMs,
  opened?: Opened,
): Promise<Looked> {
  const payments: Payment[] = []
  for (let page = 0; page < pagesMax; page += 1) {
    const call = listCall({ offset: page * pageSize, limit: pageSize, searchBy: 'externalId', q: externalId })
    const called = await callApi(deps, storeHash, call, deadline, page === 0 ? opened : undefined)
    if (!called.made) return called
    const { answer } = called
    if (answer.meaning !== 'success' || !Array.isArray(answer.content))
      return { made: true, look: { seen: 'nothing', answer } }
    const read = answer.content.map(readPayment)
    if (read.includes(undefined)) {
      return {
        made: true,
        look: {
          seen: 'nothing',
          answer: { ...answer, message: 'a list with a payment that cannot be read' },
        },
      }
    }
    payments.push(...read.filter(payment => payment !== undefined))
    if (answer.content.length < pageSize) {
      return {
        made: true,
        look: { seen: 'list', payments },
      }
    }
  }
  const message = `a search for the externalId fills more than ${pagesMax} pages`
  return { made: true, look: { seen: 'nothing', answer: { certainty: 'unknown', meaning: 'lost', message } } }
}
