import { type Answer, refusals, refuseFields, succeed } from './answers.js'
import { moveBalances } from './move-balances.js'
import type { Payment } from './payment.js'
import { operate, setProcessingStatus } from './payment-machine.js'
import type { Effect } from './sandbox.js'
import type { Change, StoreState } from './store-state.js'

/** What a write comes to: a refusal, or an answer with the change that must be kept before the answer goes out. */
export type Write =
  | { answer: Answer; change?: never; effect?: never }
  | { answer: Answer; change: Change; effect: Omit<Effect, 'at' | 'storeHash'> }

export type WriteInput = { paymentId: number; body: Record<string, unknown>; nowSeconds: number }

export function performOperation(store: StoreState, { paymentId, body, nowSeconds }: WriteInput): Write {
  const record = store.payments.get(paymentId)
  if (!record) return { answer: refusals.noSuchPayment }
  const { operationCode } = body
  if (operationCode === undefined)
    return { answer: refuseFields({ operationCode: ['This field is required.'] }) }
  if (operationCode !== 0 && operationCode !== 1 && operationCode !== 2 && operationCode !== 3) {
    return { answer: refuseFields({ operationCode: ['Not a valid choice.'] }) }
  }
  const before = record.payment
  const order = store.orders.get(before.moduleData.orderId ?? Number.NaN)
  const after = operate(before, operationCode, order)
  if (!after) return { answer: refusals.operationNotAllowed }
  return {
    answer: succeed({ id: paymentId }),
    change: {
      payment: { ...record, payment: { ...after, updatedAt: nowSeconds } },
      invoices: moveBalances(store.invoices, before, after),
    },
    // Only a pull is a refresh: every other operation counts as a change, code 3 too, for nobody knows what it does.
    effect: {
      paymentId,
      type: 'performOperation',
      operationCode,
      changed: operationCode !== 2 || differs(before, after),
    },
  }
}

export function updateProcessingStatus(
  store: StoreState,
  { paymentId, body, nowSeconds }: WriteInput,
): Write {
  const record = store.payments.get(paymentId)
  if (!record) return { answer: refusals.noSuchPayment }
  const { processingStatus } = body
  if (processingStatus === undefined) {
    return { answer: refuseFields({ processingStatus: ['This field is required.'] }) }
  }
  if (typeof processingStatus !== 'number') {
    return { answer: refuseFields({ processingStatus: ['A valid number is required.'] }) }
  }
  const after = setProcessingStatus(record.payment, processingStatus)
  if (!after) return { answer: refusals.statusNotAllowed }
  return {
    answer: succeed({ id: paymentId }),
    change: { payment: { ...record, payment: { ...after, updatedAt: nowSeconds } } },
    effect: {
      paymentId,
      type: 'updateProcessingStatus',
      processingStatus,
      changed: differs(record.payment, after),
    },
  }
}

/** A deleted payment gives back what it had applied. */
export function deletePayment(store: StoreState, { paymentId }: WriteInput): Write {
  const record = store.payments.get(paymentId)
  if (!record) return { answer: refusals.noSuchPayment }
  return {
    answer: succeed({ id: paymentId }),
    change: {
      deletedPaymentId: paymentId,
      invoices: moveBalances(store.invoices, record.payment, undefined),
    },
    effect: { paymentId, type: 'deletePayment', changed: true },
  }
}

/** Whether anything but the time of the last write is different. */
export function differs(before: Payment, after: Payment): boolean {
  return JSON.stringify({ ...before, updatedAt: 0 }) !== JSON.stringify({ ...after, updatedAt: 0 })
}
