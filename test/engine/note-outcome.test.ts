import { describe, expect, it } from '@jest/globals'
import { expectNoSentinel, sentinelToken } from '../support/sentinel.js'
import { World, type WorldSettings } from '../support/world.js'

async function aRun(settings: WorldSettings, ...requests: object[]): Promise<World> {
  const world = new World(settings)
  world.store.add(117)
  for (const request of requests) world.ask(request)
  await world.drain()
  return world
}

const apply = { requestId: 'r-1', paymentId: 117, operationCode: 0 }
const outcomesIn = ({ logged }: World) => logged.filter(({ message }) => message === 'outcome')

describe('the line and the count of an outcome', () => {
  it('come once, with the effect, for a request that is carried out', async () => {
    const world = await aRun({}, apply)
    expect(outcomesIn(world)).toMatchObject([
      { level: 'info', fields: { requestId: 'r-1', storeHash: 'abc', paymentId: 117, effect: 'performed' } },
    ])
    expect(world.logged).toHaveLength(1)
    expect([...world.metered.keys()].sort()).toEqual(['ApiLatency', 'Performed', 'Succeeded'])
    expect(world.counted('Succeeded')).toBe(1)
  })

  it('do not come again for a message that is delivered twice', async () => {
    const world = await aRun({}, apply, apply)
    expect(world.outcomes).toHaveLength(2)
    expect(outcomesIn(world)).toHaveLength(1)
    expect(world.counted('Succeeded')).toBe(1)
  })

  it('do not wait for a bus that takes the outcome only at the second delivery', async () => {
    const world = new World()
    world.store.add(117)
    const { publish } = world.deps.outcomes
    let refusals = 1
    world.deps.outcomes.publish = async outcomes => {
      refusals -= 1
      return refusals >= 0 ? outcomes.map(() => false) : publish(outcomes)
    }
    world.ask(apply)
    await world.drain()
    expect(world.outcomes).toHaveLength(1)
    expect(outcomesIn(world)).toHaveLength(1)
    expect(
      ['Succeeded', 'GroundFailures', 'Returned'].map(name => world.counted(name as 'Succeeded')),
    ).toEqual([1, 1, 1])
  })

  it('name the attempt and what became of it where an answer was lost', async () => {
    const world = await aRun({ writes: ['lostBefore'] }, apply)
    expect(world.logged.filter(({ level }) => level === 'warn')).toMatchObject([
      { fields: { requestId: 'r-1', paymentId: 117, attempt: 1, call: 'change', meaning: 'lost' } },
    ])
    expect(world.counted('LostAnswers')).toBe(1)
    expect(outcomesIn(world)).toMatchObject([{ fields: { attempts: 2, effect: 'performed' } }])
  })

  it('count a refused request as failed, under its code, and its dead letter', async () => {
    const world = await aRun({}, { paymentId: 117, operatonCode: 0 })
    expect(outcomesIn(world)).toMatchObject([{ fields: { status: 'failed', code: 'INVALID_REQUEST' } }])
    expect([world.counted('Failed'), world.counted('DeadLettered')]).toEqual([1, 1])
  })

  it('count another content under the same requestId as failed, under its code', async () => {
    const world = await aRun({}, apply, { ...apply, operationCode: 1 })
    expect(outcomesIn(world)[1]).toMatchObject({ fields: { requestId: 'r-1', code: 'IDEMPOTENCY_CONFLICT' } })
    expect([world.counted('Succeeded'), world.counted('Failed')]).toEqual([1, 1])
  })

  it('leave out what the producer says for itself', async () => {
    const world = await aRun({}, { ...apply, metadata: { note: sentinelToken } })
    expect(world.outcomes[0]?.metadata).toEqual({ note: sentinelToken })
    expectNoSentinel(world.logged)
  })
})

describe('the count of what goes back', () => {
  it('grows with each delivery of a store without credentials, as does that of the lack', async () => {
    const world = new World()
    world.secret = undefined
    world.ask(apply)
    await world.deliver()
    expect([world.counted('CredentialsMissing'), world.counted('Returned')]).toEqual([1, 1])
    expect(world.counted('CredentialsRejected')).toBe(0)
  })
})
