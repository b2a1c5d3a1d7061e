import { describe, expect, it } from '@jest/globals'
import { readWebhook } from '../../../lib/core/webhook/read-webhook.js'

const status = { scope: 'store/order/statusUpdated', storeHash: 'luma7x2' }
const transaction = { scope: 'store/order/transaction/created', storeHash: 'luma7x2' }
const about = (data: unknown, rest: object = {}) => ({ data, hash: 'h1', created_at: 1_795_334_400, ...rest })

describe('readWebhook', () => {
  it.each([
    [status, { type: 'order', id: 250 }],
    [status, { type: 'order', id: '250' }],
    [
      { ...status, scope: 'store/order/refund/created' },
      { type: 'order', id: 250, refund: { refund_id: 6 } },
    ],
    [transaction, { type: 'transaction', order_id: '250', id: 9 }],
    [transaction, { type: 'transaction', order_id: 250 }],
  ])('reads the order: %j %j', (of, data) => {
    expect(readWebhook(about(data), of)).toEqual({
      ...of,
      orderId: '250',
      hash: 'h1',
      createdAt: 1_795_334_400,
    })
  })

  it.each([
    ['1795334400', 1_795_334_400],
    [undefined, 0],
    [null, 0],
    [0, 0],
  ])('reads the time %j', (created_at, createdAt) => {
    expect(readWebhook(about({ id: 1 }, { created_at }), status)).toMatchObject({ createdAt })
  })

  it.each([
    [about({ id: 0 }), 'data.id must be a positive whole number'],
    [about({ id: -1 }), 'data.id must be a positive whole number'],
    [about({ id: 1.5 }), 'data.id must be a positive whole number'],
    [about({ id: 1e21 }), 'data.id must be a positive whole number'],
    [about({ id: '0250' }), 'data.id must be a positive whole number'],
    [about({ id: '250&x=1' }), 'data.id must be a positive whole number'],
    [about({ id: ['250'] }), 'data.id must be a positive whole number'],
    [about({ order_id: '250' }), 'data.id must be a positive whole number'],
    [about(undefined), 'data.id must be a positive whole number'],
    [about(null), 'data.id must be a positive whole number'],
    [about({ id: 1 }, { hash: '' }), 'order 1: hash must be 1 to 64 characters of A-Z a-z 0-9 _ -'],
    [about({ id: 1 }, { hash: 12 }), 'order 1: hash must be 1 to 64 characters of A-Z a-z 0-9 _ -'],
    [about({ id: 1 }, { hash: 'a b' }), 'order 1: hash must be 1 to 64 characters of A-Z a-z 0-9 _ -'],
    [about({ id: 1 }, { created_at: 'now' }), 'order 1: created_at must be a whole number of Unix seconds'],
    [about({ id: 1 }, { created_at: -1 }), 'order 1: created_at must be a whole number of Unix seconds'],
    [about({ id: 1 }, { created_at: 1.5 }), 'order 1: created_at must be a whole number of Unix seconds'],
  ])('says what of %j cannot be read', (content, unreadable) => {
    expect(readWebhook(content, status)).toEqual({ ...status, unreadable })
  })

  it("never takes a transaction's own id for its order's", () => {
    const unreadable = 'data.order_id must be a positive whole number'
    expect(readWebhook(about({ id: 250 }), transaction)).toEqual({ ...transaction, unreadable })
  })
})
