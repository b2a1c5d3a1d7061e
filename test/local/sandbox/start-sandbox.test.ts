import { afterEach, describe, expect, it } from '@jest/globals'
import { alpha, aPayment, aSandbox, call, stopSandboxes } from './a-sandbox.js'
import { createManualClock } from './manual-clock.js'

afterEach(stopSandboxes)

describe('startSandbox', () => {
  it('listens on loopback alone and says where', async () => {
    const sandbox = await aSandbox()
    expect(sandbox.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/api\/v3\/io\/ip$/)
  })

  it('takes the port that it is given and refuses one that is taken', async () => {
    const first = await aSandbox()
    const port = Number(new URL(first.url).port)
    await expect(aSandbox({ port })).rejects.toThrow(/EADDRINUSE/)
    await first.stop()
    expect(new URL((await aSandbox({ port })).url).port).toBe(String(port))
  })

  it('refuses a seed whose payment names an invoice that is not there', async () => {
    const lineItems = [{ invoiceId: 9, amount: '1' }]
    await expect(aSandbox({ stores: [alpha([aPayment({ lineItems })])] })).rejects.toThrow(
      'seed of alpha: payment 117 names invoice 9, which is not seeded',
    )
  })

  it('refuses to answer for a store that it does not have', async () => {
    const sandbox = await aSandbox()
    expect(() => sandbox.payments('gamma')).toThrow('the sandbox has no store "gamma"')
  })

  it('hands out copies that nobody can change the store with', async () => {
    const sandbox = await aSandbox()
    const payment = sandbox.payment('alpha', 117)
    payment?.allowedOperations.push(9)
    expect(sandbox.payment('alpha', 117)?.allowedOperations).toEqual([0])
  })

  it('keeps an open balance that the seed fixes', async () => {
    const invoices = [{ id: 141, currency: 'USD', originalBalance: '100', openBalance: '33' }]
    const sandbox = await aSandbox({ stores: [alpha([aPayment({ appliedStatus: 1 })], { invoices })] })
    expect(sandbox.invoice('alpha', 141)).toEqual({
      id: 141,
      invoiceNumber: '00000141',
      originalBalance: { code: 'USD', value: '100.0000' },
      openBalance: { code: 'USD', value: '33.0000' },
    })
  })

  it('stops at once though clients hold their connections, and may be stopped again', async () => {
    const sandbox = await aSandbox()
    await call(sandbox, 'GET', '/payments/117')
    await sandbox.stop()
    await sandbox.stop()
    await expect(call(sandbox, 'GET', '/payments/117')).rejects.toThrow()
  })
})

describe('changeByHand', () => {
  it('moves updatedAt, what is allowed and the balances, and is no effect', async () => {
    const sandbox = await aSandbox({ clock: createManualClock(1_777_636_805_400) })
    sandbox.changeByHand('alpha', 117, { appliedStatus: 1 })
    expect(sandbox.payment('alpha', 117)).toMatchObject({
      appliedStatus: 1,
      allowedOperations: [1],
      updatedAt: 1_777_636_805,
    })
    expect(sandbox.invoice('alpha', 141)?.openBalance.value).toBe('80.0000')
    expect(sandbox.effects()).toEqual([])
  })

  it('takes what it is given, also an updatedAt and what is allowed', async () => {
    const sandbox = await aSandbox()
    sandbox.changeByHand('alpha', 117, { allowedOperations: [3], updatedAt: 5 })
    expect(sandbox.payment('alpha', 117)).toMatchObject({ allowedOperations: [3], updatedAt: 5 })
  })

  it('refuses a payment that does not exist', async () => {
    const sandbox = await aSandbox()
    expect(() => sandbox.changeByHand('alpha', 9, {})).toThrow('store alpha has no payment 9')
  })
})
