/**
 * What a producer or consumer in TypeScript imports: `import { parseRequest, type OperationRequestInput } from 'payops'`.
 * The same request and outcome as JSON Schema, for other languages: docs/schemas/.
 */
export { type ErrorCode, errorCodes, type Refusal } from './core/errors.js'
export { toGroupId } from './core/group-id.js'
export { detailTypes, requestDetailType } from './core/outcome.js'
export { type Outcome, outcomeSchema } from './core/outcome-schema.js'
export {
  hashContent,
  type OperationRequest,
  type OperationType,
  operationTypes,
  orderKeyOf,
  type ParsedRequest,
  parseRequest,
  type RequestDefaults,
} from './core/request.js'
export type {
  CreateOfflinePaymentInput,
  DeletePaymentInput,
  OperationRequestInput,
  PerformOperationInput,
  UpdateOfflinePaymentInput,
  UpdateProcessingStatusInput,
} from './core/request-input.js'
