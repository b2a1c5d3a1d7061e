import type * as z from 'zod/mini'
import type { requestShapes } from './request-schema.js'

/** A request as a producer writes it, before payops has filled in what was left out. */
export type PerformOperationInput = Omit<z.input<typeof requestShapes.performOperation>, 'type'> & {
  type?: 'performOperation'
}
export type UpdateProcessingStatusInput = z.input<typeof requestShapes.updateProcessingStatus>
export type CreateOfflinePaymentInput = z.input<typeof requestShapes.createOfflinePayment>
export type UpdateOfflinePaymentInput = z.input<typeof requestShapes.updateOfflinePayment>
export type DeletePaymentInput = z.input<typeof requestShapes.deletePayment>

export type OperationRequestInput =
  | PerformOperationInput
  | UpdateProcessingStatusInput
  | CreateOfflinePaymentInput
  | UpdateOfflinePaymentInput
  | DeletePaymentInput
