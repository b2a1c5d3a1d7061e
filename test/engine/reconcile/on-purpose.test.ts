import { describe, expect, it } from '@jest/globals'
import { paymentOf } from '../../support/planted-world.js'
import { allRules, gist, perform, SweepWorld } from '../../support/sweep-world.js'

const minute = 60_000
const completed = { processingStatus: 3, appliedStatus: 0, allowedOperations: [0] }
const order = { moduleName: 'payments_bigcommerce_sales_order' }

describe('reconcile: what was meant', () => {
  it('does not apply again what was reverted on purpose and pulled since', async () => {
    const world = new SweepWorld()
    world.store.add(1, { ...completed, ...order, allowedOperations: [0] })
    world.succeeded(perform('revert-1', 1, 1), 30 * minute)
    world.succeeded(perform('pull-1', 1, 2), 20 * minute)
    const report = await world.pass({ rules: allRules })
    expect(gist(report).join()).not.toMatch(/enqueued/)
  })

  it('does not undo by its own pull the protection of what was reverted on purpose', async () => {
    const world = new SweepWorld()
    world.store.add(1, { ...completed, ...order, allowedOperations: [0, 2] })
    world.succeeded(perform('revert-1', 1, 1), 120 * minute)
    await world.pass({ rules: allRules })
    await world.drain()
    paymentOf(world.store, 1).allowedOperations = [0]
    world.clock.moveTo(world.ago(-15 * minute))
    await world.pass({ rules: allRules })
    await world.drain()
    expect(world.store.effects).toEqual(['2 on 1'])
  })

  it('does not apply a payment that we deleted and that a list still shows', async () => {
    const world = new SweepWorld()
    world.store.add(1, completed)
    world.succeeded({ requestId: 'del', storeHash: 'abc', type: 'deletePayment', paymentId: 1 })
    const report = await world.pass({ rules: allRules })
    expect(gist(report)).toEqual(['ledgerAheadOfStore 1 del reported - -'])
  })
})
