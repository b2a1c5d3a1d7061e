import { describe, expect, it } from '@jest/globals'
import { readAnswer } from '../../lib/core/answer.js'
import type { ApiCall } from '../../lib/core/api-call.js'
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
        error: { message: expect.stringContaining('1 payments of the list cannot be read') },
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

  it('proves no absence by an empty page whose own count says that there is one', async () => {
    const world = new World({ writes: ['lostAfter'], listLagMs: 0 })
    world.ask(create)
    const pagination = { totalCount: 1, offset: 0, limit: 249 }
    const body = JSON.stringify({ code: 200, data: [], meta: { message: 'SUCCESS', pagination } })
    await drainWith(world, ({ kind }) => (kind === 'list' ? body : undefined))
    expect(world.store.history).toHaveLength(1)
    expect(world.outcomeOf('r1')).toMatchObject({ status: 'inDoubt' })
  })

  it('proves no absence by pages between which a payment was deleted', async () => {
    const world = new World({ writes: ['lostAfter'], listLagMs: 0 })
    world.ask(create)
    const begun = world.clock.now()
    let isDeleted = false
    await drainWith(world, ({ kind, path }) => {
      if (kind !== 'list') return undefined
      const made = world.store.payments.get(9001)
      // The create comes into the list late, behind a near-miss whose deletion moves it to where the first page was.
      const all = isDeleted ? [] : [{ ...made, id: 1, externalId: 'PO-10' }]
      const shown = world.clock.now() < begun + 30_000 ? all : [...all, made]
      const offset = Number(new URLSearchParams(path.split('?')[1]).get('offset'))
      isDeleted ||= shown.length === 2
      const pagination = { totalCount: shown.length, offset, limit: 1 }
      const meta = { message: 'SUCCESS', pagination }
      return JSON.stringify({ code: 200, data: shown.slice(offset, offset + 1), meta })
    })
    expect(world.store.history).toHaveLength(1)
    expect(world.outcomeOf('r1')).toMatchObject({ status: 'succeeded', effect: 'confirmed', paymentId: 9001 })
  })

  it('takes a payment that two pages show for one payment, and looks again', async () => {
    const world = new World({ writes: ['lostAfter'], listLagMs: 0 })
    world.store.pageMax = 1
    world.ask(create)
    let pages = 0
    await drainWith(world, ({ kind }) => {
      pages += kind === 'list' ? 1 : 0
      if (kind !== 'list' || pages > 2) return undefined
      const shown = world.store.payments.get(9001)
      const pagination = { totalCount: 2, offset: pages - 1, limit: 1 }
      return JSON.stringify({ code: 200, data: [shown], meta: { message: 'SUCCESS', pagination } })
    })
    expect(world.outcomeOf('r1')).toMatchObject({ status: 'succeeded', effect: 'confirmed', paymentId: 9001 })
  })
})

/** Delivers until the outcome is there; `intervene` may answer a call in the store's place. */
async function drainWith(world: World, intervene: (call: ApiCall) => string | undefined): Promise<void> {
  const { store, clock } = world
  const api: PaymentsApi = {
    call: async (call, access, timeoutMs) => {
      const body = intervene(call)
      if (body === undefined) return store.call(call, access, timeoutMs)
      return readAnswer(call.kind, {
        kind: 'answered',
        status: 200,
        headers: {},
        body,
        receivedAt: clock.now(),
      })
    },
  }
  for (let delivery = 0; delivery < 500 && world.outcomeOf('r1') === undefined; delivery += 1) {
    const batch = world.queue.receive(10)
    if (batch.length > 0) {
      const end = asEpochMs(clock.now() + 30_000)
      await clock.run(performBatch({ ...world.deps, api }, batch, end))
    }
    await clock.run(clock.sleep(60_000))
  }
}
