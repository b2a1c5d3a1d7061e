import { afterEach, describe, expect, it } from '@jest/globals'
import { anOfflineBody, aSandbox, call, stopSandboxes } from './a-sandbox.js'

afterEach(stopSandboxes)

describe('createOfflinePayment', () => {
  it('applies a payment at once that is created without a status', async () => {
    const sandbox = await aSandbox()
    const seen = await call(sandbox, 'POST', '/payments/offline', anOfflineBody())
    expect(seen.json).toEqual({ code: 200, data: { paymentId: 118 }, meta: { message: 'SUCCESS' } })
    expect(sandbox.payment('alpha', 118)).toEqual({
      id: 118,
      createdAt: 1_777_636_800,
      updatedAt: 1_777_636_800,
      storeHash: 'alpha',
      customerId: '113',
      externalId: 'A-1',
      externalCustomerId: null,
      payerName: 'Store offline payment',
      payerCustomerId: '113',
      details: { memo: 'Check 12' },
      moduleName: 'payments_offline',
      fees: [],
      moduleData: { transactions: [{ memo: 'Check 12', type: 'OfflineTransaction', rawTransaction: null }] },
      processingStatus: 3,
      appliedStatus: 1,
      fundingStatus: 2,
      total: { code: 'USD', value: '20.0000' },
      lineItems: [
        {
          paymentId: 118,
          invoiceId: 141,
          invoiceNumber: '00000141',
          amount: { code: 'USD', value: '20.0000' },
        },
      ],
      customerName: '',
      allowedOperations: [],
      allowedStatuses: [1, 2, 3, 4],
    })
    expect(sandbox.invoice('alpha', 141)?.openBalance.value).toBe('80.0000')
  })

  it('leaves a payment unapplied that is created as processing, until it is completed and applied', async () => {
    const sandbox = await aSandbox()
    await call(sandbox, 'POST', '/payments/offline', anOfflineBody({ processingStatus: 2 }))
    expect(sandbox.payment('alpha', 118)).toMatchObject({ appliedStatus: 0, allowedOperations: [] })
    expect(sandbox.invoice('alpha', 141)?.openBalance.value).toBe('100.0000')
    await call(sandbox, 'PUT', '/payments/118/processing-status', { processingStatus: 3 })
    await call(sandbox, 'POST', '/payments/118/operations', { operationCode: 0 })
    expect(sandbox.payment('alpha', 118)?.appliedStatus).toBe(1)
    expect(sandbox.invoice('alpha', 141)?.openBalance.value).toBe('80.0000')
  })

  it('records the money twice when it is sent twice', async () => {
    const sandbox = await aSandbox()
    for (const _ of [1, 2]) await call(sandbox, 'POST', '/payments/offline', anOfflineBody())
    expect(sandbox.invoice('alpha', 141)?.openBalance.value).toBe('60.0000')
    expect(sandbox.effects()).toMatchObject([
      {
        paymentId: 118,
        type: 'createOfflinePayment',
        externalId: 'A-1',
        total: { code: 'USD', value: '20.0000' },
      },
      { paymentId: 119, type: 'createOfflinePayment', externalId: 'A-1' },
    ])
  })

  it('adds amounts as decimals: 0.1 and 0.2 make 0.3000', async () => {
    const sandbox = await aSandbox()
    const lineItems = [
      { invoiceId: 141, amount: '0.1' },
      { invoiceId: 142, amount: '0.2' },
    ]
    await call(sandbox, 'POST', '/payments/offline', anOfflineBody({ lineItems }))
    expect(sandbox.payment('alpha', 118)?.total.value).toBe('0.3000')
    expect(sandbox.invoice('alpha', 142)?.openBalance.value).toBe('99.8000')
  })

  it('accepts the published example, with its fundingStatus as text', async () => {
    const sandbox = await aSandbox()
    const seen = await call(
      sandbox,
      'POST',
      '/payments/offline',
      anOfflineBody({ fundingStatus: '2', channelId: 1 }),
    )
    expect(seen.status).toBe(200)
    expect(sandbox.payment('alpha', 118)).toMatchObject({ channelId: '1', fundingStatus: 2 })
  })

  it('lists every missing field', async () => {
    const sandbox = await aSandbox()
    expect((await call(sandbox, 'POST', '/payments/offline', {})).json).toEqual({
      code: 422,
      data: {
        lineItems: ['This field is required.'],
        currency: ['This field is required.'],
        details: ['This field is required.'],
        customerId: ['This field is required.'],
      },
      meta: { message: 'Parameter Error' },
    })
  })

  it.each([
    ['customerId', 113],
    ['customerId', ''],
    ['lineItems', []],
    ['lineItems', [{ invoiceId: 141, amount: '-1' }]],
    ['lineItems', [{ invoiceId: 141, amount: '1e2' }]],
    ['lineItems', [{ invoiceId: 141, amount: '1.00001' }]],
    ['lineItems', [{ invoiceId: 141, amount: 20 }]],
    ['lineItems', [{ amount: '20' }]],
    ['details', 'cash'],
    ['processingStatus', 0],
    ['fundingStatus', 4],
    ['externalId', 7],
  ])('answers 422 and names the field %s for %j', async (field, value) => {
    const sandbox = await aSandbox()
    const seen = await call(sandbox, 'POST', '/payments/offline', anOfflineBody({ [field]: value }))
    expect(seen.json).toMatchObject({ code: 422, data: { [field]: [expect.any(String)] } })
    expect(sandbox.effects()).toEqual([])
  })

  it.each(['US', 'usd', 'XYZ', 'EUR'])('refuses the currency %s for an invoice in USD', async currency => {
    const sandbox = await aSandbox()
    expect((await call(sandbox, 'POST', '/payments/offline', anOfflineBody({ currency }))).json).toEqual({
      code: 422,
      data: { errMsg: 'Invalid currency code' },
      meta: { message: 'Parameter Error' },
    })
  })

  it('answers 422 for an invoice that does not exist', async () => {
    const sandbox = await aSandbox()
    const body = anOfflineBody({ lineItems: [{ invoiceId: 9, amount: '1' }] })
    expect((await call(sandbox, 'POST', '/payments/offline', body)).json).toEqual({
      code: 422,
      data: { errMsg: 'Invoice does not exist' },
      meta: { message: 'Parameter Error' },
    })
  })

  it('never gives the id of a deleted payment to another', async () => {
    const sandbox = await aSandbox()
    await call(sandbox, 'POST', '/payments/offline', anOfflineBody())
    await call(sandbox, 'DELETE', '/payments/118')
    await call(sandbox, 'POST', '/payments/offline', anOfflineBody())
    expect(sandbox.payments('alpha').map(payment => payment.id)).toEqual([117, 119])
  })
})

describe('updateOfflinePayment', () => {
  it('replaces the payment and moves the balances of the old and the new invoices', async () => {
    const sandbox = await aSandbox()
    await call(sandbox, 'POST', '/payments/offline', anOfflineBody({ externalCustomerId: 'C-9' }))
    const lineItems = [{ invoiceId: 142, amount: '5' }]
    const body = anOfflineBody({ lineItems, externalId: 'A-2', fundingStatus: 1, details: {} })
    const seen = await call(sandbox, 'PUT', '/payments/offline/118', body)
    expect(seen.json).toEqual({ code: 200, data: { paymentId: 118 }, meta: { message: 'SUCCESS' } })
    expect(sandbox.payment('alpha', 118)).toMatchObject({
      externalId: 'A-2',
      externalCustomerId: 'C-9',
      fundingStatus: 1,
      total: { code: 'USD', value: '5.0000' },
      details: {},
      appliedStatus: 1,
    })
    expect(sandbox.invoice('alpha', 141)?.openBalance.value).toBe('100.0000')
    expect(sandbox.invoice('alpha', 142)?.openBalance.value).toBe('95.0000')
  })

  it('changes nothing when it is sent again', async () => {
    const sandbox = await aSandbox()
    await call(sandbox, 'POST', '/payments/offline', anOfflineBody())
    const body = anOfflineBody({ lineItems: [{ invoiceId: 141, amount: '7.50' }] })
    for (const _ of [1, 2]) await call(sandbox, 'PUT', '/payments/offline/118', body)
    expect(sandbox.effects().map(effect => [effect.type, effect.changed])).toEqual([
      ['createOfflinePayment', true],
      ['updateOfflinePayment', true],
      ['updateOfflinePayment', false],
    ])
    expect(sandbox.invoice('alpha', 141)?.openBalance.value).toBe('92.5000')
  })

  it('refuses a payment that is not an offline one', async () => {
    const sandbox = await aSandbox()
    const seen = await call(sandbox, 'PUT', '/payments/offline/117', anOfflineBody())
    expect(seen.json).toMatchObject({ code: 422, data: { errMsg: 'The payment is not an offline payment.' } })
  })

  it('answers 404 for an offline payment that does not exist', async () => {
    const sandbox = await aSandbox()
    const seen = await call(sandbox, 'PUT', '/payments/offline/5', anOfflineBody())
    expect(seen.json).toMatchObject({ code: 404, data: { errMsg: 'Payment does not exist' } })
  })

  it('answers 422 to a body without line items', async () => {
    const sandbox = await aSandbox()
    await call(sandbox, 'POST', '/payments/offline', anOfflineBody())
    const seen = await call(sandbox, 'PUT', '/payments/offline/118', anOfflineBody({ lineItems: undefined }))
    expect(seen.json).toMatchObject({ code: 422, data: { lineItems: ['This field is required.'] } })
  })
})
