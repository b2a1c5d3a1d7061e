import type { LogFields } from './log-fields.js'
import { type OperationRequest, paymentIdOf } from './request.js'

/** Which request a line is about. */
export const aboutRequest = (request: OperationRequest): LogFields => ({
  requestId: request.requestId,
  storeHash: request.storeHash,
  paymentId: paymentIdOf(request),
})
