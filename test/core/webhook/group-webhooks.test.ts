import { describe, expect, it } from '@jest/globals'
import { groupWebhooks } from '../../../lib/core/webhook/group-webhooks.js'
import { writeIntake } from '../../../lib/core/webhook/webhook.js'
import { parseWebhookRules } from '../../../lib/core/webhook/webhook-rules.js'
import { instant } from '../../support/requests.js'

const message = (fields: object, receives = 1) => ({
  body: writeIntake({
    scope: 'store/order/statusUpdated',
    storeHash: 'abc',
    orderId: '250',
    hash: 'h1',
    createdAt: 1_795_334_400,
    ...fields,
  }),
  sentAt: instant('12:00:00.000'),
  receives,
})

describe('groupWebhooks', () => {
  it('puts those of one store, order and operation together, whatever their scopes', () => {
    const rules = parseWebhookRules('{"store/order/refund/created": 0}', undefined)
    const batch = [
      message({}),
      message({ hash: 'h2', scope: 'store/order/transaction/created' }, 3),
      message({ hash: 'h3', scope: 'store/order/refund/created' }),
      message({ hash: 'h4', storeHash: 'xyz' }),
      message({ hash: 'h5', orderId: '25' }),
    ]
    const { orders, unreadable, off } = groupWebhooks(batch, rules)
    expect(orders.map(({ order, members }) => [order, members.map(({ heard }) => heard.hash)])).toEqual([
      [{ storeHash: 'abc', orderId: '250', operationCode: 2 }, ['h1', 'h2']],
      [{ storeHash: 'abc', orderId: '250', operationCode: 0 }, ['h3']],
      [{ storeHash: 'xyz', orderId: '250', operationCode: 2 }, ['h4']],
      [{ storeHash: 'abc', orderId: '25', operationCode: 2 }, ['h5']],
    ])
    expect(orders[0]?.members[1]).toEqual({
      message: batch[1],
      heard: {
        hash: 'h2',
        createdAt: 1_795_334_400,
        sentAt: instant('12:00:00.000'),
        scope: 'store/order/transaction/created',
        receives: 3,
      },
    })
    expect([unreadable, off]).toEqual([[], []])
  })

  it('parts what is switched off from what cannot be read', () => {
    const rules = parseWebhookRules(undefined, 'xyz')
    const batch = [
      message({ storeHash: 'xyz' }),
      message({ scope: 'store/cart/created' }),
      message({ orderId: '0' }),
      { ...message({}), body: '{' },
    ]
    const { orders, unreadable, off } = groupWebhooks(batch, rules)
    expect(orders).toEqual([])
    expect(off).toEqual(batch.slice(0, 2))
    expect(unreadable).toEqual([
      {
        message: batch[2],
        storeHash: 'abc',
        why: 'webhook.orderId must be a positive whole number, as text',
      },
      { message: batch[3], why: 'the body is no webhook: {"webhook": {…}} is expected' },
    ])
  })
})
