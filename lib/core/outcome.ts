import type { Refusal } from './errors.js'
import { assert } from './errors.js'
import { entryPaymentId, isFinal, type LedgerEntry, type Source } from './ledger-entry.js'
import type { Outcome } from './outcome-schema.js'
import type { ReadableParts } from './request.js'
import type { EpochMs } from './time.js'

/** The detail-type of a request on the bus. */
export const requestDetailType = 'Payment Operation Requested'

/** The detail-type of an outcome, by its status. */
export const detailTypes = {
  succeeded: 'Payment Operation Succeeded',
  failed: 'Payment Operation Failed',
  inDoubt: 'Payment Operation In Doubt',
} as const

export type { Outcome } from './outcome-schema.js'

/** Times on the outside are ISO 8601 in UTC with milliseconds. */
export const isoTime = (instant: EpochMs): string => new Date(instant).toISOString()

/** The outcome of a final entry; the same entry always gives the same outcome. */
export function outcomeOf(entry: LedgerEntry): Outcome {
  const { request, ending } = entry
  assert(isFinal(entry.state) && ending !== undefined, 'only a final entry has an outcome')
  const paymentId = entryPaymentId(entry)
  return {
    requestId: request.requestId,
    storeHash: request.storeHash,
    type: request.type,
    ...(paymentId !== undefined && { paymentId }),
    ...(request.type === 'performOperation' && { operationCode: request.operationCode }),
    ...(request.type === 'updateProcessingStatus' && { processingStatus: request.processingStatus }),
    status: entry.state,
    effect: ending.effect,
    attempts: entry.attempts,
    requestedAt: isoTime(entry.requestedAt),
    completedAt: isoTime(ending.completedAt),
    ...(ending.apiRequestId !== undefined && { apiRequestId: ending.apiRequestId }),
    ...(ending.error && { error: ending.error }),
    ...(request.metadata && { metadata: request.metadata }),
  }
}

/** An invalid request has an outcome only where store and requestId could be read. */
export function invalidOutcome(
  refusal: Refusal,
  readable: ReadableParts,
  times: { requestedAt: EpochMs; now: EpochMs },
): Outcome | undefined {
  const { requestId, storeHash, ...rest } = readable
  if (requestId === undefined || storeHash === undefined) return undefined
  return {
    requestId,
    storeHash,
    ...rest,
    status: 'failed',
    effect: 'none',
    attempts: 0,
    requestedAt: isoTime(times.requestedAt),
    completedAt: isoTime(times.now),
    error: { code: refusal.code, message: boundMessage(refusal.message) },
  }
}

/** Why a message is in the dead-letter queue; every value becomes a String attribute of it. */
export type DeadLetterAttributes = Record<string, string>

export function deadLetterAttributes(
  error: Refusal,
  facts: { failedAt: EpochMs; source: Source; attempts?: number; requestId?: string; storeHash?: string },
): DeadLetterAttributes {
  const attributes: Record<string, string | undefined> = {
    errorCode: error.code,
    // Always there, and SQS takes no empty value.
    errorMessage: boundMessage(error.message) || error.code,
    failedAt: isoTime(facts.failedAt),
    source: facts.source,
    httpStatus: error.httpStatus === undefined ? undefined : String(error.httpStatus),
    attempts: facts.attempts === undefined ? undefined : String(facts.attempts),
    requestId: facts.requestId,
    storeHash: facts.storeHash,
  }
  const held: DeadLetterAttributes = {}
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== '') held[name] = replaceUnheld(value)
  }
  return held
}

const messageBytesMax = 1024

/** At most 1 KiB in UTF-8, cut between characters, without what SQS cannot hold. */
export function boundMessage(message: string): string {
  const clean = replaceUnheld(message)
  if (Buffer.byteLength(clean) <= messageBytesMax) return clean
  let bounded = ''
  let bytes = Buffer.byteLength('…')
  for (const character of clean) {
    bytes += Buffer.byteLength(character)
    if (bytes > messageBytesMax) break
    bounded += character
  }
  return `${bounded}…`
}

/** SQS takes #x9 #xA #xD, #x20 to #xD7FF, #xE000 to #xFFFD and the planes above; all else becomes U+FFFD. */
const replaceUnheld = (text: string): string =>
  text.replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
