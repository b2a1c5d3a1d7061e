import { afterEach, describe, expect, it } from '@jest/globals'
import { alpha, anOfflineBody, aPayment, aSandbox, call, stopSandboxes } from './a-sandbox.js'
import { createManualClock } from './manual-clock.js'

afterEach(stopSandboxes)

const idsOf = (json: unknown) => (json as { data: { id: number }[] }).data.map(({ id }) => id)
const fields = (json: unknown) => Object.keys((json as { data: Record<string, unknown> }).data)

const many = () =>
  alpha([
    aPayment({ id: 1, externalId: 'A-1', customerId: '7', customerName: 'Silk Road', createdAt: 300 }),
    aPayment({
      id: 2,
      externalId: 'a-10',
      customerId: '8',
      processingStatus: 1,
      createdAt: 200,
      channelId: '1',
    }),
    aPayment({ id: 3, externalId: 'B-1', customerId: '71', createdAt: 100, updatedAt: 900, channelId: '2' }),
    aPayment({ id: 12, lineItems: [{ invoiceId: 142, amount: '9.99' }], createdAt: 50 }),
  ])

describe('listPayments', () => {
  it('shows the newest first, and the whole of each', async () => {
    const sandbox = await aSandbox({ stores: [many()] })
    const { status, json } = await call(sandbox, 'GET', '/payments')
    expect(status).toBe(200)
    expect(idsOf(json)).toEqual([1, 2, 3, 12])
    expect(json).toMatchObject({
      meta: { pagination: { totalCount: 4, offset: 0, limit: 10 }, message: 'SUCCESS' },
      data: sandbox.payments('alpha'),
    })
  })

  it('pages by offset and limit and counts all', async () => {
    const sandbox = await aSandbox({ stores: [many()] })
    const { json } = await call(sandbox, 'GET', '/payments?offset=1&limit=2')
    expect(idsOf(json)).toEqual([2, 3])
    expect(json).toMatchObject({ meta: { pagination: { totalCount: 4, offset: 1, limit: 2 } } })
  })

  it('answers an empty page beyond the end', async () => {
    const sandbox = await aSandbox({ stores: [many()] })
    expect(idsOf((await call(sandbox, 'GET', '/payments?offset=9')).json)).toEqual([])
  })

  // The keyword search of the API is no exact match: whoever takes its first hit for the payment takes A-10 for A-1.
  it.each([
    ['searchBy=externalId&q=A-1', [1, 2]],
    ['searchBy=externalId&q=nothing', []],
    ['searchBy=customerId&q=7', [1, 3]],
    ['searchBy=id&q=2', [2, 12]],
    ['q=1', [1, 2, 3, 12]],
    ['searchBy=externalId', [1, 2, 3, 12]],
    ['customerName=silk', [1]],
    ['invoiceId=142', [12]],
    ['processingStatus=1', [2]],
    ['channelIds=2', [3]],
    ['channelIds=1,2', [2, 3]],
    ['channelIds=1&channelIds=2', [2, 3]],
    ['sortBy=updatedAt', [3, 1, 2, 12]],
    ['sortBy=createdAt&orderBy=ASC', [12, 3, 2, 1]],
    ['sortBy=totalAmount&orderBy=ASC', [12, 1, 2, 3]],
    ['sortBy=customerId&orderBy=ASC', [12, 1, 3, 2]],
  ])('finds by %s the payments %j', async (query, ids) => {
    const sandbox = await aSandbox({ stores: [many()] })
    expect(idsOf((await call(sandbox, 'GET', `/payments?${query}`)).json)).toEqual(ids)
  })

  it.each([
    ['limit=250', 'limit'],
    ['limit=0', 'limit'],
    ['limit=ten', 'limit'],
    ['offset=-1', 'offset'],
    ['orderBy=up', 'orderBy'],
    ['sortBy=memo', 'sortBy'],
    ['searchBy=memo&q=x', 'searchBy'],
  ])('answers 422 to %s', async (query, field) => {
    const sandbox = await aSandbox({ stores: [many()] })
    const { json } = await call(sandbox, 'GET', `/payments?${query}`)
    expect(json).toMatchObject({ code: 422, data: { [field]: [expect.any(String)] } })
  })

  it('takes the largest limit', async () => {
    const sandbox = await aSandbox({ stores: [many()] })
    expect((await call(sandbox, 'GET', '/payments?limit=249')).status).toBe(200)
  })

  it('lags behind a create, while the detail shows it at once', async () => {
    const clock = createManualClock()
    const sandbox = await aSandbox({ clock, listLagMs: 3_000, timeScale: 0.5 })
    await call(sandbox, 'POST', '/payments/offline', anOfflineBody())
    expect((await call(sandbox, 'GET', '/payments/118')).status).toBe(200)
    clock.advance(1_499)
    expect(idsOf((await call(sandbox, 'GET', '/payments?q=A-1')).json)).toEqual([])
    clock.advance(1)
    expect(idsOf((await call(sandbox, 'GET', '/payments?q=A-1')).json)).toEqual([118])
  })

  it('leaves out the details of a payment without a memo', async () => {
    const sandbox = await aSandbox({ listLagMs: 0 })
    await call(sandbox, 'POST', '/payments/offline', anOfflineBody({ details: {} }))
    const { json } = await call(sandbox, 'GET', '/payments?q=A-1')
    expect((json as { data: object[] }).data[0]).not.toHaveProperty('details')
    expect(fields((await call(sandbox, 'GET', '/payments/118')).json)).toContain('details')
  })
})
