/** The error codes of the contract: what an outcome and a dead letter may carry. */
export const errorCodes = [
  'INVALID_REQUEST',
  'IDEMPOTENCY_CONFLICT',
  'OPERATION_NOT_ALLOWED',
  'PAYMENT_NOT_FOUND',
  'REJECTED_BY_API',
  'CREDENTIALS_MISSING',
  'CREDENTIALS_REJECTED',
  'RETRIES_EXHAUSTED',
  'IN_DOUBT',
  'BLOCKED_BY_DOUBT',
] as const

export type ErrorCode = (typeof errorCodes)[number]

/** A request that is not carried out, as a value: what failed, on which field or payment, and what to do. */
export type Refusal = { code: ErrorCode; message: string; httpStatus?: number }

/** Our own ground giving way is thrown; one base, so that `perform-batch.ts` can tell it from a bug. */
export abstract class GroundError extends Error {
  // Written out: a bundle shortens the names of classes.
  abstract override readonly name: string
  abstract readonly code: string
}

/** The ledger, a queue, the bus or Secrets Manager did not answer: the record goes back and is tried again. */
export class Unavailable extends GroundError {
  override readonly name = 'Unavailable'
  readonly code = 'UNAVAILABLE'
}

/** Another worker has taken this entry over; whatever we know of it is out of date. */
export class StaleLease extends GroundError {
  override readonly name = 'StaleLease'
  readonly code = 'STALE_LEASE'
}

/** A missing or malformed environment variable; stops the cold start. */
export class InvalidConfig extends GroundError {
  override readonly name = 'InvalidConfig'
  readonly code = 'INVALID_CONFIG'
}

/** Throws on what can only be a bug of ours. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`Bug: ${message}`)
}

/** For the end of an exhaustive switch: does not compile while a case is missing. */
export function unreachable(value: never): never {
  throw new Error(`Bug: unexpected value ${JSON.stringify(value)}`)
}
