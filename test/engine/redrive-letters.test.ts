import { describe, expect, it } from '@jest/globals'
import { Unavailable } from '../../lib/core/errors.js'
import { isoTime } from '../../lib/core/outcome.js'
import { hashContent } from '../../lib/core/request.js'
import { asEpochMs } from '../../lib/core/time.js'
import type { LetterQueue } from '../../lib/engine/ports.js'
import { buryLetters as aWorld, ours } from '../support/buried-letters.js'
import { LetterWorld } from '../support/letter-world.js'
import { aFailure, anEntry, aRequest } from '../support/requests.js'

describe('redriveLetters', () => {
  it('keeps group, order and body, takes a new deduplication id and the key along', async () => {
    const world = aWorld()
    await world.redrive()
    const ofPayment = world.sent.filter(({ groupId }) => groupId === 'abc:117')
    expect(ofPayment.map(({ attributes }) => attributes['requestId'])).toEqual(['erp-1', 'erp-2', 'erp-3'])
    expect(ofPayment[0]?.body).toBe('{"paymentId":117,"operationCode":0}')
    expect(new Set(world.sent.map(({ deduplicationId }) => deduplicationId)).size).toBe(4)
    expect(world.sent.find(({ groupId }) => groupId === 'abc:118')).toMatchObject({
      body: '{"paymentId":118,"operationCode":0}',
      attributes: { requestId: 'event-1', source: 'eventbridge', errorCode: 'RETRIES_EXHAUSTED' },
    })
  })

  it("reads a producer's own errorCode as the engine does: without failedAt it is no letter of ours", async () => {
    const world = new LetterWorld()
    world.store.add(117)
    const attributes = { errorCode: 'ERP-7', errorMessage: 'of the ERP' }
    world.bury('{"paymentId":117,"operationCode":0}', { id: 'erp-1', attributes })
    expect(await world.redrive({ isNamed: () => false })).toMatchObject({
      letters: [{ verdict: 'redriven', joined: { explanation: { meaning: 'neverAttempted' } } }],
    })
    expect(world.sent[0]?.attributes).toMatchObject({ requestId: 'erp-1', errorCode: 'RETRIES_EXHAUSTED' })
    await world.drain()
    expect(world.effects()).toHaveLength(1)
  })

  it('keeps what it holds from everybody else, however slow it was asked to be', async () => {
    const world = new LetterWorld()
    for (const id of [117, 118, 119]) {
      world.store.add(id)
      world.bury(`{"paymentId":${id},"operationCode":0}`, { id: `erp-${id}`, groupId: `abc:${id}` })
    }
    const left: number[] = []
    let lowest = Number.POSITIVE_INFINITY
    const deps = {
      ...world.operatorDeps,
      letterBox: {
        ...world.letterBox,
        send: async (...sent: Parameters<typeof world.letterBox.send>) => {
          for (const { visibleAt } of world.deadLetters.messages)
            lowest = Math.min(lowest, visibleAt - world.clock.now())
          left.push(world.deadLetters.messages.length)
          await world.letterBox.send(...sent)
        },
      },
    }
    await world.redrive({ rate: 0.01 }, deps)
    expect(left).toEqual([3, 2, 1])
    expect(lowest).toBeGreaterThan(0)
  })

  it('moves only its own of a group, also when more of it are there than SQS shows at once', async () => {
    const world = new LetterWorld()
    for (let index = 0; index < 25; index += 1)
      world.bury(`{"paymentId":117,"processingStatus":${1 + (index % 2)},"type":"updateProcessingStatus"}`, {
        id: `erp-${index}`,
      })
    const report = await world.redrive({
      wants: ({ requestId }) => requestId !== 'erp-3' && requestId !== 'erp-7',
    })
    const moved = world.sent.map(({ attributes }) => Number(attributes['requestId']?.slice(4)))
    expect(moved).toEqual([...moved].sort((a, b) => a - b))
    expect(moved).toHaveLength(23)
    expect(report.letters).toHaveLength(23)
    expect(world.deadLetters.messages.map(({ deduplicationId }) => deduplicationId)).toEqual([
      'erp-3',
      'erp-7',
    ])
  })

  it('stops a group at what SQS refuses, goes on with the others, and leaves what was not taken', async () => {
    const world = aWorld()
    world.refuses = ({ attributes }) => attributes['requestId'] === 'erp-2'
    const report = await world.redrive()
    expect(report.letters.map(({ joined, verdict }) => `${joined.requestId} ${verdict}`)).toEqual([
      'erp-1 redriven',
      'erp-2 failed',
      'erp-3 failed',
      'event-1 redriven',
    ])
    expect(world.deadLetters.messages).toHaveLength(2)
  })

  it('leaves what is done or under way, and refuses what can never be carried out', async () => {
    const world = new LetterWorld()
    const request = (requestId: string) => aRequest({ requestId, storeHash: 'abc' })
    const end = { effect: 'performed' as const, completedAt: world.clock.now() }
    const done = request('done')
    await world.ledger.claim(
      anEntry({ request: done, contentHash: hashContent(done), state: 'succeeded', ending: end }),
      'w',
    )
    const underWay = request('under-way')
    await world.ledger.claim(
      anEntry({ request: underWay, leaseUntil: asEpochMs(world.clock.now() + 60_000) }),
      'w',
    )
    const failed = request('failed')
    await world.ledger.claim(aFailure({ request: failed, contentHash: hashContent(failed) }), 'w')
    for (const requestId of ['done', 'under-way', 'failed'])
      world.bury(JSON.stringify(request(requestId)), { groupId: requestId, attributes: ours })
    world.bury('{"paymentId":117,"operatonCode":0}', { groupId: 'invalid' })
    world.bury(JSON.stringify({ ...failed, operationCode: 1 }), { groupId: 'conflict' })
    const verdicts = async (isNamed: boolean) =>
      (await world.redrive({ isNamed: () => isNamed, dryRun: true })).letters.map(
        ({ joined, verdict }) => `${joined.letter.groupId} ${verdict}`,
      )
    const others = ['done left', 'under-way left']
    const never = ['invalid refused', 'conflict refused']
    expect(await verdicts(false)).toEqual([...others, 'failed refused', ...never])
    expect(await verdicts(true)).toEqual([...others, 'failed redriven', ...never])
    expect(world.sent).toEqual([])
  })

  it('tries a failure that SQS moved before its letter was written as what it is', async () => {
    const world = new LetterWorld()
    world.store.add(117)
    const request = aRequest({ requestId: 'erp-1', storeHash: 'abc' })
    const completedAt = asEpochMs(world.clock.now() - 60_000)
    const error = { code: 'RETRIES_EXHAUSTED' as const, message: 'gave up' }
    await world.ledger.claim(
      aFailure({
        request,
        contentHash: hashContent(request),
        deadLetter: 'due',
        ending: { effect: 'none', completedAt, error },
      }),
      'w',
    )
    world.bury(JSON.stringify(request))
    await world.redrive()
    expect(world.sent[0]?.attributes).toMatchObject({
      errorCode: 'RETRIES_EXHAUSTED',
      failedAt: isoTime(completedAt),
    })
    await world.drain()
    expect(world.effects()).toHaveLength(1)
  })

  it('does not move again what comes back while it runs', async () => {
    const world = aWorld()
    const [first] = world.deadLetters.messages
    let isBack = false
    await world.redrive({
      onEach: ({ joined }) => {
        if (isBack) return
        isBack = true
        const requestId = joined.requestId ?? ''
        world.bury(first?.body ?? '', {
          attributes: { ...ours, requestId, failedAt: '2026-11-22T08:00:00.000Z', attempts: '0' },
        })
      },
    })
    expect(world.sent.filter(({ attributes }) => attributes['requestId'] === 'erp-1')).toHaveLength(1)
    expect(world.deadLetters.messages).toHaveLength(1)
  })

  it('sends no faster than it is told to', async () => {
    const world = aWorld()
    const before = world.clock.now()
    await world.redrive({ rate: 2 })
    expect(world.clock.now() - before).toBe(1_500)
  })

  it('takes the key along before anything that a producer put on the message', async () => {
    const world = new LetterWorld()
    world.store.add(117)
    const attributes = Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`trace-${at}`, 'x']))
    world.bury('{"paymentId":117,"operationCode":0}', {
      id: 'erp-1',
      attributes: { ...attributes, requestId: 'another', storeHash: 'xyz' },
    })
    await world.redrive()
    const [message] = world.sent
    expect(message?.attributes).toMatchObject({
      requestId: 'erp-1',
      errorCode: 'RETRIES_EXHAUSTED',
      failedAt: expect.any(String),
    })
    expect(Object.keys(message?.attributes ?? {})).toHaveLength(10)
    await world.drain()
    expect(await world.ledger.read('abc', 'erp-1')).toMatchObject({ state: 'succeeded' })
  })

  it('sends what names no store to the one where it failed, not to the default of today', async () => {
    const world = new LetterWorld()
    world.bury('{"paymentId":117,"operationCode":0}', {
      attributes: {
        ...ours,
        failedAt: '2026-11-22T07:00:00.000Z',
        attempts: '0',
        requestId: 'erp-1',
        storeHash: 'other',
      },
    })
    await world.redrive()
    expect(world.sent).toMatchObject([{ attributes: { storeHash: 'other', requestId: 'erp-1' } }])
    await world.drain()
    expect(await world.ledger.read('abc', 'erp-1')).toBeUndefined()
  })

  it('redrives behind a doubt only where the doubt goes first', async () => {
    const world = new LetterWorld()
    world.store.add(117)
    const doubt = aRequest({ requestId: 'doubt', storeHash: 'abc', operationCode: 3 })
    const ending = { effect: 'unknown' as const, completedAt: world.clock.now() }
    await world.ledger.claim(
      anEntry({ request: doubt, contentHash: hashContent(doubt), state: 'inDoubt', ending }),
      'w',
    )
    await world.ledger.holdPayment('abc#payment:117', 'doubt')
    world.bury('{"paymentId":117,"operationCode":0,"requestId":"behind"}')
    const report = await world.redrive()
    expect(report.letters).toMatchObject([
      { verdict: 'refused', why: expect.stringContaining('the doubt of doubt') },
    ])
    expect(world.sent).toEqual([])
  })

  it('says how far it came where SQS does not answer any more', async () => {
    const world = aWorld()
    const { letterBox } = world.operatorDeps
    let receives = 0
    const deps = {
      ...world.operatorDeps,
      letterBox: {
        ...letterBox,
        receive: async (queue: LetterQueue) => {
          receives += 1
          if (receives === 2) throw new Unavailable('SQS ReceiveMessage failed: TimeoutError')
          return letterBox.receive(queue)
        },
      },
    }
    const report = await world.redrive({}, deps)
    expect(report.stoppedWhy).toContain('TimeoutError')
    expect(report.letters.map(({ verdict }) => verdict)).toEqual(['redriven', 'redriven', 'redriven'])
  })
})
