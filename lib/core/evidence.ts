import type { Answer } from './answer.js'
import { listSettlesAfterMs } from './backoff.js'
import { addDecimals, decimalPattern, equalDecimals, normalizeDecimal } from './decimal.js'
import type { Payment } from './payment.js'
import type {
  ChangedOfflinePayment,
  CreateOfflinePayment,
  NewOfflinePayment,
  OperationRequest,
} from './request.js'
import { asEpochMs, type EpochMs } from './time.js'

/**
 * What a look at the API proves about a write whose answer was lost, or that was refused with 400. The rules are the
 * contract's ("Doubt"): nothing is called done or not done that the store itself does not show.
 */

/** What was seen: the payment, its absence, a list, or nothing because the look itself failed. */
export type Look =
  | { seen: 'payment'; payment: Payment }
  | { seen: 'gone' }
  | { seen: 'list'; payments: Payment[] }
  | { seen: 'nothing'; answer: Answer }

export type Evidence =
  | { verdict: 'executed'; paymentId?: number }
  /** The wanted state is there, and was before the write was sent: somebody else's doing, and no reason to send again. */
  | { verdict: 'alreadySo' }
  | { verdict: 'notExecuted' }
  /** Not proven either way, and a second execution does no harm: the type is absolute or a refresh. */
  | { verdict: 'repeatable' }
  | { verdict: 'notYet'; why: string; lookAt?: EpochMs }
  | { verdict: 'undecidable'; why: string }

/**
 * When a write may have been on its way by our clock, from its intent to the moment its answer was given up; and the least
 * that the server's clock is ahead of ours, where any answer has told. The earlier reading of a second is taken throughout,
 * which can only make a verdict more careful.
 */
export type Sending = { from: EpochMs; until: EpochMs; serverOffsetMs?: number | undefined }

/** Code 3 is in the published enum and described nowhere, so nothing that can be seen would prove it. */
export const canLookSettle = (request: OperationRequest): boolean =>
  !(request.type === 'performOperation' && request.operationCode === 3)

/** Which read answers for a request: the payment itself, or for a create the list by its `externalId`. */
export const looksAtList = (request: OperationRequest): request is CreateOfflinePayment =>
  request.type === 'createOfflinePayment'

/** Reads a detail answer as a look. A 404 counts only because `readAnswer` lets only the API's own through. */
export function lookFromDetail(answer: Answer<'detail'>): Look {
  if (answer.meaning === 'notFound') return { seen: 'gone' }
  if (answer.meaning !== 'success' || answer.content === undefined) return { seen: 'nothing', answer }
  return { seen: 'payment', payment: answer.content }
}

/** Judges a doubt: was the write that `sending` speaks of executed? */
export function judgeDoubt(
  request: OperationRequest,
  sending: Sending,
  look: Look,
  now: EpochMs,
  delayScale: number,
): Evidence {
  switch (look.seen) {
    case 'nothing':
      return { verdict: 'notYet', why: `the look got no usable answer: ${look.answer.message}` }
    case 'list':
      return judgeList(request, sending, look, now, delayScale)
    case 'gone':
      if (request.type === 'deletePayment') return { verdict: 'executed' }
      return {
        verdict: 'undecidable',
        why: 'the payment no longer exists; whether the write came before cannot be told',
      }
    case 'payment':
      return judgePayment(request, sending, look)
  }
}

function judgePayment(
  request: OperationRequest,
  sending: Sending,
  look: Extract<Look, { seen: 'payment' }>,
): Evidence {
  if (request.type === 'deletePayment') return { verdict: 'notExecuted' }
  const touched = whenTouched(look, sending)
  // As wanted: done, whoever did it. Another write could only do harm, such as undoing what a person does meanwhile.
  if (showsWantedState(request, look.payment))
    return { verdict: touched === 'before' ? 'alreadySo' : 'executed' }
  if (request.type === 'performOperation' && request.operationCode === 2) return { verdict: 'repeatable' }
  if (touched === 'before') return { verdict: 'notExecuted' }
  if (request.type === 'performOperation') {
    return {
      verdict: 'undecidable',
      why: 'the payment was changed in or after the second of sending and is not as wanted',
    }
  }
  if (touched === 'during') return { verdict: 'repeatable' }
  // Absolute, but somebody spoke after us: sending again would overrule a newer word.
  return { verdict: 'undecidable', why: 'somebody changed the payment after the write was sent' }
}

/** Whether the payment stands as the request wants it; never true for a pull or code 3, which leave nothing to compare. */
export function showsWantedState(request: OperationRequest, payment: Payment): boolean {
  switch (request.type) {
    case 'performOperation':
      if (request.operationCode === 0) return payment.appliedStatus === 1
      return request.operationCode === 1 && payment.appliedStatus === 0
    case 'updateProcessingStatus':
      return payment.processingStatus === request.processingStatus
    case 'updateOfflinePayment':
      return holdsContent(payment, request.payment)
    case 'createOfflinePayment':
    case 'deletePayment':
      return false
  }
}

/** Where no answer told the server's time, the clocks may be as far apart as this. */
const unknownOffsetMs = 3_600_000
/** Whole seconds in `Date`, and its way to us: by so much more may the server's clock be ahead than the bound says. */
const offsetSlackMs = 1_500

/** The last touch on the payment against the seconds in which our write may have run, on the server's clock. */
function whenTouched(
  look: Extract<Look, { seen: 'payment' }>,
  sending: Sending,
): 'before' | 'during' | 'after' {
  const { updatedAtSeconds } = look.payment
  const earliestMs = sending.from + (sending.serverOffsetMs ?? -unknownOffsetMs)
  const latestMs = sending.until + (sending.serverOffsetMs ?? unknownOffsetMs) + offsetSlackMs
  if (updatedAtSeconds < Math.floor(earliestMs / 1000)) return 'before'
  return updatedAtSeconds > Math.ceil(latestMs / 1000) ? 'after' : 'during'
}

/** `Date` may come from a gateway and `createdAt` from a database, each with a clock of its own. */
const clocksApartSeconds = 300

/** `look` holds no payment that the ledger knows to be another request's. */
function judgeList(
  request: OperationRequest,
  sending: Sending,
  look: Extract<Look, { seen: 'list' }>,
  now: EpochMs,
  delayScale: number,
): Evidence {
  if (!looksAtList(request))
    return { verdict: 'undecidable', why: 'a list proves nothing about this type of request' }
  const { payment: wanted } = request
  const earliest = Math.floor((sending.from + (sending.serverOffsetMs ?? -unknownOffsetMs)) / 1000)
  // The search is by keyword ("A-1" finds "A-10"), and a payment that is much older than the sending is not ours.
  const named = look.payments.filter(payment => payment.externalId === wanted.externalId)
  const fresh = named.filter(payment => payment.createdAtSeconds >= earliest)
  const ours = fresh.filter(payment => holdsMoney(payment, wanted))
  const [only] = ours
  if (fresh.length > 1) {
    return {
      verdict: 'undecidable',
      why: `${fresh.length} payments carry the externalId ${wanted.externalId}`,
    }
  }
  if (only !== undefined) return { verdict: 'executed', paymentId: only.id }
  if (fresh.length === 1) {
    return {
      verdict: 'undecidable',
      why: `a payment with the externalId ${wanted.externalId} differs from what was asked`,
    }
  }
  if (named.some(payment => payment.createdAtSeconds >= earliest - clocksApartSeconds)) {
    const why = `a payment with the externalId ${wanted.externalId} was made about when the create was sent`
    return { verdict: 'undecidable', why }
  }
  const settlesAt = asEpochMs(sending.until + listSettlesAfterMs * delayScale)
  if (now >= settlesAt) return { verdict: 'notExecuted' }
  return { verdict: 'notYet', why: 'the list may still lag behind the create', lookAt: settlesAt }
}

/**
 * The same money from the same customer. Names, memo and status are left out: people and the store itself change them
 * after a create, and a payment of ours that was edited since is still ours.
 */
function holdsMoney(payment: Payment, wanted: NewOfflinePayment): boolean {
  if (payment.customerId !== wanted.customerId || payment.currency !== wanted.currency) return false
  const total = addDecimals(wanted.lineItems.map(item => item.amount))
  if (payment.total !== undefined && !equalDecimals(payment.total, total)) return false
  return payment.lineItems.length === 0
    ? payment.total !== undefined
    : sameLineItems(payment.lineItems, wanted.lineItems)
}

/** Every field that was asked for stands so in the store; amounts compared as decimals, line items in any order. */
export function holdsContent(payment: Payment, wanted: NewOfflinePayment | ChangedOfflinePayment): boolean {
  const texts = ['customerId', 'externalId', 'externalCustomerId', 'payerName', 'payerCustomerId'] as const
  if (texts.some(key => wanted[key] !== undefined && wanted[key] !== payment[key])) return false
  if (payment.currency !== wanted.currency) return false
  if (wanted.details.memo !== undefined && wanted.details.memo !== (payment.memo ?? '')) return false
  if (wanted.processingStatus !== undefined && wanted.processingStatus !== payment.processingStatus)
    return false
  if (
    'fundingStatus' in wanted &&
    wanted.fundingStatus !== undefined &&
    wanted.fundingStatus !== payment.fundingStatus
  ) {
    return false
  }
  return sameLineItems(payment.lineItems, wanted.lineItems)
}

function sameLineItems(seen: Payment['lineItems'], wanted: Payment['lineItems']): boolean {
  if (seen.length !== wanted.length) return false
  // Counted, not searched for: a request has room for thousands of items, and a search each would take seconds.
  const left = new Map<string, number>()
  for (const item of seen) left.set(keyOf(item), (left.get(keyOf(item)) ?? 0) + 1)
  return wanted.every(item => {
    const count = left.get(keyOf(item)) ?? 0
    left.set(keyOf(item), count - 1)
    return decimalPattern.test(item.amount) && count > 0
  })
}

const keyOf = ({ invoiceId, amount }: Payment['lineItems'][number]): string =>
  `${invoiceId} ${decimalPattern.test(amount) ? normalizeDecimal(amount) : amount}`
