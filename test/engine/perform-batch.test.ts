import { describe, expect, it } from '@jest/globals'
import { holdKeyOf } from '../../lib/core/request.js'
import { asEpochMs } from '../../lib/core/time.js'
import { createPacer } from '../../lib/engine/pacer.js'
import { type BatchDeps, performBatch } from '../../lib/engine/perform-batch.js'
import { accessFor, type Trouble } from '../support/fake-store.js'
import { World, worldStart } from '../support/world.js'

const apply = (requestId: string, paymentId = 117) => ({ requestId, paymentId, operationCode: 0 })
const revert = (requestId: string, paymentId = 117) => ({ requestId, paymentId, operationCode: 1 })

describe('performBatch', () => {
  it('carries out a clean request with one call, two ledger writes and one outcome', async () => {
    const world = new World()
    world.store.add(117)
    world.ask({ ...apply('r1'), metadata: { batch: 'nov' } })
    const { answer } = await world.deliver()
    expect(answer).toEqual({ batchItemFailures: [] })
    expect(world.effects()).toEqual(['r1: apply 117'])
    expect(world.store.calls).toHaveLength(1)
    expect(world.ledger.rows.get('abc#r1')?.entry.rev).toBe(2)
    expect(world.outcomes).toEqual([
      {
        requestId: 'r1',
        storeHash: 'abc',
        type: 'performOperation',
        paymentId: 117,
        operationCode: 0,
        status: 'succeeded',
        effect: 'performed',
        attempts: 1,
        requestedAt: '2026-11-22T08:00:00.000Z',
        completedAt: '2026-11-22T08:00:00.100Z',
        metadata: { batch: 'nov' },
      },
    ])
  })

  it('executes a repeat never again and tells the same outcome', async () => {
    const world = new World()
    world.store.add(117)
    world.ask(apply('r1'))
    world.ask({ ...apply('r1'), paymentId: '117', metadata: { other: 'x' } })
    await world.drain()
    expect(world.effects()).toEqual(['r1: apply 117'])
    expect(world.outcomes).toHaveLength(2)
    expect(world.outcomes[0]).toEqual(world.outcomes[1])
  })

  it('refuses the same id with other content, without an outcome', async () => {
    const world = new World()
    world.store.add(117)
    world.ask(apply('r1'))
    world.ask(revert('r1'))
    await world.drain()
    expect(world.effects()).toEqual(['r1: apply 117'])
    expect(world.outcomes).toHaveLength(1)
    expect(world.letters.map(({ attributes }) => attributes['errorCode'])).toEqual(['IDEMPOTENCY_CONFLICT'])
  })

  it('dead-letters what is no request at its first delivery, byte for byte, and does the good ones beside it', async () => {
    const world = new World()
    world.store.add(117)
    const bodies = [
      '',
      'not json',
      '[]',
      '{"paymentId":117,"operatonCode":0}',
      '{"paymentId":"117; drop","operationCode":0}',
    ]
    bodies.forEach((body, index) => {
      world.queue.put(body, `g${index}`)
    })
    world.ask(apply('r1'))
    const { answer } = await world.deliver()
    expect(answer.batchItemFailures).toEqual([])
    expect(world.letters.map(({ body }) => body)).toEqual(bodies)
    expect(world.letters.map(({ attributes }) => attributes['errorCode'])).toEqual(
      bodies.map(() => 'INVALID_REQUEST'),
    )
    expect(world.letters[3]?.attributes['errorMessage']).toContain('operatonCode: unknown key')
    expect(world.effects()).toEqual(['r1: apply 117'])
  })

  it('isolates a record that cannot even be read: only it and the rest of its group return', async () => {
    const world = new World()
    for (const id of [1, 2]) world.store.add(id)
    world.ask(apply('broken', 1))
    world.ask(apply('behind', 1))
    world.ask(apply('fine', 2))
    const [broken, ...others] = world.queue.receive(10)
    if (broken === undefined) throw new Error('three messages were sent')
    const batch = [{ ...broken, body: undefined as never }, ...others]
    const end = asEpochMs(world.clock.now() + 30_000)
    const answer = await world.clock.run(performBatch(world.deps, batch, end))
    const returned = answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)
    expect(returned).toEqual([broken.messageId, others[0]?.messageId])
    expect(world.effects()).toEqual(['fine: apply 2'])
    expect(world.logged.some(({ level, message }) => level === 'error' && message.includes('bug'))).toBe(true)
  })

  it('runs a group in order and groups side by side', async () => {
    const world = new World()
    for (const id of [1, 2, 3]) world.store.add(id)
    for (const id of [1, 2, 3]) world.ask(apply(`a${id}`, id))
    for (const id of [1, 2, 3]) world.ask(revert(`b${id}`, id))
    await world.deliver()
    for (const id of [1, 2, 3]) {
      expect(world.effects().filter(effect => effect.endsWith(` ${id}`))).toEqual([
        `a${id}: apply ${id}`,
        `b${id}: revert ${id}`,
      ])
    }
    // The first call of a cold container goes alone; then two of 100 ms one after the other, three payments at once.
    expect(world.clock.now() - Date.parse('2026-11-22T08:00:00.000Z')).toBe(300)
  })

  it('holds no other store up in the same batch while one is throttled', async () => {
    const world = new World()
    for (const id of [1, 2, 3, 4]) world.store.add(id)
    const api: BatchDeps['api'] = {
      call: async (call, access, timeoutMs) =>
        access.storeHash === 'busy'
          ? { certainty: 'notExecuted', meaning: 'throttled', message: 'Too many requests', waitMs: 20_000 }
          : world.store.call(call, access, timeoutMs),
    }
    const credentials: BatchDeps['credentials'] = {
      get: async storeHash => ({ usable: true, access: accessFor(storeHash, 'token-1'), version: 'v1' }),
      refresh: async () => ({ usable: false, message: 'nobody refreshes here' }),
    }
    const throttled = [1, 2].map(id => world.ask({ ...apply(`t${id}`, id), storeHash: 'busy' }))
    for (const id of [3, 4]) world.ask(apply(`a${id}`, id))
    const batch = world.queue.receive(10)
    const work = performBatch(
      { ...world.deps, api, credentials },
      batch,
      asEpochMs(world.clock.now() + 30_000),
    )
    const { batchItemFailures } = await world.clock.run(work)
    expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(throttled)
    expect(world.effects()).toEqual(['a3: apply 3', 'a4: apply 4'])
    expect(world.clock.now() - worldStart).toBe(200)
    expect(world.letters).toEqual([])
    expect(world.ledger.rows.get('busy#t1')?.entry.attempts).toBe(0)
  })

  it('tells what has ended while another payment of the batch still waits for its answer', async () => {
    const world = new World({ writes: ['slow'] })
    for (const id of [117, 118]) world.store.add(id)
    world.ask(apply('slow', 117))
    world.ask(apply('quick', 118))
    const toldAt = new Map<string, number>()
    const outcomes: BatchDeps['outcomes'] = {
      publish: async published => {
        for (const { requestId } of published) toldAt.set(requestId, world.clock.now() - worldStart)
        return published.map(() => true)
      },
    }
    const pacer = createPacer(world.deps, { reserve: 0.1, delayScale: 1 })
    pacer.learn('abc', { certainty: 'executed', meaning: 'success', message: '' })
    const batch = performBatch(
      { ...world.deps, outcomes, pacer },
      world.queue.receive(10),
      asEpochMs(worldStart + 30_000),
    )
    const answer = await world.clock.run(batch)
    expect(toldAt.get('quick')).toBe(1_000)
    expect(toldAt.get('slow')).toBeGreaterThan(10_000)
    expect(answer.batchItemFailures).toEqual([])
    expect(world.clock.sleepers).toBe(0)
  })

  it('does not wait in the batch for a store that has just kept it waiting', async () => {
    const world = new World({ writes: ['slow'] })
    world.store.add(117)
    world.ask(apply('r1'))
    await world.deliver()
    expect(world.clock.now() - worldStart).toBe(10_000)
    expect(world.store.calls).toHaveLength(1)
    await world.drain()
    expect(world.effects()).toHaveLength(1)
  })

  it('tells what ends at once, also while the bus is still slow over what ended before it', async () => {
    const world = new World({ writes: ['none', 'notSent'] })
    for (const id of [117, 118]) world.store.add(id)
    world.ask(apply('quick', 117))
    world.ask(apply('behind', 118))
    const toldAt = new Map<string, number>()
    const outcomes: BatchDeps['outcomes'] = {
      publish: async published => {
        for (const { requestId } of published) toldAt.set(requestId, world.clock.now())
        await world.clock.sleep(4_000)
        return published.map(() => true)
      },
    }
    const end = asEpochMs(worldStart + 30_000)
    const batch = performBatch({ ...world.deps, outcomes }, world.queue.receive(10), end)
    expect(await world.clock.run(batch)).toEqual({ batchItemFailures: [] })
    expect(toldAt.get('quick')).toBe(worldStart + 1_000)
    expect(toldAt.get('behind')).toBe((world.store.calls.at(-1)?.at ?? 0) + 100)
  })

  it('looks with the last free place of the window, which is its own', async () => {
    const world = new World({ writes: ['lostBefore'] })
    world.store.add(117)
    const hear = (remaining: number, resetsInMs: number) =>
      world.deps.pacer.learn('abc', {
        certainty: 'executed',
        meaning: 'success',
        message: '',
        quota: { limit: 150, remaining, resetsInMs },
      })
    hear(149, 60_000)
    world.clock.moveTo(asEpochMs(worldStart + 59_000))
    hear(148, 1_000)
    world.clock.moveTo(asEpochMs(worldStart + 60_000))
    hear(17, 60_000)
    world.ask(apply('r1'))
    await world.deliver()
    expect(world.store.calls.map(({ call }) => call.method)).toEqual(['POST', 'GET'])
  })

  it('does not blame the store for a call that was cut short by the end of the invocation', async () => {
    const world = new World({ writes: ['slow'] })
    world.store.add(117)
    world.ask(apply('r1'))
    const end = asEpochMs(worldStart + 10_500)
    await world.clock.run(performBatch(world.deps, world.queue.receive(10), end))
    expect(world.store.calls.map(({ call }) => call.method)).toEqual(['POST'])
    const later = asEpochMs(world.clock.now() + 25_000)
    expect('until' in world.deps.pacer.admit('abc', later)).toBe(false)
  })

  it('tells an outcome that the bus refused before, though its store is down by now', async () => {
    const world = new World()
    world.store.add(117)
    world.ask(apply('r1'))
    const deaf = { publish: async (outcomes: unknown[]) => outcomes.map(() => false) }
    const end = asEpochMs(worldStart + 30_000)
    await world.clock.run(performBatch({ ...world.deps, outcomes: deaf }, world.queue.receive(10), end))
    world.clock.moveTo(asEpochMs(worldStart + 20_000))
    world.deps.pacer.learn('abc', { certainty: 'unknown', meaning: 'lost', message: '' }, 10_000)
    expect((await world.deliver()).answer).toEqual({ batchItemFailures: [] })
    expect(world.outcomeOf('r1')).toMatchObject({ status: 'succeeded' })
    expect(world.store.calls).toHaveLength(1)
  })

  it('ends the doubts of a store that stays down after six hours, though each look waits for its turn', async () => {
    const slow = Array<Trouble>(5_000).fill('slow')
    const world = new World({ writes: slow, looks: slow })
    const ids = Array.from({ length: 30 }, (_, index) => index + 1)
    for (const id of ids) world.store.add(id)
    for (const id of ids) world.ask(apply(`r${id}`, id))
    const hours = (count: number) => worldStart + count * 3_600_000
    for (let deliveries = 0; deliveries < 20_000 && world.clock.now() < hours(8); deliveries += 1) {
      const next = world.queue.nextVisibleAt()
      if (next === undefined) break
      world.clock.moveTo(asEpochMs(next))
      await world.deliver()
    }
    const overdue = [...world.ledger.rows.values()].filter(
      ({ entry }) => entry.state === 'unknown' && (entry.doubtSince ?? 0) < hours(1),
    )
    expect(overdue).toEqual([])
  })

  it('leaves the payment held by a doubt that ends while its store is down, also where a crash came before the hold', async () => {
    const slow = Array<Trouble>(5_000).fill('slow')
    const world = new World({ writes: slow, looks: slow })
    const ids = Array.from({ length: 30 }, (_, index) => index + 1)
    for (const id of ids) world.store.add(id)
    for (const id of ids) world.ask(apply(`r${id}`, id))
    const ended = new Set<string>()
    const unheld: string[] = []
    for (let deliveries = 0; deliveries < 20_000 && ended.size < 20; deliveries += 1) {
      const next = world.queue.nextVisibleAt()
      if (next === undefined) break
      world.clock.moveTo(asEpochMs(next))
      // Whatever was held before this delivery, the crash of another has not held.
      world.ledger.holders.clear()
      await world.deliver()
      for (const { entry } of world.ledger.rows.values()) {
        if (entry.state !== 'inDoubt' || ended.has(entry.request.requestId)) continue
        ended.add(entry.request.requestId)
        const holders = world.ledger.holders.get(holdKeyOf(entry.request))
        if (holders?.has(entry.request.requestId) !== true) unheld.push(entry.request.requestId)
      }
    }
    expect({ unheld, ended: ended.size }).toEqual({ unheld: [], ended: expect.any(Number) })
    expect(ended.size).toBeGreaterThanOrEqual(20)
  })

  it('begins the doubt of a write that a crash has left behind, though its store is down by now', async () => {
    const slow = Array<Trouble>(50).fill('slow')
    const world = new World({ writes: slow, looks: slow })
    for (const id of [1, 2]) world.store.add(id)
    world.ask(apply('left-behind', 1))
    await world.deliver()
    const [row] = [...world.ledger.rows.values()]
    // As a worker leaves it that is killed after its intent: no doubt is on record, nothing is held.
    if (row !== undefined) {
      const { doubtSince: _, notBefore: __, sendingUntil: ___, ...rest } = row.entry
      row.entry = { ...rest, state: 'sending', hadUnknown: false, leaseUntil: world.clock.now() }
    }
    world.ledger.holders.clear()
    world.clock.moveTo(asEpochMs(world.clock.now() + 1))
    // The store is closed still: nobody calls it.
    const calls = world.store.history.length
    for (const message of world.queue.messages) message.visibleAt = 0
    await world.deliver()
    expect(await world.ledger.read('abc', 'left-behind')).toMatchObject({ state: 'unknown' })
    expect([...world.ledger.holders.values()].flatMap(held => [...held])).toEqual(['left-behind'])
    expect(world.store.history).toHaveLength(calls)
  })

  it('returns the rest of the group after a failure, and only them', async () => {
    const world = new World({
      writes: ['notSent', 'notSent', 'notSent', 'notSent', 'notSent', 'notSent', 'notSent'],
    })
    world.store.add(1)
    world.store.add(2)
    const first = world.ask(apply('a', 1))
    const second = world.ask(revert('b', 1))
    const { answer } = await world.deliver()
    expect(answer.batchItemFailures).toEqual([{ itemIdentifier: first }, { itemIdentifier: second }])
    expect(world.store.history).toEqual([])
  })

  it('keeps two requests on one payment in order even when their groups differ', async () => {
    const world = new World()
    world.store.add(117)
    world.ask(apply('a'), { groupId: 'x' })
    world.ask(revert('b'), { groupId: 'y' })
    await world.deliver()
    expect(world.effects()).toEqual(['a: apply 117', 'b: revert 117'])
  })

  it.each<[string, Trouble, string, number]>([
    ['a connection reset after the effect', 'lostAfter', 'confirmed', 1],
    ['a time-out after the effect', 'slow', 'confirmed', 1],
    ['a 502 after the effect', 'error500After', 'confirmed', 1],
    ['an HTML page after the effect', 'html', 'confirmed', 1],
    ['truncated JSON after the effect', 'truncated', 'confirmed', 1],
    ['a connection reset before the effect', 'lostBefore', 'performed', 2],
    ['a 500 before the effect', 'error500Before', 'performed', 2],
    ['a 200 with an error code', 'okWithErrorCode', 'performed', 2],
    ['a 409', 'conflict', 'performed', 2],
    ['a refused connection', 'notSent', 'performed', 1],
    ['a 429', 'throttled', 'performed', 1],
  ])('survives %s with one effect', async (_, trouble, effect, attempts) => {
    const world = new World({ writes: [trouble] })
    world.store.add(117)
    world.ask(apply('r1'))
    await world.drain()
    expect(world.effects()).toEqual(['r1: apply 117'])
    expect(world.outcomeOf('r1')).toMatchObject({ status: 'succeeded', effect, attempts })
    expect([...world.ledger.holders.values()].flatMap(holders => [...holders])).toEqual([])
  })

  it('looks before it sends again after every unknown answer', async () => {
    const world = new World({ writes: ['lostBefore', 'error500Before', 'lostBefore'] })
    world.store.add(117)
    world.ask(apply('r1'))
    await world.drain()
    expect(world.store.calls.map(({ call }) => call.method)).toEqual([
      'POST',
      'GET',
      'POST',
      'GET',
      'POST',
      'GET',
      'POST',
    ])
    expect(world.outcomeOf('r1')).toMatchObject({ status: 'succeeded', effect: 'performed', attempts: 4 })
  })

  it('gives up after five attempts that were proven without effect', async () => {
    const world = new World({ writes: Array<Trouble>(9).fill('error500Before') })
    world.store.add(117)
    world.ask(apply('r1'))
    await world.drain()
    expect(world.store.history).toEqual([])
    expect(world.outcomeOf('r1')).toMatchObject({
      status: 'failed',
      effect: 'none',
      attempts: 5,
      error: { code: 'RETRIES_EXHAUSTED', httpStatus: 500 },
    })
    expect(world.letters[0]?.attributes).toMatchObject({
      errorCode: 'RETRIES_EXHAUSTED',
      attempts: '5',
      requestId: 'r1',
    })
  })

  it('calls it in doubt when somebody touched the payment meanwhile, and blocks the next write on it', async () => {
    const world = new World({ writes: ['lostBefore'] })
    world.store.add(117)
    world.ask(apply('r1'))
    const delivery = world.deliver()
    await world.clock.runUntil(() => world.store.calls.length === 1)
    await world.clock.step()
    world.store.byHand(117, { processingStatus: 3 })
    await delivery
    await world.drain()
    expect(world.outcomeOf('r1')).toMatchObject({
      status: 'inDoubt',
      effect: 'unknown',
      error: { code: 'IN_DOUBT' },
    })
    world.ask(revert('r2'))
    await world.drain()
    expect(world.outcomeOf('r2')).toMatchObject({
      status: 'failed',
      effect: 'none',
      attempts: 0,
      error: { code: 'BLOCKED_BY_DOUBT' },
    })
    expect(world.letters.map(({ attributes }) => attributes['errorCode'])).toEqual([
      'IN_DOUBT',
      'BLOCKED_BY_DOUBT',
    ])
    expect(world.store.history.filter(({ by }) => by !== 'a person')).toEqual([])
  })

  it('stops the request behind a doubt in the very same batch', async () => {
    const world = new World({ writes: ['lostAfter'] })
    world.store.add(117)
    world.ask({ requestId: 'r1', paymentId: 117, operationCode: 3 })
    world.ask(apply('r2'))
    await world.drain()
    expect(world.effects()).toEqual(['r1: three 117'])
    expect(world.outcomeOf('r2')).toMatchObject({
      status: 'failed',
      attempts: 0,
      error: { code: 'BLOCKED_BY_DOUBT' },
    })
  })

  it('does not send again what is proven not executed while another request holds the payment in doubt', async () => {
    const world = new World({ writes: ['lostBefore'], looks: Array<Trouble>(4).fill('error500Before') })
    world.store.add(117)
    world.ask(apply('r1'))
    await world.deliver()
    const mine = world.ledger.rows.get('abc#r1')
    if (mine === undefined) throw new Error('r1 is in the ledger')
    const ending = { effect: 'unknown' as const, completedAt: world.clock.now() }
    const request = { ...mine.entry.request, requestId: 'r0' }
    world.ledger.rows.set('abc#r0', { ...mine, entry: { ...mine.entry, request, state: 'inDoubt', ending } })
    await world.ledger.holdPayment('abc#payment:117', 'r0')
    await world.drain()
    expect(world.effects()).toEqual([])
    expect(world.outcomeOf('r1')).toMatchObject({
      status: 'failed',
      effect: 'none',
      attempts: 1,
      error: { code: 'BLOCKED_BY_DOUBT' },
    })
  })

  it('never repeats operation 3 after an unknown answer', async () => {
    const world = new World({ writes: ['lostAfter'] })
    world.store.add(117)
    world.ask({ requestId: 'r1', paymentId: 117, operationCode: 3 })
    await world.drain()
    expect(world.effects()).toEqual(['r1: three 117'])
    expect(world.outcomeOf('r1')).toMatchObject({ status: 'inDoubt', error: { code: 'IN_DOUBT' } })
  })

  it('finds what a 400 refuses done already, or says that it is not allowed', async () => {
    const world = new World()
    world.store.add(117, { appliedStatus: 1 })
    world.store.add(119, { processingStatus: 1 })
    world.ask(apply('r1', 117))
    world.ask(apply('r2', 119))
    await world.drain()
    expect(world.outcomeOf('r1')).toMatchObject({ status: 'succeeded', effect: 'alreadyDone' })
    expect(world.outcomeOf('r2')).toMatchObject({
      status: 'failed',
      error: { code: 'OPERATION_NOT_ALLOWED', httpStatus: 400 },
    })
  })

  it('calls a payment that does not exist not found, and a delete of it too', async () => {
    const world = new World()
    world.ask(apply('r1', 999))
    world.ask({ requestId: 'r2', type: 'deletePayment', paymentId: 998 })
    await world.drain()
    expect(world.outcomeOf('r1')).toMatchObject({
      status: 'failed',
      error: { code: 'PAYMENT_NOT_FOUND', httpStatus: 404 },
    })
    expect(world.outcomeOf('r2')).toMatchObject({ status: 'failed', error: { code: 'PAYMENT_NOT_FOUND' } })
  })

  it('confirms a delete whose answer was lost', async () => {
    const world = new World({ writes: ['lostAfter'] })
    world.store.add(117)
    world.ask({ requestId: 'r1', type: 'deletePayment', paymentId: 117 })
    await world.drain()
    expect(world.outcomeOf('r1')).toMatchObject({ status: 'succeeded', effect: 'confirmed' })
  })

  it('adopts the one payment that a lost create made, near-miss ids and a lagging list notwithstanding', async () => {
    const world = new World({ writes: ['lostAfter'], listLagMs: 3_000 })
    world.store.add(1, { externalId: 'A-10' })
    const payment = {
      lineItems: [{ invoiceId: 13, amount: '20.00' }],
      currency: 'USD',
      details: { memo: 'cheque' },
      customerId: '113',
      externalId: 'A-1',
    }
    world.ask({ requestId: 'r1', type: 'createOfflinePayment', payment })
    await world.drain()
    expect(world.effects()).toEqual(['r1: create 9001'])
    expect(world.outcomeOf('r1')).toMatchObject({
      status: 'succeeded',
      effect: 'confirmed',
      paymentId: 9001,
      attempts: 1,
    })
  })

  it('creates again only after a list that is empty of it 30 s after the sending', async () => {
    const world = new World({ writes: ['lostBefore'] })
    const payment = {
      lineItems: [{ invoiceId: 13, amount: '20.00' }],
      currency: 'USD',
      details: {},
      customerId: '113',
    }
    world.ask({ requestId: 'r1', type: 'createOfflinePayment', payment })
    await world.drain()
    const writes = world.store.calls.filter(({ call }) => call.method === 'POST').map(({ at }) => at)
    expect(writes).toHaveLength(2)
    expect((writes[1] ?? 0) - (writes[0] ?? 0)).toBeGreaterThanOrEqual(30_000)
    expect(world.outcomeOf('r1')).toMatchObject({
      status: 'succeeded',
      effect: 'performed',
      paymentId: 9001,
      attempts: 2,
    })
  })

  const cheque = (requestId: string, externalId: string) => ({
    requestId,
    type: 'createOfflinePayment',
    payment: {
      lineItems: [{ invoiceId: 13, amount: '20.00' }],
      currency: 'USD',
      details: {},
      customerId: '113',
      externalId,
    },
  })

  it('finds the payment of a lost create beyond the first page, however short the pages are', async () => {
    const world = new World({ writes: ['lostAfter'], listLagMs: 0 })
    world.store.pageMax = 10
    for (let id = 1; id <= 10; id += 1) world.store.add(id, { externalId: `PO-1${id}` })
    world.ask(cheque('r1', 'PO-1'))
    await world.drain()
    expect(world.effects()).toEqual(['r1: create 9001'])
    expect(world.outcomeOf('r1')).toMatchObject({ status: 'succeeded', effect: 'confirmed', paymentId: 9001 })
  })

  it('never creates again while the list holds a payment of that name made about then', async () => {
    const world = new World({ writes: ['lostAfter'], listLagMs: 0 })
    world.store.writesBehindMs = 3_000
    world.ask(cheque('r1', 'PO-1'))
    await world.drain()
    expect(world.effects()).toEqual(['r1: create 9001'])
    expect(world.outcomeOf('r1')).toMatchObject({ status: 'inDoubt', error: { code: 'IN_DOUBT' } })
  })

  it('does not adopt the payment that another request made under the same externalId', async () => {
    const world = new World({ writes: ['none', 'lostBefore'], listLagMs: 0 })
    world.ask(cheque('a', 'PO-1'))
    world.ask(cheque('b', 'PO-1'))
    await world.drain()
    expect(world.effects()).toEqual(['a: create 9001', 'b: create 9002'])
    expect(world.outcomeOf('b')).toMatchObject({ effect: 'performed', paymentId: 9002, attempts: 2 })
  })

  it('does not count refused tokens into the five attempts', async () => {
    const world = new World()
    world.store.add(117)
    world.store.token = 'token-2'
    world.ask(apply('r1'))
    for (let delivery = 0; delivery < 8; delivery += 1) {
      const next = world.queue.nextVisibleAt()
      if (next !== undefined) world.clock.moveTo(asEpochMs(next))
      await world.deliver()
    }
    world.secret = { token: 'token-2', version: 'v2' }
    let writes = 0
    world.store.settings.trouble = call =>
      call.method !== 'GET' && writes++ === 1 ? 'error500Before' : 'none'
    await world.drain()
    expect(world.outcomeOf('r1')).toMatchObject({ status: 'succeeded', effect: 'performed' })
  })

  it('blocks on a doubt that nobody looks at any more, once its six hours are over', async () => {
    const world = new World({ writes: ['lostBefore'], looks: Array<Trouble>(50).fill('error500Before') })
    world.store.add(117)
    world.ask(apply('r1'))
    await world.deliver()
    world.queue.messages.splice(0)
    world.ask(revert('r2'))
    await world.drain()
    expect(world.outcomeOf('r2')).toMatchObject({ status: 'failed', error: { code: 'BLOCKED_BY_DOUBT' } })
    expect(world.clock.now() - Date.parse('2026-11-22T08:00:00.000Z')).toBeGreaterThan(6 * 3_600_000)
  })

  it.each([0, 900, 3_000])(
    'says nothing false of an apply that took effect where updatedAt is %i ms behind Date',
    async behindMs => {
      const world = new World({
        writes: ['lostAfter', 'lostBefore', 'lostBefore', 'lostBefore', 'lostBefore'],
      })
      world.store.writesBehindMs = behindMs
      world.store.add(117)
      world.ask(apply('r1'))
      await world.drain()
      expect(world.effects()).toEqual(['r1: apply 117'])
      expect(world.outcomeOf('r1')).toMatchObject({ status: 'succeeded', attempts: 1 })
    },
  )

  it('sends nothing again where the wanted state stood there before, and calls it already done', async () => {
    const world = new World({ writes: ['lostBefore'] })
    world.store.add(117, { appliedStatus: 1 })
    world.ask(apply('r1'))
    await world.drain()
    expect(world.effects()).toEqual([])
    expect(world.outcomeOf('r1')).toMatchObject({ status: 'succeeded', effect: 'alreadyDone', attempts: 1 })
  })

  it('goes on with a rotated token without dropping a request', async () => {
    const world = new World()
    world.store.add(117)
    world.ask(apply('r1'))
    await world.drain()
    world.store.token = 'token-2'
    world.secret = { token: 'token-2', version: 'v2' }
    world.ask(revert('r2'))
    await world.drain()
    expect(world.outcomeOf('r2')).toMatchObject({ status: 'succeeded', effect: 'performed' })
    expect(world.letters).toEqual([])
  })

  it('holds a store whose token is refused: few probes in an hour, then the dead-letter queue', async () => {
    const world = new World()
    for (let id = 1; id <= 20; id += 1) world.store.add(id)
    world.store.token = 'another'
    for (let id = 1; id <= 20; id += 1) world.ask(apply(`r${id}`, id))
    await world.drain(5_000)
    expect(world.store.history).toEqual([])
    expect(world.letters).toHaveLength(20)
    expect(new Set(world.letters.map(({ attributes }) => attributes['errorCode']))).toEqual(
      new Set(['CREDENTIALS_REJECTED']),
    )
    const spanMs =
      Math.max(...world.store.calls.map(({ at }) => at)) - Math.min(...world.store.calls.map(({ at }) => at))
    expect(spanMs).toBeGreaterThan(30 * 60_000)
    expect(world.store.calls.length).toBeLessThanOrEqual(10 + 12)
  })

  it('lets waiting requests through when a missing secret arrives within the hour', async () => {
    const world = new World()
    world.store.add(117)
    world.secret = undefined
    world.ask(apply('r1'))
    await world.deliver()
    expect(world.queue.messages).toHaveLength(1)
    world.secret = { token: 'token-1', version: 'v1' }
    await world.drain()
    expect(world.outcomeOf('r1')).toMatchObject({ status: 'succeeded', effect: 'performed', attempts: 1 })
  })

  it('tries a redriven request that failed without effect afresh, and never one that took effect', async () => {
    const world = new World()
    world.ask(apply('r1'))
    await world.drain()
    const letter = world.letters[0]
    world.store.add(117)
    world.queue.put(letter?.body ?? '', 'abc:117', letter?.attributes)
    await world.drain()
    expect(world.outcomeOf('r1')).toMatchObject({ status: 'succeeded', effect: 'performed' })
    world.queue.put(letter?.body ?? '', 'abc:117', letter?.attributes)
    await world.drain()
    expect(world.effects()).toEqual(['r1: apply 117'])
  })

  it('settles two doubts on one payment whose requests came by different groups', async () => {
    const world = new World({ writes: ['lostBefore', 'lostBefore'] })
    world.store.add(117)
    world.ask(apply('a'), { groupId: 'x' })
    world.ask(
      { requestId: 'b', type: 'updateProcessingStatus', paymentId: 117, processingStatus: 2 },
      { groupId: 'y' },
    )
    await world.drain(50)
    expect(world.outcomeOf('a')).toMatchObject({ status: 'succeeded' })
    expect(world.outcomeOf('b')).toMatchObject({ status: 'succeeded' })
  })

  it('lets a doubt be looked at though the request before it in the batch waits for just that', async () => {
    const world = new World({ writes: ['lostBefore'], looks: ['lostBefore'] })
    world.store.add(117)
    world.ask(apply('in-doubt'), { groupId: 'x' })
    await world.deliver()
    world.ask(revert('waits'), { groupId: 'y' })
    const [first] = world.queue.messages.splice(0, 1)
    if (first !== undefined) world.queue.messages.push(first)
    await world.drain(50)
    expect(world.outcomeOf('in-doubt')).toMatchObject({ status: 'succeeded' })
    expect(world.outcomes.map(({ requestId }) => requestId)).toEqual(
      expect.arrayContaining(['waits', 'in-doubt']),
    )
  })

  it.each([-10_000, -1_241, 0, 900, 10_000])(
    'takes its own effect for done where the clock of the store is off by %i ms',
    async clockOffsetMs => {
      const world = new World({ writes: ['lostAfter'], clockOffsetMs })
      world.store.add(117)
      world.ask(apply('r1'))
      await world.drain()
      expect(world.effects()).toEqual(['r1: apply 117'])
      expect(world.outcomeOf('r1')).toMatchObject({ status: 'succeeded', effect: 'confirmed', attempts: 1 })
    },
  )

  it('takes the key of a redrive from its attribute where the body has none', async () => {
    const world = new World()
    world.ask({ paymentId: 117, operationCode: 0 }, { id: 'dedup-1' })
    await world.drain()
    world.store.add(117)
    const letter = world.letters[0]
    world.queue.put(letter?.body ?? '', 'abc:117', letter?.attributes, 'another-dedup-id')
    await world.drain()
    expect(world.outcomeOf('dedup-1')).toMatchObject({ status: 'succeeded' })
    expect(world.ledger.rows.size).toBe(1)
  })
})
