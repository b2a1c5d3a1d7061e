import { describe, expect, it } from '@jest/globals'
import { asEpochMs } from '../../lib/core/time.js'
import { performBatch } from '../../lib/engine/perform-batch.js'
import type { PaymentsApi } from '../../lib/engine/ports.js'
import { World } from '../support/world.js'

const create = {
  requestId: 'r1',
  type: 'createOfflinePayment',
  payment: {
    lineItems: [{ invoiceId: 13, amount: '20.00' }],
    currency: 'USD',
    details: {},
    customerId: '113',
    externalId: 'PO-1',
  },
}

/** JSON has no NaN: the API writes null where an instant should be. */
const unreadable = { externalId: 'PO-10', updatedAt: Number.NaN }

describe('lookAtStore', () => {
  it.each(['lostBefore', 'lostAfter'] as const)(
    'settles nothing by a list that it cannot read whole: a create that was %s is not sent again',
    async trouble => {
      const world = new World({ writes: [trouble], listLagMs: 0 })
      world.store.add(1, unreadable)
      world.ask(create)
      await world.drain()
      expect(world.store.calls.filter(({ call }) => call.method === 'POST')).toHaveLength(1)
      expect(world.outcomeOf('r1')).toMatchObject({
        status: 'inDoubt',
        error: { message: expect.stringContaining('a success without the expected data') },
      })
    },
  )

  it('settles it once the list can be read', async () => {
    const world = new World({ writes: ['lostAfter'], listLagMs: 0 })
    world.store.add(1, unreadable)
    world.ask(create)
    await world.deliver()
    expect(world.outcomeOf('r1')).toBeUndefined()
    world.store.byHand(1, {})
    await world.drain()
    expect(world.outcomeOf('r1')).toMatchObject({ status: 'succeeded', effect: 'confirmed', paymentId: 9001 })
  })

  it('settles nothing by a payment that it cannot read: an apply is not sent again', async () => {
    const world = new World({ writes: ['lostBefore'] })
    world.store.add(117, { updatedAt: Number.NaN })
    world.ask({ requestId: 'r1', paymentId: 117, operationCode: 0 })
    await world.drain()
    expect(world.store.calls.filter(({ call }) => call.method === 'POST')).toHaveLength(1)
    expect(world.outcomeOf('r1')).toMatchObject({ status: 'inDoubt' })
  })

  it('settles nothing by an answer that shows another payment', async () => {
    const world = new World({ writes: ['lostAfter'] })
    world.store.add(117, {})
    world.store.add(118, { appliedStatus: 1 })
    const { store } = world
    const mixedUp: PaymentsApi = {
      call: (call, access, timeoutMs) =>
        store.call({ ...call, path: call.method === 'GET' ? '/payments/118' : call.path }, access, timeoutMs),
    }
    world.ask({ requestId: 'r1', paymentId: 117, operationCode: 0 })
    const end = asEpochMs(world.clock.now() + 30_000)
    const answer = await world.clock.run(
      performBatch({ ...world.deps, api: mixedUp }, world.queue.receive(1), end),
    )
    expect(answer.batchItemFailures).toHaveLength(1)
    expect(world.outcomeOf('r1')).toBeUndefined()
  })
})
