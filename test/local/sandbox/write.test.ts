import { afterEach, describe, expect, it } from '@jest/globals'
import { alpha, aPayment, aSandbox, call, stopSandboxes } from './a-sandbox.js'
import { createManualClock } from './manual-clock.js'

afterEach(stopSandboxes)

const operate = { operationCode: 0 }
const path = '/payments/117/operations'
const success = (id: number) => ({ code: 200, data: { id }, meta: { message: 'SUCCESS' } })
const refused = (errMsg: string) => ({ code: 400, data: { errMsg }, meta: { message: 'Not Found Error' } })
const missing = {
  code: 404,
  data: { errMsg: 'Payment does not exist' },
  meta: { message: 'Not Found Error' },
}

describe('performOperation', () => {
  it('applies a completed payment and lowers the balances of its invoices', async () => {
    const lineItems = [
      { invoiceId: 141, amount: '20.00' },
      { invoiceId: 142, amount: '0.1' },
      { invoiceId: 142, amount: '0.2' },
    ]
    const sandbox = await aSandbox({ stores: [alpha([aPayment({ lineItems })])] })
    const seen = await call(sandbox, 'POST', path, operate)
    expect(seen).toMatchObject({ status: 200, json: success(117) })
    expect(sandbox.payment('alpha', 117)).toMatchObject({
      appliedStatus: 1,
      allowedOperations: [1],
      total: { code: 'USD', value: '20.3000' },
    })
    expect(sandbox.invoice('alpha', 141)?.openBalance).toEqual({ code: 'USD', value: '80.0000' })
    expect(sandbox.invoice('alpha', 142)?.openBalance.value).toBe('99.7000')
  })

  it('refuses a second apply, as published', async () => {
    const sandbox = await aSandbox()
    await call(sandbox, 'POST', path, operate)
    const seen = await call(sandbox, 'POST', path, operate)
    expect(seen).toMatchObject({ status: 400, json: refused('The payment operation is not allowed.') })
    expect(sandbox.effects()).toHaveLength(1)
    expect(sandbox.invoice('alpha', 141)?.openBalance.value).toBe('80.0000')
  })

  it('reverts an applied payment and gives its invoices their balances back', async () => {
    const sandbox = await aSandbox({ stores: [alpha([aPayment({ appliedStatus: 1 })])] })
    expect(sandbox.invoice('alpha', 141)?.openBalance.value).toBe('80.0000')
    await call(sandbox, 'POST', path, { operationCode: 1 })
    expect(sandbox.payment('alpha', 117)).toMatchObject({ appliedStatus: 0, allowedOperations: [0] })
    expect(sandbox.invoice('alpha', 141)?.openBalance.value).toBe('100.0000')
  })

  it('refuses an apply while the payment awaits processing', async () => {
    const sandbox = await aSandbox({ stores: [alpha([aPayment({ processingStatus: 1 })])] })
    expect((await call(sandbox, 'POST', path, operate)).json).toEqual(
      refused('The payment operation is not allowed.'),
    )
  })

  it('pulls the statuses that the order has by now, once with a change and then without', async () => {
    const orders = [{ id: 9, processingStatus: 4, fundingStatus: 3 }]
    const sandbox = await aSandbox({
      stores: [alpha([aPayment({ appliedStatus: 1, orderId: 9 })], { orders })],
    })
    await call(sandbox, 'POST', path, { operationCode: 2 })
    expect(sandbox.payment('alpha', 117)).toMatchObject({
      processingStatus: 4,
      fundingStatus: 3,
      appliedStatus: 1,
    })
    expect((await call(sandbox, 'POST', path, { operationCode: 2 })).status).toBe(200)
    expect(sandbox.effects().map(effect => effect.changed)).toEqual([true, false])
  })

  it('follows an order that moves on later', async () => {
    const sandbox = await aSandbox({ stores: [alpha([aPayment({ appliedStatus: 1, orderId: 9 })])] })
    sandbox.changeOrder('alpha', { id: 9, fundingStatus: 1 })
    expect(sandbox.payment('alpha', 117)?.fundingStatus).toBe(2)
    await call(sandbox, 'POST', path, { operationCode: 2 })
    expect(sandbox.payment('alpha', 117)?.fundingStatus).toBe(1)
  })

  it('refuses a pull for a payment that comes from no order', async () => {
    const sandbox = await aSandbox()
    expect((await call(sandbox, 'POST', path, { operationCode: 2 })).status).toBe(400)
  })

  it('carries out code 3 only where it was seeded, each time as an effect that leaves the state alone', async () => {
    const other = aPayment({ id: 118 })
    const sandbox = await aSandbox({ stores: [alpha([aPayment({ allowedOperations: [0, 3] }), other])] })
    expect((await call(sandbox, 'POST', '/payments/118/operations', { operationCode: 3 })).status).toBe(400)
    await call(sandbox, 'POST', path, operate)
    expect((await call(sandbox, 'POST', path, { operationCode: 3 })).status).toBe(200)
    expect(sandbox.payment('alpha', 117)).toMatchObject({ appliedStatus: 1, allowedOperations: [1, 3] })
    expect(sandbox.effects().map(effect => effect.operationCode)).toEqual([0, 3])
  })

  it.each([
    [{}, { operationCode: ['This field is required.'] }],
    [{ operationCode: 9 }, { operationCode: ['Not a valid choice.'] }],
    [{ operationCode: '0' }, { operationCode: ['Not a valid choice.'] }],
  ])('answers 422 to %j', async (body, fields) => {
    const sandbox = await aSandbox()
    const seen = await call(sandbox, 'POST', path, body)
    expect(seen).toMatchObject({
      status: 422,
      json: { code: 422, data: fields, meta: { message: 'Parameter Error' } },
    })
  })

  it('answers 404 for a payment that does not exist', async () => {
    const sandbox = await aSandbox()
    expect(await call(sandbox, 'POST', '/payments/999/operations', operate)).toMatchObject({
      status: 404,
      json: missing,
    })
    expect((await call(sandbox, 'POST', '/payments/117.5/operations', operate)).json).toEqual(missing)
  })

  it('moves updatedAt with a write and leaves it alone with a refusal', async () => {
    const clock = createManualClock(1_777_636_800_999)
    const sandbox = await aSandbox({ clock })
    await call(sandbox, 'POST', path, { operationCode: 1 })
    expect(sandbox.payment('alpha', 117)?.updatedAt).toBe(1_618_590_401)
    await call(sandbox, 'POST', path, operate)
    expect(sandbox.payment('alpha', 117)?.updatedAt).toBe(1_777_636_800)
  })

  it('tells every effect as the store saw it', async () => {
    const sandbox = await aSandbox()
    await call(sandbox, 'POST', path, operate)
    expect(sandbox.effects()).toEqual([
      {
        at: 1_777_636_800_000,
        storeHash: 'alpha',
        paymentId: 117,
        type: 'performOperation',
        operationCode: 0,
        changed: true,
      },
    ])
  })
})

describe('updateProcessingStatus', () => {
  const statusPath = '/payments/117/processing-status'

  it('completes a waiting payment, which makes apply allowed', async () => {
    const sandbox = await aSandbox({ stores: [alpha([aPayment({ processingStatus: 1 })])] })
    expect(await call(sandbox, 'PUT', statusPath, { processingStatus: 3 })).toMatchObject({
      json: success(117),
    })
    expect(sandbox.payment('alpha', 117)).toMatchObject({ processingStatus: 3, allowedOperations: [0] })
  })

  it.each([1, 2, 4])('takes apply away by setting %i', async processingStatus => {
    const sandbox = await aSandbox()
    await call(sandbox, 'PUT', statusPath, { processingStatus })
    expect(sandbox.payment('alpha', 117)).toMatchObject({ processingStatus, allowedOperations: [] })
  })

  it('leaves a refunded payment applied, and revert allowed', async () => {
    const sandbox = await aSandbox({ stores: [alpha([aPayment({ appliedStatus: 1 })])] })
    await call(sandbox, 'PUT', statusPath, { processingStatus: 4 })
    expect(sandbox.payment('alpha', 117)).toMatchObject({ appliedStatus: 1, allowedOperations: [1] })
    expect(sandbox.invoice('alpha', 141)?.openBalance.value).toBe('80.0000')
  })

  it('sets the status that is there already without a change', async () => {
    const sandbox = await aSandbox()
    await call(sandbox, 'PUT', statusPath, { processingStatus: 3 })
    expect(sandbox.effects()).toMatchObject([
      { type: 'updateProcessingStatus', processingStatus: 3, changed: false },
    ])
  })

  it.each([0, 5, 1.5])('refuses the status %d, as published', async processingStatus => {
    const sandbox = await aSandbox()
    expect((await call(sandbox, 'PUT', statusPath, { processingStatus })).json).toEqual(
      refused('The payment processing status is not allowed.'),
    )
  })

  it('refuses a status that this payment does not allow', async () => {
    const sandbox = await aSandbox({ stores: [alpha([aPayment({ allowedStatuses: [3] })])] })
    expect((await call(sandbox, 'PUT', statusPath, { processingStatus: 1 })).status).toBe(400)
  })

  it('answers 422 to a status that is missing or no number', async () => {
    const sandbox = await aSandbox()
    expect((await call(sandbox, 'PUT', statusPath, {})).json).toMatchObject({
      code: 422,
      data: { processingStatus: ['This field is required.'] },
    })
    expect((await call(sandbox, 'PUT', statusPath, { processingStatus: '3' })).status).toBe(422)
  })

  it('answers 404 for a status of a payment that does not exist', async () => {
    const sandbox = await aSandbox()
    expect(
      (await call(sandbox, 'PUT', '/payments/1/processing-status', { processingStatus: 3 })).json,
    ).toEqual(missing)
  })
})

describe('deletePayment', () => {
  it('removes the payment and gives back what it had applied', async () => {
    const sandbox = await aSandbox({ stores: [alpha([aPayment({ appliedStatus: 1 })])] })
    expect(await call(sandbox, 'DELETE', '/payments/117')).toMatchObject({ status: 200, json: success(117) })
    expect(sandbox.payment('alpha', 117)).toBeUndefined()
    expect(sandbox.invoice('alpha', 141)?.openBalance.value).toBe('100.0000')
    expect(sandbox.effects()).toMatchObject([{ paymentId: 117, type: 'deletePayment', changed: true }])
  })

  it('answers 404 to a second delete', async () => {
    const sandbox = await aSandbox()
    await call(sandbox, 'DELETE', '/payments/117')
    expect((await call(sandbox, 'DELETE', '/payments/117')).json).toEqual(missing)
    expect(sandbox.effects()).toHaveLength(1)
  })
})
