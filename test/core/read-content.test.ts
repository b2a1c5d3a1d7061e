import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { CallKind } from '../../lib/core/api-call.js'
import { readContent } from '../../lib/core/read-content.js'

const kinds: CallKind[] = [
  'change',
  'create',
  'update',
  'detail',
  'invoices',
  'list',
  'operations',
  'transactions',
]

const payment = { id: 117, createdAt: 1, updatedAt: 2, appliedStatus: 1, processingStatus: 3 }
const read = {
  id: 117,
  createdAtSeconds: 1,
  updatedAtSeconds: 2,
  appliedStatus: 1,
  processingStatus: 3,
  allowedOperations: [],
  operationsUnsaid: true,
  allowedStatuses: [],
  lineItems: [],
}
const card = { type: 'Visa', last4: '1111', expiryYear: 2050, expiryMonth: 12 }
/** As published, but for the null that its example shows where its schema promises a text. */
const transaction = {
  type: 'CreditCardTransaction',
  gateway: 'test',
  transactionId: '521263',
  authCode: null,
  event: 'capture',
  card,
  rawTransaction: null,
}

describe('readContent', () => {
  it.each<[CallKind, unknown, unknown]>([
    ['change', { id: 117 }, { id: 117 }],
    ['change', { id: '117', more: [] }, { id: 117 }],
    ['create', { paymentId: 112 }, { paymentId: 112 }],
    ['create', { paymentId: '112', id: 7 }, { paymentId: 112 }],
    ['update', { paymentId: '112' }, { paymentId: 112 }],
    ['update', { paymentId: null }, {}],
    ['update', {}, {}],
    ['detail', payment, read],
    ['detail', { ...payment, id: '117', externalId: null, news: {} }, read],
    ['invoices', [], []],
    ['invoices', [{ id: '12', orderNumber: 250 }, { id: 13 }], [{ id: 12, orderNumber: '250' }, { id: 13 }]],
    [
      'invoices',
      [{ id: 12, orderNumber: null, invoiceNumber: '0012' }, { orderNumber: '250' }],
      [{ id: 12 }],
    ],
    ['list', [], []],
    ['list', [payment, { ...payment, appliedStatus: null }, null], [read]],
    ['list', [payment, { ...payment, id: '118' }], [read, { ...read, id: 118 }]],
    [
      'operations',
      { allowedOperations: [], allowedStatuses: ['1', '2', '3', '4'] },
      { allowedOperations: [], allowedStatuses: [1, 2, 3, 4] },
    ],
    [
      'operations',
      { allowedOperations: [0, '2', null], allowedStatuses: [3], more: 1 },
      { allowedOperations: [0, 2], allowedStatuses: [3] },
    ],
    ['transactions', [], []],
    [
      'transactions',
      [transaction],
      [
        {
          type: 'CreditCardTransaction',
          gateway: 'test',
          transactionId: '521263',
          event: 'capture',
          card,
        },
      ],
    ],
    [
      'transactions',
      [{ type: 'OfflineTransaction', authCode: '', transactionId: 521263, card: null }],
      [{ type: 'OfflineTransaction', authCode: '', transactionId: '521263' }],
    ],
    [
      'transactions',
      [{ type: 'x', card: { type: null, last4: 1111, expiryYear: '2050', expiryMonth: 'May' } }],
      [{ type: 'x', card: { last4: '1111', expiryYear: 2050 } }],
    ],
  ])('reads of a %s %j as %j', (kind, data, content) => {
    expect(readContent(kind, data)).toEqual(content)
  })

  it.each<[CallKind, unknown]>([
    ['change', { paymentId: 117 }],
    ['change', { id: 0 }],
    ['change', { id: -1 }],
    ['change', [{ id: 117 }]],
    ['create', { id: 112 }],
    ['create', { paymentId: 'x' }],
    ['create', { paymentId: null }],
    ['update', []],
    ['update', 'SUCCESS'],
    ['detail', {}],
    ['detail', { ...payment, updatedAt: null }],
    ['detail', { ...payment, id: 0 }],
    ['detail', [payment]],
    ['list', payment],
    ['operations', {}],
    ['operations', []],
    ['operations', { allowedOperations: [] }],
    ['operations', { allowedOperations: [], allowedStatuses: null }],
    ['transactions', {}],
    ['transactions', [null]],
    ['transactions', [transaction, { gateway: 'test' }]],
    ['transactions', [{ ...transaction, type: null }]],
  ])('reads no %s from %j', (kind, data) => {
    expect(readContent(kind, data)).toBeUndefined()
  })

  it.each(kinds)('reads no %s from what is nothing', kind => {
    for (const nothing of [undefined, null, '', 0, true, 'SUCCESS']) {
      expect(readContent(kind, nothing)).toBeUndefined()
    }
  })

  it('takes nothing of a raw transaction, which may hold anything', () => {
    const raw = { number: '4111111111111111' }
    const content = readContent('transactions', [
      { ...transaction, rawTransaction: raw, card: { ...card, number: raw.number } },
    ])
    expect(JSON.stringify(content)).not.toContain(raw.number)
  })

  it('never throws, whatever stands under data', () => {
    const data = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(fc.constantFrom(...Object.keys(payment), '__proto__', 'card'), fc.jsonValue()),
      fc.array(fc.dictionary(fc.constantFrom(...Object.keys(transaction)), fc.jsonValue())),
    )
    fc.assert(
      fc.property(fc.constantFrom(...kinds), data, (kind, value) => {
        expect(() => readContent(kind, value)).not.toThrow()
      }),
      { numRuns: 1_000 },
    )
  })
})
