import { afterEach, describe, expect, it } from '@jest/globals'
import { alpha, aPayment, aSandbox, call, stopSandboxes } from './a-sandbox.js'

afterEach(stopSandboxes)

const card = {
  type: 'CreditCardTransaction',
  gateway: 'test',
  transactionId: '521117',
  authCode: '',
  event: 'capture',
  card: { type: 'Visa', last4: '1111', expiryYear: 2050, expiryMonth: 12 },
  rawTransaction: '',
}

describe('reading a payment', () => {
  it('shows its detail, with numbers for what is allowed', async () => {
    const sandbox = await aSandbox()
    const { json } = await call(sandbox, 'GET', '/payments/117')
    expect(json).toEqual({ code: 200, data: sandbox.payment('alpha', 117), meta: { message: 'SUCCESS' } })
    expect(json).toMatchObject({ data: { allowedOperations: [0], allowedStatuses: [1, 2, 3, 4] } })
  })

  it('shows what is allowed as numeric strings at its own endpoint', async () => {
    const sandbox = await aSandbox()
    expect((await call(sandbox, 'GET', '/payments/117/operations')).json).toEqual({
      code: 200,
      data: { allowedOperations: ['0'], allowedStatuses: ['1', '2', '3', '4'] },
      meta: { message: 'Success' },
    })
  })

  it.each([
    ['payments_gateway', [card]],
    ['payments_offline', [{ type: 'OfflineTransaction', rawTransaction: '' }]],
    ['payments_bigcommerce_sales_order', [{ type: 'UnknownTransaction', rawTransaction: '' }]],
  ])('shows the transactions of %s', async (moduleName, transactions) => {
    const sandbox = await aSandbox({ stores: [alpha([aPayment({ moduleName })])] })
    expect((await call(sandbox, 'GET', '/payments/117/transactions')).json).toEqual({
      code: 200,
      data: transactions,
      meta: { message: 'SUCCESS' },
    })
  })

  it.each(['/payments/9', '/payments/9/operations', '/payments/9/transactions'])(
    'answers 404 for %s',
    async path => {
      const sandbox = await aSandbox()
      expect(await call(sandbox, 'GET', path)).toMatchObject({
        status: 404,
        json: { code: 404, data: { errMsg: 'Payment does not exist' }, meta: { message: 'Not Found Error' } },
      })
    },
  )
})
