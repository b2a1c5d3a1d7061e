import type { OperationRequest } from './request.js'

/** What a success of a call has to hold: `{id}`, `{paymentId}`, a payment, a list, or just an object. */
export type CallKind = 'change' | 'create' | 'update' | 'detail' | 'list'

/** One HTTP call, before anybody knows how it is made. Paths are below the base URL; numbers in them are numbers only. */
export type ApiCall = {
  kind: CallKind
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  path: string
  body?: unknown
  /** Whose write this is, for logs and for the simulation's judge. Never sent. */
  requestId?: string
}

/** The write that a request asks for (DOMAIN.md, "Endpoints"). */
export const writeCallFor = (request: OperationRequest): ApiCall => ({
  ...describeWrite(request),
  requestId: request.requestId,
})

function describeWrite(request: OperationRequest): ApiCall {
  switch (request.type) {
    case 'performOperation':
      return {
        kind: 'change',
        method: 'POST',
        path: `/payments/${request.paymentId}/operations`,
        body: { operationCode: request.operationCode },
      }
    case 'updateProcessingStatus':
      return {
        kind: 'change',
        method: 'PUT',
        path: `/payments/${request.paymentId}/processing-status`,
        body: { processingStatus: request.processingStatus },
      }
    case 'createOfflinePayment':
      return { kind: 'create', method: 'POST', path: '/payments/offline', body: request.payment }
    case 'updateOfflinePayment':
      return {
        kind: 'update',
        method: 'PUT',
        path: `/payments/offline/${request.paymentId}`,
        body: request.payment,
      }
    case 'deletePayment':
      return { kind: 'change', method: 'DELETE', path: `/payments/${request.paymentId}` }
  }
}

export const detailCall = (paymentId: number): ApiCall => ({
  kind: 'detail',
  method: 'GET',
  path: `/payments/${paymentId}`,
})

export type PaymentsPage = { offset: number; limit: number; searchBy?: 'externalId'; q?: string }

export function listCall(page: PaymentsPage): ApiCall {
  const query = new URLSearchParams({ offset: String(page.offset), limit: String(page.limit) })
  if (page.searchBy !== undefined) query.set('searchBy', page.searchBy)
  if (page.q !== undefined) query.set('q', page.q)
  return { kind: 'list', method: 'GET', path: `/payments?${query}` }
}
