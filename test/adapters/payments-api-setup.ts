import { createPaymentsApi } from '../../lib/adapters/payments-api.js'
import { systemClock } from '../../lib/adapters/system.js'
import type { Answer } from '../../lib/core/answer.js'
import { type ApiCall, type CallKind, detailCall } from '../../lib/core/api-call.js'
import type { Access, Clock } from '../../lib/engine/ports.js'
import { expectNoSentinel, sentinelToken } from '../support/sentinel.js'

export const apply: ApiCall<'change'> = {
  kind: 'change',
  method: 'POST',
  path: '/payments/117/operations',
  body: { operationCode: 0 },
}
export const deletion: ApiCall<'change'> = { kind: 'change', method: 'DELETE', path: '/payments/117' }
export const status: ApiCall<'change'> = {
  kind: 'change',
  method: 'PUT',
  path: '/payments/117/processing-status',
  body: { processingStatus: 3 },
}
export const detail = detailCall(117)

/** A payment, which is an answer to a change as well: its id is there. */
export const success = {
  code: 200,
  data: {
    id: 117,
    createdAt: 1_635_932_127,
    updatedAt: 1_635_932_130,
    appliedStatus: 1,
    processingStatus: 3,
  },
  meta: { message: 'SUCCESS' },
}

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
  return async <K extends CallKind>(
    call: ApiCall<K>,
    { timeoutMs = 5_000, access = anAccess() }: CallOptions = {},
  ): Promise<Answer<K>> => {
    const answer = await api.call(call, access, timeoutMs)
    expectNoSentinel(answer, access)
    return answer
  }
}
