import { describe, expect, it } from '@jest/globals'
import type { Outcome } from '../../lib/core/outcome.js'
import type { DeadLetter } from '../../lib/engine/ports.js'
import { World } from '../support/world.js'

const apply = (requestId: string, paymentId: number) => ({ requestId, paymentId, operationCode: 0 })

describe('telling a batch', () => {
  it('returns only the message whose outcome the bus did not take, and the rest of its group', async () => {
    const world = new World()
    for (const id of [1, 2]) world.store.add(id)
    const refused = world.ask(apply('a', 1))
    const behind = world.ask({ requestId: 'b', paymentId: 1, operationCode: 1 })
    world.ask(apply('c', 2))
    const publish = world.deps.outcomes.publish
    world.deps.outcomes.publish = async outcomes =>
      (await publish(outcomes)).map((_, index) => outcomes[index]?.requestId !== 'a')
    const { answer } = await world.deliver()
    expect(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual([refused, behind])
    world.deps.outcomes.publish = publish
    await world.drain()
    expect(world.effects()).toEqual(['a: apply 1', 'c: apply 2', 'b: revert 1'])
  })

  it('acknowledges a failure only after the dead-letter queue took it', async () => {
    const world = new World()
    const id = world.ask(apply('a', 999))
    const send = world.deps.deadLetters.send
    world.deps.deadLetters.send = async (letters: DeadLetter[]) => letters.map(() => false)
    const { answer } = await world.deliver()
    expect(answer.batchItemFailures).toEqual([{ itemIdentifier: id }])
    world.deps.deadLetters.send = send
    await world.drain()
    expect(world.letters).toHaveLength(1)
    expect(world.outcomeOf('a')).toMatchObject({ status: 'failed', error: { code: 'PAYMENT_NOT_FOUND' } })
  })

  it('takes a throw of the bus for not told, and loses nothing', async () => {
    const world = new World()
    world.store.add(1)
    world.ask(apply('a', 1))
    const publish = world.deps.outcomes.publish
    world.deps.outcomes.publish = async (_: Outcome[]) => {
      throw new Error('the bus is gone')
    }
    const { answer } = await world.deliver()
    expect(answer.batchItemFailures).toHaveLength(1)
    world.deps.outcomes.publish = publish
    await world.drain()
    expect(world.effects()).toEqual(['a: apply 1'])
    expect(world.outcomes).toHaveLength(1)
  })

  it('sends the dead letter of a failure once, however often the request is repeated', async () => {
    const world = new World()
    world.ask(apply('a', 999))
    await world.drain()
    world.ask(apply('a', 999))
    await world.drain()
    expect(world.letters).toHaveLength(1)
    expect(world.outcomes).toHaveLength(2)
  })
})
