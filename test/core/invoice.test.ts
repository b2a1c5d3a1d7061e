import { describe, expect, it } from '@jest/globals'
import { readInvoice } from '../../lib/core/invoice.js'

describe('readInvoice', () => {
  it.each<[unknown, unknown]>([
    [
      { id: 12, orderNumber: '250', openBalance: { code: 'USD', value: '7.0000' } },
      { id: 12, orderNumber: '250' },
    ],
    [
      { id: '12', orderNumber: 250 },
      { id: 12, orderNumber: '250' },
    ],
    [
      { id: 12, orderNumber: '0250 ' },
      { id: 12, orderNumber: '0250 ' },
    ],
    [{ id: 12, orderNumber: null }, { id: 12 }],
    [{ id: 12, orderNumber: {} }, { id: 12 }],
    [{ id: 12 }, { id: 12 }],
  ])('reads %j', (content, invoice) => {
    expect(readInvoice(content)).toEqual(invoice)
  })

  it.each([
    [null],
    ['12'],
    [[]],
    [{}],
    [{ id: 0 }],
    [{ id: -1 }],
    [{ id: 1.5 }],
    [{ id: 'twelve' }],
    [{ orderNumber: '250' }],
  ])('reads no invoice from %j', content => {
    expect(readInvoice(content)).toBeUndefined()
  })
})
