/** What the outcome of a clean message says, in each way of saying it. */
export type WeighedFields = {
  requestId: string
  storeHash: string
  paymentId: number
  type: string
  operationCode: number
  status: string
  effect: string
  attempts: number
  apiRequestId: string
  tookMs: number
}
