import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { readPayment } from '../../lib/core/payment.js'

/** As the published list example has it. */
const published = {
  id: 117,
  createdAt: 1635932127,
  updatedAt: 1635932130,
  storeHash: 'rtmh8fqr05',
  customerId: '6041',
  externalId: null,
  externalCustomerId: null,
  payerName: 'Check',
  payerCustomerId: '6041',
  details: { memo: 'k' },
  moduleName: 'payments_offline',
  fees: [],
  moduleData: { transactions: [{ memo: 'k', type: 'OfflineTransaction', rawTransaction: null }] },
  processingStatus: 3,
  appliedStatus: 1,
  fundingStatus: 2,
  total: { code: 'GBP', value: '0.7800' },
  lineItems: [
    { paymentId: 117, invoiceId: 141, invoiceNumber: '00000141', amount: { code: 'GBP', value: '0.7800' } },
  ],
  customerName: '',
  allowedOperations: [],
  allowedStatuses: [1, 2, 3, 4],
}

describe('readPayment', () => {
  it('reads the published example and leaves its nulls out', () => {
    expect(readPayment(published)).toEqual({
      id: 117,
      createdAtSeconds: 1635932127,
      updatedAtSeconds: 1635932130,
      appliedStatus: 1,
      processingStatus: 3,
      fundingStatus: 2,
      allowedOperations: [],
      allowedStatuses: [1, 2, 3, 4],
      customerId: '6041',
      payerName: 'Check',
      payerCustomerId: '6041',
      customerName: '',
      memo: 'k',
      moduleName: 'payments_offline',
      currency: 'GBP',
      total: '0.7800',
      lineItems: [{ invoiceId: 141, amount: '0.7800' }],
    })
  })

  it.each([[undefined], [null], ['2'], [{}]])(
    'tells operations that are %j from an empty list, which allows none',
    allowedOperations => {
      expect(readPayment({ ...published, allowedOperations })).toMatchObject({
        allowedOperations: [],
        operationsUnsaid: true,
      })
    },
  )

  it('reads codes and numbers that are written as strings', () => {
    const payment = readPayment({
      ...published,
      id: '117',
      updatedAt: '1635932130',
      appliedStatus: '0',
      allowedOperations: ['1', '2'],
      allowedStatuses: ['1', 'x', null, 4],
      customerId: 6041,
    })
    expect(payment).toMatchObject({
      id: 117,
      updatedAtSeconds: 1635932130,
      appliedStatus: 0,
      allowedOperations: [1, 2],
      allowedStatuses: [1, 4],
      customerId: '6041',
    })
  })

  it.each(['id', 'createdAt', 'updatedAt', 'appliedStatus', 'processingStatus'])(
    'reads no payment without a readable %s, on which decisions rest',
    field => {
      expect(readPayment({ ...published, [field]: undefined })).toBeUndefined()
      expect(readPayment({ ...published, [field]: null })).toBeUndefined()
      expect(readPayment({ ...published, [field]: 'soon' })).toBeUndefined()
    },
  )

  it('reads where a payment of an order comes from', () => {
    const payment = readPayment({
      ...published,
      customerName: 'silk',
      moduleName: 'payments_bigcommerce_sales_order',
      moduleData: { cartId: 'd0afeab8', orderId: 121, transactions: [{ type: 'UnknownTransaction' }] },
      channelId: '1',
      channelName: 'string',
    })
    expect(payment).toMatchObject({
      customerName: 'silk',
      moduleName: 'payments_bigcommerce_sales_order',
      orderId: 121,
      channelId: '1',
    })
  })

  it.each([
    [{ orderId: '121' }, 121],
    [{ orderId: 0 }, undefined],
    [{ orderId: null }, undefined],
    [{ orderId: [121] }, undefined],
    [null, undefined],
    [[121], undefined],
  ])('reads from the module data %j the order %p', (moduleData, orderId) => {
    expect(readPayment({ ...published, moduleData })?.orderId).toBe(orderId)
  })

  it('reads a channel that is written as a number, and none from null', () => {
    expect(readPayment({ ...published, channelId: 1 })?.channelId).toBe('1')
    expect(readPayment({ ...published, channelId: null })).not.toHaveProperty('channelId')
  })

  it.each([0, -117])('reads no payment with the id %p', id => {
    expect(readPayment({ ...published, id })).toBeUndefined()
  })

  it.each([[null], [undefined], ['117'], [117], [[published]]])('reads no payment from %j', content => {
    expect(readPayment(content)).toBeUndefined()
  })

  it('passes over line items that cannot be read', () => {
    const lineItems = [null, 7, { invoiceId: 1 }, { invoiceId: 2, amount: { value: '5.0000' } }]
    expect(readPayment({ ...published, lineItems })?.lineItems).toEqual([{ invoiceId: 2, amount: '5.0000' }])
    expect(readPayment({ ...published, lineItems: null })?.lineItems).toEqual([])
  })

  it('never throws, and holds only finite numbers', () => {
    const fields = fc.dictionary(fc.constantFrom(...Object.keys(published)), fc.jsonValue())
    fc.assert(
      fc.property(fields, changed => {
        const payment = readPayment({ ...published, ...changed })
        if (payment === undefined) return
        const numbers = [
          payment.id,
          payment.createdAtSeconds,
          payment.updatedAtSeconds,
          payment.appliedStatus,
          ...payment.allowedOperations,
          ...payment.allowedStatuses,
        ]
        expect(numbers.every(Number.isFinite)).toBe(true)
      }),
    )
  })
})
