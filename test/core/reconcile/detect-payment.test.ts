import { describe, expect, it } from '@jest/globals'
import { finish, type LedgerEntry } from '../../../lib/core/ledger-entry.js'
import type { Payment } from '../../../lib/core/payment.js'
import { detectPayment, type Known } from '../../../lib/core/reconcile/detect-payment.js'
import type { FindingKind } from '../../../lib/core/reconcile/finding.js'
import type { OperationRequest } from '../../../lib/core/request.js'
import {
  aCreate,
  aDelete,
  anEntry,
  anUpdate,
  aPayment,
  aRequest,
  aStatusUpdate,
  instant,
} from '../../support/requests.js'

const lookedAt = instant('13:00:00.000')

const kindsOf = (payment: Payment, known: Known = { open: [] }): FindingKind[] | 'passedOver' => {
  const detected = detectPayment('luma7x2', payment, known, lookedAt, 1)
  return detected.passedOver ? 'passedOver' : detected.plans.map(({ finding }) => finding.kind)
}

const done = (request: OperationRequest, at = '12:00:01.000'): LedgerEntry =>
  finish(anEntry({ request }), 'succeeded', { effect: 'performed' }, instant(at))

const order = { moduleName: 'payments_bigcommerce_sales_order' }

describe('detectPayment: what the store alone shows', () => {
  it.each<[string, Partial<Payment>, FindingKind[]]>([
    ['completed and not applied', { processingStatus: 3, appliedStatus: 0 }, ['completedNotApplied']],
    ['completed and applied', { processingStatus: 3, appliedStatus: 1 }, []],
    ['refunded and applied', { processingStatus: 4, appliedStatus: 1 }, ['refundedStillApplied']],
    ['refunded and not applied', { processingStatus: 4, appliedStatus: 0 }, []],
    ['processing and not applied', { processingStatus: 2, appliedStatus: 0 }, []],
    [
      'an order that may be pulled',
      { ...order, appliedStatus: 1, allowedOperations: [1, 2] },
      ['orderStale'],
    ],
    ['an order that may not be pulled', { ...order, appliedStatus: 1, allowedOperations: [1] }, []],
    ['no order that may be pulled', { appliedStatus: 1, allowedOperations: [1, 2] }, []],
    [
      'an order that is completed, not applied and may be pulled',
      { ...order, allowedOperations: [0, 2] },
      ['completedNotApplied', 'orderStale'],
    ],
  ])('%s', (_, fields, kinds) => {
    expect(kindsOf(aPayment(fields))).toEqual(kinds)
  })
})

describe('detectPayment: an order that we have pulled', () => {
  const pulled = done(aRequest({ operationCode: 2 }), '12:00:01.000')
  const allowed = { ...order, appliedStatus: 1, allowedOperations: [1, 2] }
  const changedAt = (at: string) => aPayment({ ...allowed, updatedAtSeconds: instant(at) / 1000 })

  it('is current, though the store would allow another pull', () => {
    expect(kindsOf(changedAt('12:00:01.000'), { last: pulled, open: [] })).toEqual([])
  })

  it('is stale again where the payment has changed since', () => {
    expect(kindsOf(changedAt('12:30:00.000'), { last: pulled, open: [] })).toEqual(['orderStale'])
  })
})

describe('detectPayment: against what was done', () => {
  it.each<[string, OperationRequest, Partial<Payment>, FindingKind[]]>([
    ['applied, and so', aRequest(), { appliedStatus: 1 }, []],
    ['applied, and not so', aRequest(), { appliedStatus: 0 }, ['ledgerAheadOfStore']],
    [
      'applied, not so, and not completed either',
      aRequest(),
      { appliedStatus: 0, processingStatus: 2 },
      ['ledgerAheadOfStore'],
    ],
    [
      'reverted, and applied again after a refund',
      aRequest({ operationCode: 1 }),
      { appliedStatus: 1, processingStatus: 4 },
      ['ledgerAheadOfStore'],
    ],
    ['reverted, and applied', aRequest({ operationCode: 1 }), { appliedStatus: 1 }, ['ledgerAheadOfStore']],
    [
      'reverted, so, and completed',
      aRequest({ operationCode: 1 }),
      { appliedStatus: 0 },
      ['completedNotApplied'],
    ],
    ['pulled', aRequest({ operationCode: 2 }), { appliedStatus: 1 }, []],
    ['code 3', aRequest({ operationCode: 3 }), { appliedStatus: 1 }, []],
    ['the status is so', aStatusUpdate(), { appliedStatus: 1 }, []],
    [
      'the status is another',
      aStatusUpdate({ processingStatus: 2 }),
      { appliedStatus: 1 },
      ['ledgerAheadOfStore'],
    ],
    [
      'the status is another, and what it is says more',
      aStatusUpdate({ processingStatus: 2 }),
      { appliedStatus: 0 },
      ['completedNotApplied'],
    ],
    ['updated, and so', anUpdate(), { appliedStatus: 1 }, []],
    ['updated, and not so', anUpdate(), { appliedStatus: 1, memo: 'Check 1' }, ['ledgerAheadOfStore']],
    ['created, and so', aCreate(), { appliedStatus: 1 }, []],
    [
      'created, and other line items',
      aCreate(),
      { appliedStatus: 1, lineItems: [{ invoiceId: 1117, amount: '19.9900' }] },
      ['ledgerAheadOfStore'],
    ],
    ['deleted, and still there', aDelete(), { appliedStatus: 1 }, ['ledgerAheadOfStore']],
  ])('%s', (_, request, fields, kinds) => {
    expect(kindsOf(aPayment(fields), { last: done(request), open: [] })).toEqual(kinds)
  })

  it('shows what was asked, what was sent and what both sides say', () => {
    const detected = detectPayment('luma7x2', aPayment(), { last: done(aRequest()), open: [] }, lookedAt, 1)
    expect(detected.passedOver ? [] : detected.plans).toMatchObject([
      {
        finding: {
          kind: 'ledgerAheadOfStore',
          storeHash: 'luma7x2',
          paymentId: 117,
          requestId: 'r-1',
          seenAt: '2026-11-22T13:00:00.000Z',
          asked: 'apply to invoice balances',
          sent: '1 write, last 2026-11-22T12:00:00.000Z',
          ledgerSays: 'succeeded: performed at 2026-11-22T12:00:01.000Z',
          storeSays: {
            processingStatus: 3,
            appliedStatus: 0,
            updatedAt: '2026-11-22T11:00:00.000Z',
            total: '20.0000',
            currency: 'USD',
          },
        },
      },
    ])
  })
})

describe('detectPayment: what is not settled yet', () => {
  it.each<[string, Known]>([
    ['a write under way', { open: [anEntry()] }],
    ['a request that waits', { open: [anEntry({ state: 'waiting' })] }],
    ['a doubt that is looked at', { open: [anEntry({ state: 'unknown' })] }],
    ['a write a minute ago', { last: done(aRequest(), '12:59:00.001'), open: [] }],
  ])('says nothing of a payment with %s', (_, known) => {
    expect(kindsOf(aPayment(), known)).toBe('passedOver')
  })

  it('speaks of a payment whose last write is a minute old', () => {
    expect(kindsOf(aPayment(), { last: done(aRequest(), '12:59:00.000'), open: [] })).toEqual([
      'ledgerAheadOfStore',
    ])
  })

  it('speaks of a payment with a doubt for good', () => {
    expect(kindsOf(aPayment(), { open: [anEntry({ state: 'inDoubt' })] })).toEqual(['completedNotApplied'])
  })
})
