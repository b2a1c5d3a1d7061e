import { afterEach, describe, expect, it } from '@jest/globals'
import { alpha, aPayment, aSandbox, call, stopSandboxes } from './a-sandbox.js'

const orderNumbers = ['250', '25', '2501', undefined]
const billing = () =>
  alpha([aPayment({ lineItems: [{ invoiceId: 1, amount: '20.00' }] })], {
    invoices: orderNumbers.map((orderNumber, index) => ({
      id: index + 1,
      currency: 'USD',
      originalBalance: '100.00',
      ...(orderNumber === undefined ? {} : { orderNumber }),
    })),
  })

const list = async (query: string, options = {}) =>
  call(await aSandbox({ stores: [billing()], ...options }), 'GET', `/invoices${query}`)

afterEach(stopSandboxes)

describe('listInvoices', () => {
  it('finds more order numbers than the one that was asked for, since the search is by keyword', async () => {
    const { json } = await list('?searchBy=orderNumber&q=25')
    expect(json).toMatchObject({
      code: 200,
      data: [
        { id: 3, orderNumber: '2501', storeHash: 'alpha' },
        { id: 2, orderNumber: '25' },
        { id: 1, orderNumber: '250' },
      ],
      meta: { pagination: { totalCount: 3, offset: 0, limit: 10 } },
    })
  })

  it('looks into the order number alone where it is named', async () => {
    expect((await list('?searchBy=orderNumber&q=00000004')).json).toMatchObject({ data: [] })
    expect((await list('?q=00000004')).json).toMatchObject({ data: [{ id: 4, orderNumber: '' }] })
  })

  it('gives a page of them, the newest first', async () => {
    const { json } = await list('?offset=1&limit=2')
    expect(json).toMatchObject({
      data: [{ id: 3 }, { id: 2 }],
      meta: { pagination: { totalCount: 4, offset: 1, limit: 2 } },
    })
  })

  it.each(['?limit=250', '?limit=0', '?offset=-1', '?searchBy=colour'])('refuses %s', async query => {
    expect((await list(query)).status).toBe(422)
  })

  it('costs a call of the quota', async () => {
    const sandbox = await aSandbox({ stores: [billing()] })
    await call(sandbox, 'GET', '/invoices')
    expect(sandbox.quotaLeft('alpha').remaining).toBe(149)
  })

  it('meets faults like any other call', async () => {
    const sandbox = await aSandbox({ stores: [billing()] })
    sandbox.misbehave({ fault: 'http503', path: '^/invoices' })
    expect((await call(sandbox, 'GET', '/invoices')).status).toBe(503)
  })
})
