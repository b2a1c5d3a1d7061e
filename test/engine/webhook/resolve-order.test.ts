import { describe, expect, it } from '@jest/globals'
import { asEpochMs } from '../../../lib/core/time.js'
import { type ResolverDeps, resolveWebhooks } from '../../../lib/engine/webhook/resolve-webhooks.js'
import { WebhookWorld, worldStart } from '../../support/webhook-world.js'

/** What the quota and the time of one invocation do to a look. */

const aWorld = () => {
  const world = new WebhookWorld()
  world.store.add('abc', '250', 12, 117)
  return world
}

/** A delivery of what has waited its ten seconds, to an invocation that ends after `ms`. */
async function deliver(world: WebhookWorld, ms = 30_000, deps: ResolverDeps = world.resolver) {
  world.clock.moveTo(asEpochMs(Math.max(world.clock.now(), worldStart + 10_000)))
  const batch = world.intake.receive()
  const end = asEpochMs(world.clock.now() + ms)
  const { batchItemFailures } = await world.clock.run(resolveWebhooks(deps, batch, end))
  world.intake.settle(batch, batchItemFailures)
}
const watched = (world: WebhookWorld) => [...world.watches.items.values()]

describe('resolveOrder: the time of an invocation', () => {
  it('begins nothing that it has no time for, and writes nothing down', async () => {
    const world = aWorld()
    await world.hear()
    await deliver(world, 7_900)
    expect([world.store.calls, watched(world), world.intake.size]).toEqual([[], [], 1])
  })

  it('takes it for no failure that a look began late and was cut short', async () => {
    const world = aWorld()
    world.store.latencyMs = 2_500
    await world.hear()
    await deliver(world, 10_000)
    expect(world.store.calls).toHaveLength(1)
    expect(watched(world)).toMatchObject([{ failures: 0, pending: {} }])
    await world.drain()
    expect(world.store.pulls).toHaveLength(1)
  })

  it('takes it for one that a look had all of the time and came to no end', async () => {
    const world = aWorld()
    world.store.latencyMs = 9_000
    for (let invoiceId = 20; invoiceId < 24; invoiceId += 1) world.store.add('abc', '250', invoiceId)
    await world.hear()
    await deliver(world)
    expect(watched(world)).toMatchObject([{ failures: 1 }])
  })
})

describe('resolveOrder: the quota of a store', () => {
  it('takes it for no failure that it ends within a slow look', async () => {
    const world = aWorld()
    world.store.latencyMs = 6_000
    world.store.mishap = ({ path }) => (path.startsWith('/payments') ? 'throttled' : 'none')
    await world.hear()
    await deliver(world)
    expect(world.store.calls).toHaveLength(2)
    expect(watched(world)).toMatchObject([{ failures: 0 }])
  })

  it('lets webhooks come back the later the more often they came in vain', async () => {
    const world = aWorld()
    world.store.mishap = () => 'throttled'
    await world.hear()
    for (const message of world.intake.groups.get('abc:order:250') ?? []) message.receives = 99
    const random = { ...world.resolver.random, next: () => 1 }
    world.clock.moveTo(asEpochMs(worldStart + 10_000))
    await deliver(world, 30_000, { ...world.resolver, random })
    const waitMs = (world.intake.nextVisibleAt() ?? 0) - world.clock.now()
    // The window of twenty seconds and a little, and four seconds for each receive above twenty.
    expect(waitMs).toBeGreaterThanOrEqual(340_000)
    expect(waitMs).toBeLessThan(345_000)
  })

  it('keeps no place in the line before a store when it is done', async () => {
    const world = aWorld()
    const { pacer } = world.resolver
    let present = 0
    const admit: typeof pacer.admit = () => {
      present += 1
      return {
        leave: () => {
          present -= 1
        },
      }
    }
    const deps = { ...world.resolver, pacer: { ...pacer, admit } }
    await world.hear()
    await deliver(world, 30_000, deps)
    expect([world.operations.size, present]).toEqual([1, 0])
    world.store.mishap = () => 'refused'
    await world.hear()
    world.clock.moveTo(asEpochMs(world.clock.now() + 10_000))
    await deliver(world, 30_000, deps)
    expect([world.letters.length, present]).toEqual([1, 0])
  })
})

describe('resolveOrder: webhooks that are given up', () => {
  const failing = () => {
    const world = aWorld()
    world.store.mishap = ({ method }) => (method === 'GET' ? 'error500' : 'none')
    return world
  }

  it('leave the next one of their order its own hour', async () => {
    const world = failing()
    await world.hear()
    await world.drain(5_000)
    expect(world.letters).toHaveLength(1)
    await world.hear()
    for (let deliveries = 0; deliveries < 3; deliveries += 1) {
      world.clock.moveTo(asEpochMs(world.intake.nextVisibleAt() ?? 0))
      await deliver(world)
    }
    expect([world.letters.length, world.intake.size]).toEqual([1, 1])
    expect(watched(world)[0]?.failures).toBeGreaterThan(0)
  })

  it('are given up again at the next failure while the dead-letter queue does not take them', async () => {
    const world = failing()
    const refusing = { ...world.resolver, deadLetters: { send: async () => [false] } }
    await world.hear()
    for (let deliveries = 0; deliveries < 12; deliveries += 1) {
      world.clock.moveTo(asEpochMs(world.intake.nextVisibleAt() ?? 0))
      await deliver(world, 30_000, refusing)
    }
    expect(world.intake.size).toBe(1)
    world.clock.moveTo(asEpochMs(world.intake.nextVisibleAt() ?? 0))
    await deliver(world)
    expect([world.letters.length, world.intake.size]).toEqual([1, 0])
  })

  it('are those alone that the look did not answer', async () => {
    const world = aWorld()
    const longAgo = Math.floor(worldStart / 1000) - 5 * 86_400
    world.store.mishap = ({ path }) =>
      world.store.calls.length >= 2 && path.startsWith('/inv') ? 'refused' : 'none'
    const first = await world.hear({ createdAt: longAgo })
    const second = await world.hear({ createdAt: longAgo })
    await deliver(world)
    expect(first.hash).not.toBe(second.hash)
    expect(world.letters.map(({ body }) => body.includes(second.hash))).toEqual([true])
  })
})
