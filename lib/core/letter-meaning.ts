import type { ErrorCode } from './errors.js'

/**
 * What a message in the dead-letter queue means to a person, given the ledger's entry of its request:
 *
 * - `done`: it took effect. Safe to discard.
 * - `neverAttempted`, `notExecuted`: nothing was sent, or what was sent is proven not executed. Safe to redrive.
 * - `inDoubt`: it may have taken effect. Redriven only after a fresh look.
 * - `underWay`: somebody works on it, or a next try is set. Nothing to do yet.
 * - `rejected`: it was refused; the reason has to be mended first.
 *
 * The entry counts for more than the message's own attributes: it may have gone on since.
 */
export const letterMeanings = [
  'done',
  'neverAttempted',
  'notExecuted',
  'inDoubt',
  'underWay',
  'rejected',
] as const
export type LetterMeaning = (typeof letterMeanings)[number]

export type Explanation = {
  meaning: LetterMeaning
  why: string
  next: string
  /** As it stands it can never be carried out: no redrive of it, whoever asks for one. */
  never?: true
}

export const afterLook = 'redrive only after a fresh look at the store (payops dlq redrive makes one)'

export const nextByCode: Record<ErrorCode, string> = {
  INVALID_REQUEST: 'correct it at its sender, send it anew, discard this message',
  IDEMPOTENCY_CONFLICT: 'if it is meant, send it under a requestId of its own; discard this message',
  OPERATION_NOT_ALLOWED: 'redrive once the store allows the operation, or discard',
  PAYMENT_NOT_FOUND: 'check the store and the payment at its sender; discard',
  REJECTED_BY_API: 'mend what the API names, then redrive, or discard',
  CREDENTIALS_MISSING: "give the store's secret its credentials, then redrive",
  CREDENTIALS_REJECTED: "renew the store's token, then redrive",
  RETRIES_EXHAUSTED: 'safe to redrive once the API answers again',
  IN_DOUBT: afterLook,
  BLOCKED_BY_DOUBT: 'settle the doubt on this payment first, then redrive',
}

/** Refused: the reason has to be mended first. */
export const rejected = (code: ErrorCode, why: string): Explanation => ({
  meaning: 'rejected',
  why,
  next: nextByCode[code],
  ...((code === 'INVALID_REQUEST' || code === 'IDEMPOTENCY_CONFLICT') && { never: true as const }),
})
