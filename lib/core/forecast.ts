import type { Look } from './evidence.js'
import { showsWantedState } from './evidence.js'
import { isFinal, type LedgerEntry } from './ledger-entry.js'
import { isoTime } from './outcome.js'
import { hashContent, type OperationRequest } from './request.js'

/**
 * What would become of a request that was sent now, by what the ledger and the store say; the rules are the engine's own, in
 * its order. A store may change before the request arrives: this is a forecast.
 */
export type Forecast = {
  verdict:
    | 'wouldPerform'
    | 'alreadySo'
    | 'notAllowed'
    | 'paymentNotFound'
    /** Another payment would be made beside one with the same externalId. */
    | 'wouldDuplicate'
    | 'repeat'
    | 'conflict'
    | 'underWay'
    | 'heldByDoubt'
    | 'credentialsMissing'
    | 'credentialsRejected'
    | 'cannotTell'
  why: string
  /** Whether it would end as succeeded. */
  succeeds: boolean
}

/** What was looked at before the store: enough, where it decides by itself. */
export type Known = {
  /** The ledger's entry under the request's key. */
  entry?: LedgerEntry | undefined
  /** Another request whose doubt holds the payment. */
  holder?: LedgerEntry | undefined
  /** No look is waited for any more: what comes after the holder fails. */
  isForGood?: boolean
  /** An earlier request of the same submission on the same payment. */
  before?: OperationRequest | undefined
}

/** The forecast that needs no look at the store, if there is one. */
export function forecastByLedger(request: OperationRequest, known: Known): Forecast | undefined {
  const { entry, holder, isForGood, before } = known
  if (entry !== undefined) return forecastRepeat(request, entry)
  if (holder !== undefined) {
    const { requestId } = holder.request
    const why =
      isForGood === true
        ? `request ${requestId} on this payment is in doubt: it would fail as BLOCKED_BY_DOUBT`
        : `request ${requestId} on this payment is in doubt: it would wait for its end`
    return fails('heldByDoubt', why)
  }
  if (before === undefined) return undefined
  if (before.requestId === request.requestId)
    return { verdict: 'repeat', why: 'the same request stands before it', succeeds: true }
  return fails('cannotTell', `it depends on what becomes of ${before.requestId} before it`)
}

/** The same key again: nothing is executed. */
function forecastRepeat(request: OperationRequest, { contentHash, state, ending }: LedgerEntry): Forecast {
  if (contentHash !== hashContent(request))
    return fails('conflict', 'the ledger knows this requestId with other content: IDEMPOTENCY_CONFLICT')
  if (!isFinal(state) || ending === undefined)
    return fails('underWay', `the same request is under way: ${state}`)
  const at = isoTime(ending.completedAt)
  const why = `it ended at ${at} as ${state}, ${ending.effect}; nothing would be executed`
  return { verdict: 'repeat', why, succeeds: state === 'succeeded' }
}

/** The forecast by a look at the store. */
export function forecastByLook(request: OperationRequest, look: Look): Forecast {
  switch (look.seen) {
    case 'nothing':
      return fails('cannotTell', `the store gave no usable answer: ${look.answer.message}`)
    case 'gone':
      return fails('paymentNotFound', 'the payment does not exist')
    case 'list':
      return forecastCreate(request, look)
    case 'payment':
      return forecastChange(request, look)
  }
}

function forecastCreate(request: OperationRequest, { payments }: Look & { seen: 'list' }): Forecast {
  const name = request.type === 'createOfflinePayment' ? request.payment.externalId : ''
  const same = payments.find(({ externalId }) => externalId === name)
  if (same === undefined) return performs('no payment carries its externalId')
  return fails(
    'wouldDuplicate',
    `payment ${same.id} carries the externalId already; the money would be recorded once more`,
  )
}

function forecastChange(request: OperationRequest, { payment }: Look & { seen: 'payment' }): Forecast {
  const { allowedOperations, allowedStatuses, moduleName } = payment
  switch (request.type) {
    case 'performOperation':
      if (allowedOperations.includes(request.operationCode)) return performs('the store allows it')
      break
    case 'updateProcessingStatus':
      if (allowedStatuses.includes(request.processingStatus)) return performs('the store allows it')
      break
    default:
      return moduleName === undefined || moduleName === 'payments_offline'
        ? performs('the payment exists')
        : fails('cannotTell', `the payment exists, as ${moduleName}; the API does not say whether it may be`)
  }
  if (showsWantedState(request, payment))
    return { verdict: 'alreadySo', why: 'the store stands as wanted; nothing would change', succeeds: true }
  const allowed = request.type === 'performOperation' ? allowedOperations : allowedStatuses
  return fails('notAllowed', `the store allows ${allowed.join(', ') || 'nothing'} now`)
}

/** The store may not be called, or not now. */
export const forecastLack = (
  code: 'CREDENTIALS_MISSING' | 'CREDENTIALS_REJECTED' | undefined,
  why: string,
): Forecast => {
  if (code === undefined) return fails('cannotTell', why)
  return fails(code === 'CREDENTIALS_MISSING' ? 'credentialsMissing' : 'credentialsRejected', why)
}

const performs = (why: string): Forecast => ({ verdict: 'wouldPerform', why, succeeds: true })
const fails = (verdict: Forecast['verdict'], why: string): Forecast => ({ verdict, why, succeeds: false })
