import { describe, expect, it } from '@jest/globals'
import { parseRequest } from '../../../lib/core/request.js'
import { choosePayments } from '../../../lib/core/webhook/choose-payments.js'
import { orderRequest } from '../../../lib/core/webhook/order-request.js'
import { aPayment } from '../../support/requests.js'

const line = (invoiceId: number) => [{ invoiceId, amount: '20.0000' }]

describe('choosePayments', () => {
  it('asks each payment once, whichever of its invoices shows it', () => {
    const payment = aPayment({ lineItems: [...line(12), ...line(13)], allowedOperations: [2] })
    const listed = [
      { invoiceId: 12, payments: [payment] },
      { invoiceId: 13, payments: [payment] },
    ]
    expect(choosePayments(listed, 2)).toEqual({ asked: [117], passedOver: [] })
  })

  it('leaves out payments of other invoices, which a list shows that takes no notice of the filter', () => {
    const payments = [
      aPayment({ id: 1, lineItems: line(12), allowedOperations: [2] }),
      aPayment({ id: 2, lineItems: line(120), allowedOperations: [2] }),
      aPayment({ id: 3, lineItems: [], allowedOperations: [2] }),
    ]
    expect(choosePayments([{ invoiceId: 12, payments }], 2)).toEqual({ asked: [1, 3], passedOver: [] })
  })

  it('passes over what the store does not allow, unless the store says nothing of it', () => {
    const payments = [
      aPayment({ id: 1, lineItems: line(12), allowedOperations: [0, 1] }),
      aPayment({ id: 2, lineItems: line(12), allowedOperations: [] }),
      aPayment({ id: 3, lineItems: line(12), allowedOperations: [], operationsUnsaid: true }),
    ]
    expect(choosePayments([{ invoiceId: 12, payments }], 2)).toEqual({ asked: [3], passedOver: [1, 2] })
  })
})

describe('orderRequest', () => {
  const order = { storeHash: 'abc', orderId: '250', operationCode: 2 }

  it('writes a request as the contract has it, in the group of its payment', () => {
    const queued = orderRequest(order, 'H-1', 117, 'store/order/statusUpdated')
    expect(queued).toEqual({
      body: '{"requestId":"webhook:H-1:117","storeHash":"abc","type":"performOperation","paymentId":117,"operationCode":2,"metadata":{"webhookScope":"store/order/statusUpdated","orderId":"250"}}',
      groupId: 'abc:117',
      deduplicationId: 'webhook:H-1:117',
      source: 'webhook',
    })
    expect(parseRequest(queued.body, { requestId: 'x', storeHash: undefined }).valid).toBe(true)
  })

  it('names another operation than the pull in the requestId, for rules may change', () => {
    const { body } = orderRequest({ ...order, operationCode: 0 }, 'H-1', 117, 'store/order/statusUpdated')
    expect(JSON.parse(body)).toMatchObject({ requestId: 'webhook:H-1:117:0', operationCode: 0 })
  })

  it('keeps to the longest key there may be', () => {
    const { body } = orderRequest(
      { ...order, operationCode: 0 },
      'h'.repeat(64),
      Number.MAX_SAFE_INTEGER,
      'store/order/refund/created',
    )
    expect(parseRequest(body, { requestId: 'x', storeHash: undefined }).valid).toBe(true)
  })
})
