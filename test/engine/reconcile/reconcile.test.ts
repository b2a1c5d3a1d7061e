import { describe, expect, it } from '@jest/globals'
import { Unavailable } from '../../../lib/core/errors.js'
import { plantedKinds } from '../../support/planted-kinds.js'
import { paymentOf, plant } from '../../support/planted-world.js'
import { allRules, gist, perform, SweepWorld } from '../../support/sweep-world.js'

const reported = [
  'completedNotApplied 11 - reported - -',
  'refundedStillApplied 12 - reported - -',
  'orderStale 13 - reported - -',
  'ledgerAheadOfStore 14 applied-14 reported - -',
  'completedNotApplied 21 - reported - -',
  'duplicateExternalId 19 - reported - -',
  'leftBehind 17 left-17 reported - -',
  'neverAttempted 18 never-18 reported - -',
  'doubtSettled 15 doubt-15 reported - the store shows that it was executed',
  'doubtOpen 16 doubt-16 reported - nothing in the store shows whether operation 3 was carried out',
  'doubtSettled 21 doubt-21 reported - the store shows that it was not executed',
  'paymentGone 9999 gone-9999 reported - -',
]

describe('reconcile', () => {
  it('finds everything that was planted, and nothing else', async () => {
    const world = new SweepWorld()
    plant(world)
    const report = await world.pass()
    expect(gist(report)).toEqual(reported)
    expect(report.stores).toMatchObject([
      { storeHash: 'abc', mode: 'full', complete: true, reached: true, payments: 600, apiCalls: 3 + 3 },
    ])
    expect(new Set(report.stores[0]?.findings.map(({ kind }) => kind)).size).toBe(plantedKinds.length)
  })

  it('tells the bus the counts once, and the log each finding', async () => {
    const world = new SweepWorld()
    plant(world)
    await world.pass()
    expect(world.told).toMatchObject([
      { dryRun: false, stores: 1, payments: 600, complete: true, acted: { reported: 12, enqueued: 0 } },
    ])
    expect(world.world.logged.filter(({ message }) => message === 'finding')).toHaveLength(12)
  })

  it('changes nothing in a dry run, whatever the rules, and says what it would do', async () => {
    const world = new SweepWorld()
    plant(world)
    const before = world.snapshot()
    const report = await world.pass({ dryRun: true, rules: allRules })
    expect(world.snapshot()).toBe(before)
    expect(report.dryRun).toBe(true)
    const acted = report.stores[0]?.findings.map(finding => finding.acted)
    expect(acted).toContain('wouldEnqueue')
    expect(acted).toContain('wouldSettle')
    expect(acted).not.toContain('enqueued')
    const wet = await world.pass({ rules: allRules })
    const would = gist(report).map(line =>
      line.replace('wouldEnqueue', 'enqueued').replace('wouldSettle', 'settled'),
    )
    expect(gist(wet)).toEqual(would)
  })

  it('resolves what the rules allow, so that a second pass finds none of it', async () => {
    const world = new SweepWorld()
    plant(world)
    const first = await world.pass({ rules: allRules })
    expect(gist(first).filter(line => /enqueued|settled|refused/.test(line))).toEqual([
      `completedNotApplied 11 - enqueued reconcile:completedNotApplied:11:${paymentOf(world.store, 11).updatedAt} -`,
      `refundedStillApplied 12 - enqueued reconcile:refundedStillApplied:12:${paymentOf(world.store, 12).updatedAt} -`,
      `orderStale 13 - enqueued reconcile:orderStale:13:${paymentOf(world.store, 13).updatedAt} -`,
      `completedNotApplied 21 - enqueued reconcile:completedNotApplied:21:${paymentOf(world.store, 21).updatedAt} -`,
      'leftBehind 17 left-17 enqueued left-17 -',
      'neverAttempted 18 never-18 enqueued never-18 -',
      'doubtSettled 15 doubt-15 settled - the store shows that it was executed',
      'doubtSettled 21 doubt-21 settled - the store shows that it was not executed',
    ])
    await world.drain()
    expect([...world.store.effects].sort()).toEqual(['0 on 11', '0 on 17', '0 on 21', '1 on 12', '2 on 13'])
    world.clock.moveTo(world.ago(-120_000))
    world.letters.length = 0
    const second = await world.pass({ rules: allRules })
    expect(gist(second).map(line => line.split(' ').slice(0, 4).join(' '))).toEqual([
      'ledgerAheadOfStore 14 applied-14 reported',
      'duplicateExternalId 19 - reported',
      'doubtOpen 16 doubt-16 reported',
      'paymentGone 9999 gone-9999 reported',
    ])
  })

  it('tells the outcome of a doubt that it settles, and lets its payment go', async () => {
    const world = new SweepWorld()
    plant(world)
    await world.pass({ rules: allRules })
    expect(world.world.outcomeOf('doubt-15')).toMatchObject({ status: 'succeeded', effect: 'confirmed' })
    expect(world.world.outcomeOf('doubt-21')).toMatchObject({
      status: 'failed',
      effect: 'none',
      error: { code: 'IN_DOUBT' },
    })
    expect([...(world.world.ledger.holders.get('abc#payment:15') ?? [])]).toEqual([])
    expect([...(world.world.ledger.holders.get('abc#payment:16') ?? [])]).toEqual(['doubt-16'])
  })

  it('finds nothing of a store that answers 503 throughout, and says so', async () => {
    const world = new SweepWorld()
    plant(world)
    world.letters.length = 0
    world.world.ledger.rows.delete('abc#left-17')
    world.store.down = 503
    const report = await world.pass({ rules: allRules })
    expect(report.stores).toMatchObject([
      { reached: false, complete: false, unreachedWhy: 'HTTP 503: Service Unavailable', findings: [] },
    ])
    expect(world.told).toMatchObject([{ storesNotReached: 1, complete: false }])
  })

  it('reports of a store out of reach what needs no look at it', async () => {
    const world = new SweepWorld()
    plant(world)
    world.store.down = 503
    expect(gist(await world.pass())).toEqual([
      'leftBehind 17 left-17 reported - -',
      'neverAttempted 18 never-18 reported - -',
    ])
  })

  it('leaves a store alone that somebody else sweeps', async () => {
    const world = new SweepWorld()
    plant(world)
    const [one, other] = await Promise.all([world.pass({ rules: allRules }), world.pass({ rules: allRules })])
    expect(one.stores).toMatchObject([{ complete: true, reached: true }])
    expect(other.stores).toMatchObject([{ busy: true, findings: [] }])
    expect(world.world.queue.messages).toHaveLength(6)
  })

  it('gives a store up that another pass has taken over meanwhile, and does nothing twice', async () => {
    const world = new SweepWorld()
    plant(world)
    const { store } = world
    let other: ReturnType<SweepWorld['pass']> | undefined
    const api: typeof world.deps.api = {
      call: async (...call) => {
        const answer = await store.call(call[0])
        if (store.lists !== 2 || other !== undefined) return answer
        // The container was frozen until its lease was over.
        world.clock.moveTo(world.ago(-10 * 60_000))
        other = world.pass({ rules: allRules })
        await other
        return answer
      },
    }
    const frozen = await world.pass({ rules: allRules }, { ...world.deps, api })
    expect(frozen.stores).toMatchObject([{ busy: true, findings: [] }])
    expect((await other)?.stores).toMatchObject([{ complete: true, payments: 600 }])
    await world.drain()
    expect([...store.effects].sort()).toEqual(['0 on 11', '0 on 17', '0 on 21', '1 on 12', '2 on 13'])
  })

  it('settles a create by the list, and tells which payment it made', async () => {
    const world = new SweepWorld()
    const money = { total: { code: 'USD', value: '20.0000' }, customerId: '7', externalId: 'B-7' }
    const lineItems = [{ invoiceId: 1117, amount: { code: 'USD', value: '20.0000' } }]
    const createdAt = Math.floor(world.ago(600_000) / 1000)
    world.store.add(77, { ...money, lineItems, createdAt, updatedAt: createdAt })
    const lost = { lineItems: [{ invoiceId: 1117, amount: '20' }], currency: 'USD', customerId: '7' }
    world.doubt({
      requestId: 'create-77',
      storeHash: 'abc',
      type: 'createOfflinePayment',
      payment: { ...lost, details: {}, externalId: 'B-7' },
    })
    expect(gist(await world.pass({ rules: allRules }))).toEqual([
      'doubtSettled 77 create-77 settled - the store shows that it was executed',
    ])
    expect(world.world.outcomeOf('create-77')).toMatchObject({
      status: 'succeeded',
      effect: 'confirmed',
      paymentId: 77,
    })
  })

  it('has a settled doubt that was not executed tried afresh by a redrive of its dead letter', async () => {
    const world = new SweepWorld()
    plant(world)
    await world.pass({ rules: { ...allRules, completedNotApplied: 'report' } })
    const failed = world.world.ledger.rows.get('abc#doubt-21')?.entry
    expect(failed).toMatchObject({ state: 'failed', deadLetter: 'sent' })
    world.world.queue.messages.length = 0
    const attributes = { errorCode: 'IN_DOUBT', failedAt: '2026-11-22T07:50:00.000Z', requestId: 'doubt-21' }
    world.world.ask({ ...perform('doubt-21', 21) }, { attributes })
    await world.drain()
    expect(world.store.effects).toEqual(['0 on 21'])
    expect(world.world.outcomeOf('doubt-21')).toMatchObject({ status: 'succeeded', effect: 'performed' })
  })

  it('stops before its deadline and goes on from there', async () => {
    const world = new SweepWorld()
    plant(world)
    const first = await world.pass({ invocationEnd: world.ago(-13_060) })
    expect(first.stores).toMatchObject([{ complete: false, reached: true, findings: [] }])
    const listed = world.store.lists
    expect(listed).toBeLessThan(3)
    const second = await world.pass()
    expect(gist(second)).toEqual(reported)
    expect(world.store.lists).toBe(3)
  })

  it('counts what it cannot read, and finds the rest', async () => {
    const world = new SweepWorld()
    plant(world)
    world.store.broken = [null, { id: 700 }]
    const report = await world.pass()
    expect(report.stores).toMatchObject([{ complete: true, unreadable: 2, payments: 600 }])
    expect(gist(report)).toEqual(reported)
  })

  it('looks at ten thousand payments with one call for each 249, and one for each finding that needs a look', async () => {
    const world = new SweepWorld()
    for (let id = 1; id <= 10_000; id += 1)
      world.store.add(id, id % 100 === 0 ? { processingStatus: 3, allowedOperations: [0] } : {})
    world.succeeded(perform('gone', 20_000))
    const report = await world.pass()
    expect(report.stores).toMatchObject([{ payments: 10_000, complete: true }])
    expect(report.stores[0]?.findings).toHaveLength(101)
    expect(world.store.lists).toBe(41)
    expect(world.store.calls).toHaveLength(42)
  })

  it('lets a doubt that is not settled stop what a rule would ask of its payment', async () => {
    const world = new SweepWorld()
    plant(world)
    const report = await world.pass({ rules: { ...allRules, doubtSettled: 'report' } })
    expect(gist(report)).toContain(
      'completedNotApplied 21 - refused - request doubt-21 on this payment is in doubt',
    )
  })

  it('asks once for the same finding: later it says what became of it', async () => {
    const world = new SweepWorld()
    world.store.add(11, { processingStatus: 3, allowedOperations: [0] })
    await world.pass({ rules: allRules })
    // Refused by then, and nothing of the payment has changed.
    world.store.add(11, { ...paymentOf(world.store, 11), allowedOperations: [] })
    await world.drain()
    world.clock.moveTo(world.ago(-120_000))
    expect(gist(await world.pass({ rules: allRules }))).toEqual([
      'completedNotApplied 11 - refused - already asked for: failed',
    ])
    expect(world.world.queue.messages).toEqual([])
  })

  it('asks for nothing that the store does not allow', async () => {
    const world = new SweepWorld()
    world.store.add(11, { processingStatus: 3, allowedOperations: [3] })
    expect(gist(await world.pass({ rules: allRules }))).toEqual([
      'completedNotApplied 11 - refused - the store does not allow operation 0 now',
    ])
  })

  it('leaves to people what somebody reverted on purpose', async () => {
    const world = new SweepWorld()
    world.store.add(11, { processingStatus: 3, allowedOperations: [0] })
    world.succeeded(perform('reverted', 11, 1))
    expect(gist(await world.pass({ rules: allRules }))).toEqual([
      'completedNotApplied 11 reverted refused - request reverted reverted it; a person has to decide',
    ])
  })

  it('says nothing of a payment that is being worked on, or was a moment ago', async () => {
    const world = new SweepWorld()
    world.store.add(11, { processingStatus: 3, allowedOperations: [0] })
    world.put(world.entry(perform('now', 11), 1_000))
    world.store.add(12, { processingStatus: 3, allowedOperations: [0] })
    world.succeeded(perform('young', 12), 30_000)
    expect(gist(await world.pass())).toEqual([])
  })

  it('holds a finding against the ledger as it is when the page has come, not as it was before', async () => {
    const world = new SweepWorld()
    world.store.add(11, { processingStatus: 3, appliedStatus: 0, allowedOperations: [0] })
    world.succeeded(perform('applied', 11))
    const { listEntries } = world.deps.ledger
    const ledger = {
      ...world.deps.ledger,
      listEntries: async (...asked: Parameters<typeof listEntries>) => {
        const page = await listEntries(...asked)
        // Meanwhile somebody reverts it.
        world.succeeded(perform('reverted', 11, 1), 0)
        return page
      },
    }
    expect(gist(await world.pass({}, { ...world.deps, ledger }))).toEqual([])
  })

  it('does not miss a payment that moved up because another was deleted between two pages', async () => {
    const world = new SweepWorld()
    for (let id = 1; id <= 500; id += 1) world.store.add(id)
    world.store.add(250, { processingStatus: 3, allowedOperations: [0] })
    const { store } = world
    const api: typeof world.deps.api = {
      call: async (...call) => {
        const answer = await store.call(call[0])
        if (store.lists === 1) store.payments.delete(1)
        return answer
      },
    }
    const report = await world.pass({}, { ...world.deps, api })
    expect(gist(report)).toEqual(['completedNotApplied 250 - reported - -'])
    expect(report.stores).toMatchObject([{ payments: 500 }])
  })

  it('reads again what failed for a moment, and finds what is there', async () => {
    const world = new SweepWorld()
    world.store.add(11, { processingStatus: 3, allowedOperations: [0] })
    const { store } = world
    const api: typeof world.deps.api = {
      call: async (...call) => {
        store.down = store.calls.length < 2 ? 502 : undefined
        return store.call(call[0])
      },
    }
    const report = await world.pass({}, { ...world.deps, api })
    expect(report.stores).toMatchObject([{ complete: true, reached: true, apiCalls: 3 }])
    expect(gist(report)).toEqual(['completedNotApplied 11 - reported - -'])
  })

  it('reports the other stores when the ledger gives way over one', async () => {
    const world = new SweepWorld()
    world.store.add(11, { processingStatus: 3, allowedOperations: [0] })
    const ledger = {
      ...world.deps.ledger,
      readHolds: async (...asked: [string[], string[]]) => {
        if (asked[1].includes('other')) throw new Unavailable('DynamoDB BatchGetItem failed: timeout')
        return world.deps.ledger.readHolds(...asked)
      },
    }
    const report = await world.pass({ stores: ['other', 'abc'] }, { ...world.deps, ledger })
    expect(report.stores).toMatchObject([
      { storeHash: 'other', complete: false, unreachedWhy: 'DynamoDB BatchGetItem failed: timeout' },
      { storeHash: 'abc', complete: true, findings: [{ kind: 'completedNotApplied' }] },
    ])
    expect((await world.pass({ stores: ['other'] })).stores).toMatchObject([{ complete: true }])
  })

  it('never calls a store without credentials, and says why', async () => {
    const world = new SweepWorld()
    world.store.add(11, { processingStatus: 3 })
    world.world.secret = undefined
    const before = world.snapshot()
    const report = await world.pass({ dryRun: true })
    expect(report.stores).toMatchObject([
      { reached: false, unreachedWhy: 'the secret payops/abc does not exist', findings: [], apiCalls: 0 },
    ])
    expect(world.store.calls).toEqual([])
    expect(world.snapshot()).toBe(before)
  })
})

describe('reconcile, incremental', () => {
  const sweptOnce = async () => {
    const world = new SweepWorld()
    for (let id = 1; id <= 600; id += 1) world.store.add(id)
    world.store.add(7, { processingStatus: 3, allowedOperations: [0] })
    await world.pass({ mode: 'auto' })
    world.clock.moveTo(world.ago(-15 * 60_000))
    world.store.calls.length = 0
    return world
  }
  const change = (world: SweepWorld, id: number, agoMs: number) =>
    world.store.add(id, {
      processingStatus: 3,
      allowedOperations: [0],
      updatedAt: Math.floor(world.ago(agoMs) / 1000),
    })

  it('looks from the last change back to where the last sweep was, and finds what changed', async () => {
    const world = await sweptOnce()
    // Everything at rest has one and the same `updatedAt`, an hour old: that is where the watermark stands.
    for (const [, payment] of world.store.payments) payment.updatedAt -= 3600
    change(world, 12, 10 * 60_000)
    const report = await world.pass({ mode: 'auto' })
    expect(report.stores).toMatchObject([{ mode: 'incremental', complete: true, apiCalls: 1, payments: 1 }])
    expect(gist(report)).toEqual(['completedNotApplied 12 - reported - -'])
  })

  it('sweeps everything again after a day', async () => {
    const world = await sweptOnce()
    world.clock.moveTo(world.ago(-25 * 3_600_000))
    const report = await world.pass({ mode: 'auto' })
    expect(report.stores).toMatchObject([{ mode: 'full', complete: true, payments: 600 }])
  })

  it('comes back to a payment that it passed over because it was being worked on', async () => {
    const world = await sweptOnce()
    for (const [, payment] of world.store.payments) payment.updatedAt -= 3600
    change(world, 12, 10 * 60_000)
    change(world, 13, 1_000)
    world.put(world.entry(perform('now', 12), 1_000))
    expect(gist(await world.pass({ mode: 'auto' }))).toEqual(['completedNotApplied 13 - reported - -'])
    world.world.ledger.rows.clear()
    world.clock.moveTo(world.ago(-15 * 60_000))
    expect(gist(await world.pass({ mode: 'auto' }))).toContain('completedNotApplied 12 - reported - -')
  })

  it('is held back by a payment that waits for long no further than an hour', async () => {
    const world = await sweptOnce()
    change(world, 13, 1_000)
    change(world, 12, 30 * 3_600_000)
    world.put(world.entry(perform('waits', 12), 1_000))
    const now = world.clock.now()
    await world.pass({ mode: 'full' })
    const { watermark = 0 } = await world.checkpoints.read('abc')
    expect(now - watermark).toBeGreaterThan(3_600_000)
    expect(now - watermark).toBeLessThan(3_603_000)
  })
})
