import type { Answer } from './answer.js'
import type { WriteKind } from './api-call.js'
import {
  attemptsMax,
  credentialsLimitMs,
  doubtLimitMs,
  lookDelayMs,
  reachDelayMs,
  resendDelayMs,
  unreachableLimitMs,
} from './backoff.js'
import { type ErrorCode, type Refusal, unreachable } from './errors.js'
import { canLookSettle, type Evidence, type Look, showsWantedState } from './evidence.js'
import { finish, type LedgerEntry, toUnknown, uncount } from './ledger-entry.js'
import { boundMessage } from './outcome.js'
import type { OperationRequest } from './request.js'
import { asEpochMs, type EpochMs } from './time.js'

/**
 * The decisions of one request's way: what an answer or a look makes of its ledger entry, and what is done next. Pure:
 * time, chance and the scale of delays come in as values.
 */

export type Moment = { now: EpochMs; roll: number; delayScale: number }

export type Step =
  /** Another write, which needs its intent in the ledger first, not before `at`. */
  | { next: 'send'; at: EpochMs }
  | { next: 'look'; at: EpochMs }
  /** The entry is final. */
  | { next: 'tell' }
  /** Nothing to do before `until`. */
  | { next: 'wait'; until: EpochMs }

export type Decision = { entry: LedgerEntry; step: Step }

export function afterAnswer(sent: LedgerEntry, answer: Answer<WriteKind>, moment: Moment): Decision {
  const entry = noteAnswer(sent, answer)
  switch (answer.meaning) {
    case 'success':
      return ended(
        finish(entry, 'succeeded', { effect: 'performed', ...createdPayment(entry, answer) }, moment.now),
      )
    case 'throttled':
      return {
        entry: uncount({ ...entry, state: 'waiting' }),
        // The server's own wait, so no delay of ours to scale.
        step: { next: 'send', at: asEpochMs(moment.now + (answer.waitMs ?? 0)) },
      }
    case 'notSent':
      return afterNotSent(entry, answer, moment)
    case 'credentials':
      return fail(entry, 'CREDENTIALS_REJECTED', answer.message, moment)
    case 'notAllowed':
      if (comparesState(entry.request) || mayBeMade(entry)) return lookAtRefusal(entry, moment)
      return fail(entry, codeOfRefusal(entry.request, answer.message), answer.message, moment)
    case 'notFound':
      return afterNotFound(entry, answer, moment)
    case 'rejected':
      if (mayBeMade(entry)) return lookAtRefusal(entry, moment)
      return fail(entry, 'REJECTED_BY_API', answer.message, moment)
    case 'conflict':
    case 'lost':
      return afterLost(toUnknown(entry, moment.now, moment.now), moment)
    default:
      return unreachable(answer.meaning)
  }
}

/** An entry in doubt: where no look could ever settle it, it is in doubt for good at once. */
export function afterLost(entry: LedgerEntry, moment: Moment): Decision {
  if (canLookSettle(entry.request))
    return { entry, step: { next: 'look', at: later(moment, lookDelayMs(0, moment.roll)) } }
  return doubt(
    entry,
    'the answer was lost, and nothing in the store shows whether operation 3 was carried out',
    moment,
  )
}

function afterNotSent(entry: LedgerEntry, answer: Answer, moment: Moment): Decision {
  const waiting = startWaiting(uncount(entry), 'reach', moment.now)
  if (hasWaited(waiting, unreachableLimitMs, moment)) {
    return fail(waiting, 'RETRIES_EXHAUSTED', `the API could not be reached: ${answer.message}`, moment)
  }
  return { entry: waiting, step: { next: 'send', at: later(moment, reachDelayMs(entry.waits, moment.roll)) } }
}

function afterNotFound(entry: LedgerEntry, answer: Answer, moment: Moment): Decision {
  if (mayBeMade(entry)) return lookAtRefusal(entry, moment)
  if (entry.request.type === 'createOfflinePayment')
    return fail(entry, 'REJECTED_BY_API', answer.message, moment)
  if (entry.request.type === 'deletePayment' && entry.hadUnknown) {
    return ended(finish(entry, 'succeeded', { effect: 'confirmed' }, moment.now))
  }
  return fail(entry, 'PAYMENT_NOT_FOUND', answer.message, moment)
}

/** What a look at a doubt leads to. */
export function afterLook(looked: LedgerEntry, evidence: Evidence, moment: Moment): Decision {
  const entry = { ...looked, looks: looked.looks + 1 }
  switch (evidence.verdict) {
    case 'executed': {
      const made = evidence.paymentId === undefined ? {} : { paymentId: evidence.paymentId }
      return ended(finish(entry, 'succeeded', { effect: 'confirmed', ...made }, moment.now))
    }
    case 'alreadySo':
      return ended(finish(entry, 'succeeded', { effect: 'alreadyDone' }, moment.now))
    case 'notExecuted':
      return sendAgain({ ...entry, unproven: false }, moment)
    case 'repeatable':
      return sendAgain({ ...entry, unproven: true }, moment)
    case 'undecidable':
      return doubt(entry, evidence.why, moment)
    case 'notYet': {
      const since = entry.doubtSince ?? moment.now
      if (moment.now - since >= doubtLimitMs * moment.delayScale)
        return doubt(entry, `no look settled it: ${evidence.why}`, moment)
      const at = evidence.lookAt ?? later(moment, lookDelayMs(entry.looks, moment.roll))
      return { entry, step: { next: 'look', at } }
    }
  }
}

function sendAgain(entry: LedgerEntry, moment: Moment): Decision {
  const attempts = entry.attempts - entry.attemptsBefore
  if (attempts >= attemptsMax) {
    return fail(
      entry,
      'RETRIES_EXHAUSTED',
      `${attempts} attempts without effect: ${lastWords(entry)}`,
      moment,
    )
  }
  const at = later(moment, resendDelayMs(attempts, moment.roll))
  return { entry: { ...entry, state: 'waiting' }, step: { next: 'send', at } }
}

/**
 * What a look after a refusal leads to: the wanted state may be there already. `evidence` is what the same look says of an
 * earlier attempt of a create.
 */
export function afterRefusalLook(
  looked: LedgerEntry,
  look: Look,
  evidence: Evidence,
  moment: Moment,
): Decision {
  const entry = { ...looked, looks: looked.looks + 1 }
  const { request } = entry
  const message = lastWords(entry)
  switch (look.seen) {
    case 'payment':
      if (!showsWantedState(request, look.payment))
        return fail(entry, codeOfRefusal(request, message), message, moment)
      return ended(finish(entry, 'succeeded', { effect: 'alreadyDone' }, moment.now))
    case 'gone':
      return fail(entry, 'PAYMENT_NOT_FOUND', 'the payment does not exist any more', moment)
    case 'list':
      if (evidence.verdict === 'executed' || evidence.verdict === 'undecidable') {
        return afterLook(looked, evidence, moment)
      }
      return fail(entry, codeOfRefusal(request, message), message, moment)
    case 'nothing': {
      const waiting = startWaiting(entry, 'reach', moment.now)
      if (hasWaited(waiting, doubtLimitMs, moment)) {
        return fail(
          entry,
          codeOfRefusal(request, message),
          `${message} (whether it was done before could not be looked up)`,
          moment,
        )
      }
      return {
        entry: waiting,
        step: { next: 'look', at: later(moment, lookDelayMs(entry.looks, moment.roll)) },
      }
    }
  }
}

/** No usable credentials: a person can mend that within the hour; then the request fails. */
export function afterNoCredentials(
  entry: LedgerEntry,
  lack: { code: 'CREDENTIALS_MISSING' | 'CREDENTIALS_REJECTED'; message: string; httpStatus?: number },
  nextTryAt: EpochMs,
  moment: Moment,
): Decision {
  const waiting = startWaiting(entry, 'credentials', moment.now)
  const limit = asEpochMs((waiting.waitingSince ?? moment.now) + credentialsLimitMs * moment.delayScale)
  if (entry.state === 'unknown') {
    // The doubt outlasts the credentials: without them there is no look, and its own limit counts.
    const why = `no look was possible: ${lack.message}`
    return afterLook(entry, { verdict: 'notYet', why, lookAt: nextTryAt }, moment)
  }
  if (moment.now >= limit) return failFor(waiting, lack, moment)
  const state = entry.state === 'refused' ? 'refused' : 'waiting'
  return {
    entry: { ...waiting, state },
    step: { next: 'wait', until: asEpochMs(Math.min(nextTryAt, limit)) },
  }
}

/** A doubt on the payment that nobody could settle: the request is not executed. */
export const failBlocked = (entry: LedgerEntry, holder: string, moment: Moment): Decision =>
  failFor(
    entry,
    {
      code: 'BLOCKED_BY_DOUBT',
      message: `request ${holder} on this payment is in doubt and has to be resolved first`,
    },
    moment,
  )

function doubt(entry: LedgerEntry, why: string, moment: Moment): Decision {
  const error = { code: 'IN_DOUBT' as const, message: boundMessage(why), ...lastStatus(entry) }
  return ended(finish(entry, 'inDoubt', { effect: 'unknown', error }, moment.now))
}

/** Fails with what the API last said of the write. */
const fail = (entry: LedgerEntry, code: ErrorCode, message: string, moment: Moment): Decision =>
  failFor(entry, { code, message, ...lastStatus(entry) }, moment)

function failFor(entry: LedgerEntry, refusal: Refusal, moment: Moment): Decision {
  const error = { ...refusal, message: boundMessage(refusal.message) }
  return ended(finish(entry, 'failed', { effect: entry.unproven ? 'unknown' : 'none', error }, moment.now))
}

const ended = (entry: LedgerEntry): Decision => ({ entry, step: { next: 'tell' } })

function noteAnswer(entry: LedgerEntry, answer: Answer): LedgerEntry {
  const { waitingFor, waitingSince, ...rest } = entry
  const isSameWait =
    answer.meaning === 'throttled' ||
    (waitingFor === 'credentials' ? answer.meaning === 'credentials' : answer.meaning === 'notSent')
  return {
    ...(isSameWait ? entry : { ...rest, waits: 0 }),
    lastAnswer: {
      // An answer may be megabytes long; a ledger item may not.
      message: boundMessage(answer.message),
      ...(answer.httpStatus !== undefined && { httpStatus: answer.httpStatus }),
      ...(answer.apiRequestId !== undefined && { apiRequestId: answer.apiRequestId }),
    },
  }
}

function startWaiting(entry: LedgerEntry, waitingFor: 'credentials' | 'reach', now: EpochMs): LedgerEntry {
  const waitingSince = entry.waitingFor === waitingFor ? (entry.waitingSince ?? now) : now
  const state = entry.state === 'sending' ? 'waiting' : entry.state
  return {
    ...entry,
    state,
    waitingFor,
    waitingSince,
    waits: entry.waitingFor === waitingFor ? entry.waits + 1 : 1,
  }
}

const hasWaited = (entry: LedgerEntry, limitMs: number, moment: Moment): boolean =>
  moment.now - (entry.waitingSince ?? moment.now) >= limitMs * moment.delayScale

const later = (moment: Moment, delayMs: number): EpochMs =>
  asEpochMs(moment.now + delayMs * moment.delayScale)

const lastWords = (entry: LedgerEntry): string => entry.lastAnswer?.message ?? 'no answer is on record'
const lastStatus = (entry: LedgerEntry): { httpStatus?: number } =>
  entry.lastAnswer?.httpStatus === undefined ? {} : { httpStatus: entry.lastAnswer.httpStatus }

function createdPayment({ request }: LedgerEntry, { content }: Answer<WriteKind>): { paymentId?: number } {
  if (request.type !== 'createOfflinePayment') return {}
  if (content === undefined || !('paymentId' in content) || content.paymentId === undefined) return {}
  return { paymentId: content.paymentId }
}

/** A refusal of a create that had an unknown answer before may be about the payment that it made. */
const mayBeMade = (entry: LedgerEntry): boolean =>
  entry.request.type === 'createOfflinePayment' && entry.hadUnknown

const lookAtRefusal = (entry: LedgerEntry, moment: Moment): Decision => ({
  entry: { ...entry, state: 'refused' },
  step: { next: 'look', at: moment.now },
})

/** Whether a 400 may mean "already done": there is a wanted state that the store can show. */
const comparesState = (request: OperationRequest): boolean =>
  request.type === 'performOperation'
    ? request.operationCode === 0 || request.operationCode === 1
    : request.type === 'updateProcessingStatus' || request.type === 'updateOfflinePayment'

/** "The payment operation is not allowed." and "The payment processing status is not allowed." share a 400 with bad requests. */
const codeOfRefusal = (request: OperationRequest, message: string): ErrorCode =>
  (request.type === 'performOperation' || request.type === 'updateProcessingStatus') &&
  /not allowed/i.test(message)
    ? 'OPERATION_NOT_ALLOWED'
    : 'REJECTED_BY_API'
