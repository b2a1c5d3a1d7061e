import { describe, expect, it } from '@jest/globals'
import { forecastByLedger, forecastByLook, forecastLack } from '../../lib/core/forecast.js'
import type { LedgerEntry } from '../../lib/core/ledger-entry.js'
import { type Payment, readPayment } from '../../lib/core/payment.js'
import { hashContent, type OperationRequest } from '../../lib/core/request.js'
import { aFinalEntry, anOpenEntry } from '../contract/entries.js'

const whose = { requestId: 'r-1', storeHash: 'luma7x2' }
const apply: OperationRequest = { ...whose, type: 'performOperation', paymentId: 117, operationCode: 0 }
const complete: OperationRequest = {
  ...whose,
  type: 'updateProcessingStatus',
  paymentId: 117,
  processingStatus: 3,
}
const remove: OperationRequest = { ...whose, type: 'deletePayment', paymentId: 117 }
const create: OperationRequest = {
  ...whose,
  type: 'createOfflinePayment',
  payment: {
    lineItems: [{ invoiceId: 13, amount: '20.00' }],
    currency: 'USD',
    details: {},
    customerId: '113',
    externalId: 'PO-1',
  },
}

function aPayment(changes: object = {}): Payment {
  const payment = readPayment({
    id: 117,
    createdAt: 1,
    updatedAt: 1,
    appliedStatus: 0,
    processingStatus: 1,
    ...changes,
  })
  if (payment === undefined) throw new Error('the payment is readable')
  return payment
}
const sees = (changes: object = {}) => ({ seen: 'payment' as const, payment: aPayment(changes) })
const known = (entry: LedgerEntry): LedgerEntry => ({ ...entry, contentHash: hashContent(entry.request) })

describe('forecastByLedger', () => {
  it.each([
    ['succeeded', 'repeat', true],
    ['failed', 'repeat', false],
    ['inDoubt', 'repeat', false],
  ] as const)('a repeat of what is %s executes nothing', (state, verdict, succeeds) => {
    const entry = known(aFinalEntry(state))
    expect(forecastByLedger(apply, { entry })).toMatchObject({ verdict, succeeds })
  })

  it('tells a conflict, a request under way, and a doubt that holds the payment', () => {
    expect(forecastByLedger(complete, { entry: known(aFinalEntry('succeeded')) })?.verdict).toBe('conflict')
    expect(forecastByLedger(apply, { entry: known(anOpenEntry()) })?.verdict).toBe('underWay')
    const holder = aFinalEntry('inDoubt', 'r-9')
    expect(forecastByLedger(apply, { holder, isForGood: true })).toMatchObject({
      verdict: 'heldByDoubt',
      why: 'request r-9 on this payment is in doubt: it would fail as BLOCKED_BY_DOUBT',
    })
  })

  it('says nothing of a request after another on its payment, and leaves the rest to a look', () => {
    const before = { ...complete, requestId: 'r-0' }
    expect(forecastByLedger(apply, { before })?.verdict).toBe('cannotTell')
    expect(forecastByLedger(apply, { before: apply })).toMatchObject({ verdict: 'repeat', succeeds: true })
    expect(forecastByLedger(apply, {})).toBeUndefined()
  })
})

describe('forecastByLook', () => {
  it.each([
    ['an allowed operation', apply, { allowedOperations: ['0', '1'] }, 'wouldPerform'],
    ['an operation whose state is there already', apply, { appliedStatus: 1 }, 'alreadySo'],
    ['an operation that is not allowed', apply, { allowedOperations: [2] }, 'notAllowed'],
    ['an allowed status', complete, { allowedStatuses: [3] }, 'wouldPerform'],
    ['a status that is there already', complete, { processingStatus: 3 }, 'alreadySo'],
    ['a status that is not allowed', complete, { allowedStatuses: [2] }, 'notAllowed'],
    ['a delete of an offline payment', remove, { moduleName: 'payments_offline' }, 'wouldPerform'],
    ['a delete of a gateway payment', remove, { moduleName: 'stripe' }, 'cannotTell'],
  ])('foresees %s', (_, request, payment, verdict) => {
    const forecast = forecastByLook(request, sees(payment))
    expect(forecast.verdict).toBe(verdict)
    expect(forecast.succeeds).toBe(verdict === 'wouldPerform' || verdict === 'alreadySo')
  })

  it('foresees a payment that is not there, and a store that does not answer', () => {
    expect(forecastByLook(apply, { seen: 'gone' }).verdict).toBe('paymentNotFound')
    const answer = { certainty: 'unknown', meaning: 'lost', message: 'timed out' } as const
    expect(forecastByLook(apply, { seen: 'nothing', answer })).toMatchObject({
      verdict: 'cannotTell',
      why: 'the store gave no usable answer: timed out',
    })
  })

  it('warns of a create whose externalId a payment carries, letter by letter', () => {
    const list = (externalId: string) => ({ seen: 'list' as const, payments: [aPayment({ externalId })] })
    expect(forecastByLook(create, list('PO-1')).verdict).toBe('wouldDuplicate')
    expect(forecastByLook(create, list('PO-10')).verdict).toBe('wouldPerform')
  })
})

describe('forecastLack', () => {
  it('names the credentials by their code, or says that it cannot tell', () => {
    expect(forecastLack('CREDENTIALS_MISSING', 'no secret').verdict).toBe('credentialsMissing')
    expect(forecastLack('CREDENTIALS_REJECTED', '401').verdict).toBe('credentialsRejected')
    expect(forecastLack(undefined, 'throttled').verdict).toBe('cannotTell')
  })
})
