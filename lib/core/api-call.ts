import { assert } from './errors.js'
import { type InvoicesQuery, listQuery, type PaymentsQuery } from './list-query.js'
import type { OperationRequest } from './request.js'

/** A write, by what its success has to hold: `{id}`, `{paymentId}`, or an object that may hold a `paymentId`. */
export type WriteKind = 'change' | 'create' | 'update'

/** What a success of a call has to hold (`Contents`); the last five are the reads. `list` is of payments. */
export type CallKind = WriteKind | 'detail' | 'invoices' | 'list' | 'operations' | 'transactions'

/** One HTTP call, before anybody knows how it is made. Paths are below the base URL; numbers in them are numbers only. */
export type ApiCall<K extends CallKind = CallKind> = {
  kind: K
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  path: string
  body?: unknown
  /** Whose write this is, for logs and for the simulation's judge. Never sent. */
  requestId?: string
}

/** The write that a request asks for (DOMAIN.md, "Endpoints"). */
export const writeCallFor = (request: OperationRequest): ApiCall<WriteKind> => ({
  ...describeWrite(request),
  requestId: request.requestId,
})

function describeWrite(request: OperationRequest): ApiCall<WriteKind> {
  switch (request.type) {
    case 'performOperation':
      return {
        kind: 'change',
        method: 'POST',
        path: `${pathOf(request.paymentId)}/operations`,
        body: { operationCode: request.operationCode },
      }
    case 'updateProcessingStatus':
      return {
        kind: 'change',
        method: 'PUT',
        path: `${pathOf(request.paymentId)}/processing-status`,
        body: { processingStatus: request.processingStatus },
      }
    case 'createOfflinePayment':
      return { kind: 'create', method: 'POST', path: '/payments/offline', body: request.payment }
    case 'updateOfflinePayment':
      return {
        kind: 'update',
        method: 'PUT',
        path: pathOf(request.paymentId, '/payments/offline'),
        body: request.payment,
      }
    case 'deletePayment':
      return { kind: 'change', method: 'DELETE', path: pathOf(request.paymentId) }
  }
}

export const listCall = (query: PaymentsQuery): ApiCall<'list'> =>
  read('list', `/payments?${listQuery(query)}`)

/** The invoices of an order, and those of other orders that the keyword finds. */
export const invoicesCall = (query: InvoicesQuery): ApiCall<'invoices'> =>
  read('invoices', `/invoices?${listQuery(query)}`)

export const detailCall = (paymentId: number): ApiCall<'detail'> => read('detail', pathOf(paymentId))

/** What may be done with the payment next; the detail says the same. */
export const operationsCall = (paymentId: number): ApiCall<'operations'> =>
  read('operations', `${pathOf(paymentId)}/operations`)

export const transactionsCall = (paymentId: number): ApiCall<'transactions'> =>
  read('transactions', `${pathOf(paymentId)}/transactions`)

const read = <K extends CallKind>(kind: K, path: string): ApiCall<K> => ({ kind, method: 'GET', path })

function pathOf(paymentId: number, collection = '/payments'): string {
  assert(Number.isFinite(paymentId) && paymentId > 0, 'only a positive number names a payment')
  return `${collection}/${paymentId}`
}
