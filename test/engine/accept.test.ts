import { describe, expect, it } from '@jest/globals'
import type { Outcome } from '../../lib/core/outcome.js'
import { accept } from '../../lib/engine/accept.js'
import type { DeadLetter } from '../../lib/engine/ports.js'
import { instant } from '../support/fake-store.js'
import { World } from '../support/world.js'

const at = instant('2026-11-22T08:00:00.000Z')
const event = (detail: unknown) => ({ id: 'event-1', at, detail, source: 'eventbridge' as const })

describe('accept', () => {
  it('puts a valid request on the queue, in the group of its payment, deduplicated by the event', async () => {
    const world = new World()
    await accept(world.deps as never, event({ requestId: 'r1', paymentId: '117', operationCode: 0 }))
    expect(world.queue.messages).toMatchObject([
      {
        groupId: 'abc:117',
        deduplicationId: 'event-1',
        body: '{"requestId":"r1","paymentId":"117","operationCode":0}',
        attributes: { source: 'eventbridge' },
      },
    ])
  })

  it('orders a create by its externalId, and without one by the id of the event', async () => {
    const world = new World()
    const payment = {
      lineItems: [{ invoiceId: 1, amount: '1.00' }],
      currency: 'USD',
      details: {},
      customerId: '7',
    }
    await accept(
      world.deps as never,
      event({ type: 'createOfflinePayment', payment: { ...payment, externalId: 'A-1' } }),
    )
    await accept(world.deps as never, event({ type: 'createOfflinePayment', payment }))
    expect(world.queue.messages.map(({ groupId }) => groupId)).toEqual(['abc:A-1', 'abc:event-1'])
  })

  it('gives the request the key of its event where it has none, through to the outcome', async () => {
    const world = new World()
    world.store.add(117)
    await accept(world.deps as never, event({ paymentId: 117, operationCode: 0 }))
    await world.drain()
    expect(world.outcomeOf('event-1')).toMatchObject({ status: 'succeeded', effect: 'performed' })
  })

  it.each<[string, unknown]>([
    ['no object', [1]],
    ['nothing', undefined],
    ['an unknown key', { paymentId: 117, operatonCode: 0 }],
  ])('sends %s to the dead-letter queue and not on', async (_, detail) => {
    const world = new World()
    await accept(world.deps as never, event(detail))
    expect(world.queue.messages).toEqual([])
    expect(world.letters).toMatchObject([
      { attributes: { errorCode: 'INVALID_REQUEST', source: 'eventbridge' } },
    ])
  })

  it('tells the ERP of an invalid request whose store and id can be read', async () => {
    const world = new World()
    await accept(
      world.deps as never,
      event({ requestId: 'r1', storeHash: 'abc', paymentId: 117, operationCode: 9 }),
    )
    expect(world.outcomes).toMatchObject([
      { requestId: 'r1', storeHash: 'abc', status: 'failed', error: { code: 'INVALID_REQUEST' } },
    ])
  })

  it('fails, so that the event comes again, when the dead-letter queue does not take the refusal', async () => {
    const world = new World()
    const deps = {
      ...world.deps,
      deadLetters: { send: async (letters: DeadLetter[]) => letters.map(() => false) },
    }
    await expect(accept(deps as never, event({}))).rejects.toThrow(
      'neither the dead-letter queue nor the bus',
    )
  })

  it('fails when the bus does not take the outcome, and sends no dead letter before it', async () => {
    const world = new World()
    const deps = {
      ...world.deps,
      outcomes: { publish: async (outcomes: Outcome[]) => outcomes.map(() => false) },
    }
    await expect(accept(deps as never, event({ requestId: 'r1', paymentId: 1 }))).rejects.toThrow()
    expect(world.letters).toEqual([])
  })

  it.each([
    ['lists', `{"paymentId":117,"deep":${'['.repeat(50_000)}${']'.repeat(50_000)}}`],
    ['objects', `{"paymentId":117,"deep":${'{"a":'.repeat(30_000)}1${'}'.repeat(30_000)}}`],
  ])('sends %s nested deeper than JSON.stringify can write to the dead-letter queue', async (_, body) => {
    const world = new World()
    await accept(world.deps as never, event(JSON.parse(body)))
    expect(world.letters).toMatchObject([{ attributes: { errorCode: 'INVALID_REQUEST' } }])
    expect(world.letters[0]?.body === body).toBe(true)
    expect(world.outcomes).toMatchObject([{ requestId: 'event-1', status: 'failed' }])
  })

  it('escapes the two characters that JSON may hold and SQS refuses', async () => {
    const world = new World()
    const detail = { paymentId: 117, operationCode: 0, metadata: { note: 'a\uFFFEb\uFFFF' } }
    await accept(world.deps as never, event(detail))
    const body = world.queue.messages[0]?.body ?? ''
    expect(body).not.toMatch(/[\uFFFE\uFFFF]/)
    expect(JSON.parse(body)).toEqual(detail)
  })
})
