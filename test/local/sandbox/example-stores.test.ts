import { afterEach, describe, expect, it } from '@jest/globals'
import { exampleStores } from '../../../lib/local/sandbox/example-stores.js'
import { aSandbox, call, stopSandboxes } from './a-sandbox.js'

afterEach(stopSandboxes)

const tokens = { luma7x2: { accessToken: 'luma-token' }, nordic4b: { authToken: 'nordic-token' } }

describe('exampleStores', () => {
  it('are the same at every start', () => {
    expect(exampleStores(tokens)).toEqual(exampleStores(tokens))
  })

  it('hold 300 payments each, last changed long before today', async () => {
    const sandbox = await aSandbox({ stores: exampleStores(tokens) })
    for (const [storeHash, currency] of [
      ['luma7x2', 'USD'],
      ['nordic4b', 'EUR'],
    ] as const) {
      const payments = sandbox.payments(storeHash)
      expect(payments.map(payment => payment.id)).toEqual(
        Array.from({ length: 300 }, (_, index) => 101 + index),
      )
      expect(new Set(payments.map(payment => payment.total.code))).toEqual(new Set([currency]))
      expect(Math.max(...payments.map(payment => payment.updatedAt))).toBeLessThan(1_640_000_000)
    }
  })

  it.each([
    [120, 3, 0, [0]],
    [117, 3, 0, [0]],
    [125, 3, 0, [0]],
    [126, 3, 1, [1]],
    [127, 3, 1, [1]],
    [128, 3, 1, [1, 2]],
    [129, 1, 0, []],
  ])(
    'hold payment %i with status %i, applied %i, allowed %j',
    async (id, processingStatus, appliedStatus, allowed) => {
      const sandbox = await aSandbox({ stores: exampleStores(tokens) })
      for (const storeHash of ['luma7x2', 'nordic4b']) {
        expect(sandbox.payment(storeHash, id)).toMatchObject({
          processingStatus,
          appliedStatus,
          allowedOperations: allowed,
        })
      }
    },
  )

  it('open for the token of each kind', async () => {
    const sandbox = await aSandbox({ stores: exampleStores(tokens) })
    const pair = { 'X-Auth-Token': 'luma-token', 'X-Store-Hash': 'luma7x2' }
    const perform = (id: number, operationCode: number, headers: Record<string, string>) =>
      call(sandbox, 'POST', `/payments/${id}/operations`, { operationCode }, headers)
    expect((await perform(117, 0, pair)).status).toBe(200)
    expect((await perform(129, 0, pair)).status).toBe(400)
    expect((await perform(128, 2, { authToken: 'nordic-token' })).status).toBe(200)
    expect(sandbox.effects().map(effect => [effect.storeHash, effect.changed])).toEqual([
      ['luma7x2', true],
      ['nordic4b', true],
    ])
    expect(sandbox.invoice('luma7x2', 1118)?.openBalance.value).toBe('442.5000')
  })
})
