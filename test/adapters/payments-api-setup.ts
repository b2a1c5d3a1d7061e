import { createPaymentsApi } from '../../lib/adapters/payments-api.js'
import { systemClock } from '../../lib/adapters/system.js'
import type { Answer } from '../../lib/core/answer.js'
import type { ApiCall } from '../../lib/core/api-call.js'
import type { Access, Clock } from '../../lib/engine/ports.js'
import { expectNoSentinel, sentinelToken } from '../support/sentinel.js'

export const apply: ApiCall = {
  kind: 'change',
  method: 'POST',
  path: '/payments/117/operations',
  body: { operationCode: 0 },
}
export const deletion: ApiCall = { kind: 'change', method: 'DELETE', path: '/payments/117' }
export const status: ApiCall = {
  kind: 'change',
  method: 'PUT',
  path: '/payments/117/processing-status',
  body: { processingStatus: 3 },
}
export const detail: ApiCall = { kind: 'detail', method: 'GET', path: '/payments/117' }

export const success = { code: 200, data: { id: 117 }, meta: { message: 'SUCCESS' } }

export const anAccess = (changes: Partial<Access> = {}): Access => ({
  storeHash: 'luma7x2',
  scheme: 'accessToken',
  token: () => sentinelToken,
  ...changes,
})

export type CallOptions = { timeoutMs?: number; access?: Access }

/** The API's adapter; every answer is searched for the token before a test sees it. */
export function anApi(baseUrl: string, clock: Clock = systemClock) {
  const api = createPaymentsApi({ clock }, baseUrl)
  return async (
    call: ApiCall,
    { timeoutMs = 5_000, access = anAccess() }: CallOptions = {},
  ): Promise<Answer> => {
    const answer = await api.call(call, access, timeoutMs)
    expectNoSentinel(answer, access)
    return answer
  }
}
