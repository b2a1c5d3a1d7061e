import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import {
  detailCall,
  invoicesCall,
  listCall,
  operationsCall,
  transactionsCall,
  writeCallFor,
} from '../../lib/core/api-call.js'
import { aCreate, aDelete, anUpdate, aRequest, aStatusUpdate } from '../support/requests.js'

describe('writeCallFor', () => {
  it.each([0, 1, 2, 3] as const)('posts operation %d to the payment', operationCode => {
    expect(writeCallFor(aRequest({ operationCode }))).toEqual({
      kind: 'change',
      method: 'POST',
      path: '/payments/117/operations',
      body: { operationCode },
      requestId: 'r-1',
    })
  })

  it('puts a processing status', () => {
    expect(writeCallFor(aStatusUpdate({ processingStatus: 4 }))).toEqual({
      kind: 'change',
      method: 'PUT',
      path: '/payments/117/processing-status',
      body: { processingStatus: 4 },
      requestId: 'r-1',
    })
  })

  it('posts an offline payment, always with its externalId', () => {
    expect(writeCallFor(aCreate())).toEqual({
      kind: 'create',
      method: 'POST',
      path: '/payments/offline',
      body: {
        lineItems: [{ invoiceId: 1117, amount: '20.00' }],
        currency: 'USD',
        details: { memo: 'Check 4711' },
        customerId: '6041',
        externalId: 'A-1',
      },
      requestId: 'r-1',
    })
  })

  it('puts the new body of an offline payment', () => {
    expect(writeCallFor(anUpdate({}, { fundingStatus: 2 }))).toEqual({
      kind: 'update',
      method: 'PUT',
      path: '/payments/offline/117',
      body: {
        lineItems: [{ invoiceId: 1117, amount: '20.00' }],
        currency: 'USD',
        details: { memo: 'Check 4711' },
        customerId: '6041',
        fundingStatus: 2,
      },
      requestId: 'r-1',
    })
  })

  it('deletes a payment without a body', () => {
    expect(writeCallFor(aDelete())).toEqual({
      kind: 'change',
      method: 'DELETE',
      path: '/payments/117',
      requestId: 'r-1',
    })
  })
})

describe('detailCall', () => {
  it('gets one payment', () => {
    expect(detailCall(117)).toEqual({ kind: 'detail', method: 'GET', path: '/payments/117' })
  })
})

describe('operationsCall', () => {
  it('gets what may be done with one payment', () => {
    expect(operationsCall(117)).toEqual({
      kind: 'operations',
      method: 'GET',
      path: '/payments/117/operations',
    })
  })
})

describe('transactionsCall', () => {
  it('gets the transactions behind one payment', () => {
    expect(transactionsCall(117)).toEqual({
      kind: 'transactions',
      method: 'GET',
      path: '/payments/117/transactions',
    })
  })
})

describe('a payment in the path', () => {
  const calls = [
    detailCall,
    operationsCall,
    transactionsCall,
    (paymentId: number) => writeCallFor(aRequest({ paymentId })),
    (paymentId: number) => writeCallFor(aStatusUpdate({ paymentId })),
    (paymentId: number) => writeCallFor(anUpdate({ paymentId })),
    (paymentId: number) => writeCallFor(aDelete({ paymentId })),
  ]

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 0, -117])('is never named %p', paymentId => {
    for (const call of calls) expect(() => call(paymentId)).toThrow('only a positive number names a payment')
  })

  it.each([1, 117.5, 9_007_199_254_740_991])('is named %p in every call', paymentId => {
    for (const call of calls) expect(call(paymentId).path.split('/')).toContain(String(paymentId))
  })
})

describe('invoicesCall', () => {
  it('searches by the number of the order, a page at a time', () => {
    expect(invoicesCall({ offset: 0, limit: 249, searchBy: 'orderNumber', q: '250' })).toEqual({
      kind: 'invoices',
      method: 'GET',
      path: '/invoices?offset=0&limit=249&searchBy=orderNumber&q=250',
    })
  })
})

describe('listCall', () => {
  it('names its page', () => {
    expect(listCall({ offset: 249, limit: 249 })).toEqual({
      kind: 'list',
      method: 'GET',
      path: '/payments?offset=249&limit=249',
    })
  })

  it('searches by externalId, which may hold anything', () => {
    const { path } = listCall({ offset: 0, limit: 249, searchBy: 'externalId', q: 'A&q=1 #/?ü' })
    expect(path).toBe('/payments?offset=0&limit=249&searchBy=externalId&q=A%26q%3D1+%23%2F%3F%C3%BC')
  })

  it('carries every well-formed search word whole, and nothing of it outside of q', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), q => {
        const { path } = listCall({ offset: 0, limit: 249, searchBy: 'externalId', q })
        const url = new URL(path, 'http://127.0.0.1')
        expect(url.pathname).toBe('/payments')
        expect(Object.fromEntries(url.searchParams)).toEqual({
          offset: '0',
          limit: '249',
          searchBy: 'externalId',
          q,
        })
      }),
    )
  })
})
