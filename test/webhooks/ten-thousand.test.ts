import { describe, expect, it } from '@jest/globals'
import { verifySignature } from '../../lib/adapters/webhook-signature.js'
import { Unavailable } from '../../lib/core/errors.js'
import { asEpochMs } from '../../lib/core/time.js'
import { parseWebhookRules } from '../../lib/core/webhook/webhook-rules.js'
import { type DoorDeps, receiveWebhook } from '../../lib/engine/webhook/receive-webhook.js'
import { seededRandom } from '../support/virtual-clock.js'
import { type Change, judgeWebhooks } from '../support/webhook-judge.js'
import { WebhookWorld, worldStart } from '../support/webhook-world.js'
import { type Kind, kinds, planDeliveries, plantOrders, secretOf, stores } from './plan-deliveries.js'

/**
 * 10,000 webhooks through the door, the resolver and the operations engine as they are built, with everything around them in
 * memory and on virtual time. `payops` knows nothing of the plan; the judge goes by what the stores saw.
 */

const count = 10_000

function createDoor(world: WebhookWorld): DoorDeps {
  const access = async (storeHash: string) => ({
    storeHash,
    version: 'v1',
    secret: () => secretOf(storeHash),
  })
  return {
    clock: world.clock,
    log: world.log,
    metrics: world.resolver.metrics,
    rules: parseWebhookRules(undefined, undefined),
    webhookCredentials: { get: access, refresh: async () => undefined },
    verifySignature,
    intake: world.intake,
  }
}

/** A function's container: takes what its queue gives, until there is nothing left. */
async function work(
  world: WebhookWorld,
  queue: WebhookWorld['intake'],
  deliver: () => Promise<unknown[]>,
  isOver: () => boolean,
): Promise<void> {
  while (!isOver()) {
    const batch = await deliver()
    if (batch.length > 0) continue
    const next = Math.max(queue.nextVisibleAt() ?? 0, world.clock.now() + 100)
    await world.clock.sleep(Math.min(next, world.clock.now() + 1_000) - world.clock.now())
  }
}

async function run(seed: number) {
  const world = new WebhookWorld(seed)
  for (const storeHash of stores) world.secrets.set(storeHash, `token-of-${storeHash}`)
  const random = seededRandom(seed)
  const orderIds = plantOrders(world.store, random)
  const plan = planDeliveries(random, orderIds, worldStart, count)
  const door = createDoor(world)
  const answers = new Map<Kind, Map<number, number>>(kinds.map(kind => [kind, new Map()]))
  const changes: Change[] = plan.changes.map(({ event, at }) => ({ ...event, at }))
  const middle = worldStart + ((plan.deliveries.at(-1)?.at ?? worldStart) - worldStart) / 2
  let refusals = 0
  const { operations } = world.resolver
  const refusing = {
    send: async (message: Parameters<typeof operations.send>[0]) => {
      const sinceMs = world.clock.now() - middle
      if (sinceMs >= 0 && sinceMs < 60_000) {
        refusals += 1
        throw new Unavailable('the operations queue refuses')
      }
      await operations.send(message)
    },
  }
  const resolver = { ...world.resolver, operations: refusing }
  let isThrough = false
  const isOver = () => isThrough && world.intake.size + world.operations.size === 0
  const deliverAll = async (): Promise<void> => {
    for (const { at, kind, call } of plan.deliveries) {
      await world.clock.sleep(at - world.clock.now())
      const status = await receiveWebhook(door, call)
      const byStatus = answers.get(kind)
      byStatus?.set(status, (byStatus.get(status) ?? 0) + 1)
    }
    isThrough = true
  }
  const workers = [
    ...Array.from({ length: 2 }, () => work(world, world.intake, () => world.resolve(resolver), isOver)),
    ...Array.from({ length: 3 }, () => work(world, world.operations, () => world.perform(), isOver)),
  ]
  const all = Promise.all([deliverAll(), ...workers])
  let isDone = false
  void all.then(() => {
    isDone = true
  })
  await world.clock.runUntil(() => isDone, 2_000_000)
  await all
  return { world, plan, changes, answers, refusals }
}

describe.each([1, 2, 3])('10,000 webhooks, seed %d', seed => {
  it('are each answered by one pull after the change, and by no more than there are looks', async () => {
    const { world, plan, changes, answers, refusals } = await run(seed)
    expect(plan.deliveries).toHaveLength(count)

    // The door: nothing forged, replayed or malformed past it, everything else stored.
    const statusesOf = (kind: Kind) => [...(answers.get(kind) ?? [])].map(([status]) => status)
    for (const kind of ['first', 'late', 'duplicate'] as const) expect(statusesOf(kind)).toEqual([200])
    for (const kind of ['forged', 'replayed', 'malformed'] as const) expect(statusesOf(kind)).toEqual([401])
    const bad = plan.deliveries.filter(({ kind }) => ['forged', 'replayed', 'malformed'].includes(kind))
    expect(bad).toHaveLength(count / 50)
    expect(world.counted('WebhooksRefused')).toBe(count / 50)
    expect(world.counted('WebhooksStored')).toBe(count - count / 50)

    // Each change is carried over after it was made, no request twice, nothing left anywhere, nothing given up.
    expect(judgeWebhooks(world, changes)).toEqual([])
    expect(refusals).toBeGreaterThan(0)
    expect(world.letters).toEqual([])
    expect([world.counted('Bugs'), world.counted('Failed')]).toEqual([0, 0])

    // One pull a payment for each look, and each look for something that none before it could have seen.
    expect(world.store.pulls).toHaveLength(world.counted('PaymentsAsked'))
    expect(looksWithoutCause(world, plan.deliveries)).toEqual([])
    const events = changes.length
    expect(world.counted('OrderLooks')).toBeLessThan(events * 0.75)

    // A look costs a call for its invoices, one for each of these, and each payment its own.
    const posts = world.store.calls.filter(({ method }) => method === 'POST').length
    expect(posts).toBe(world.store.pulls.length)
    const perOrder = (world.store.calls.length - posts) / world.counted('OrderLooks')
    expect(perOrder).toBeLessThan(2.5)
  }, 60_000)
})

/** Searches for an order's invoices that follow on another with no new webhook of the order in between. */
function looksWithoutCause(
  { store }: WebhookWorld,
  deliveries: { at: number; kind: Kind; event: { storeHash: string; orderId: string } }[],
): string[] {
  const heard = new Map<string, number[]>()
  for (const { at, kind, event } of deliveries)
    if (kind === 'first' || kind === 'late') {
      const key = `${event.storeHash} ${event.orderId}`
      heard.set(key, [...(heard.get(key) ?? []), at])
    }
  const pulledFor = new Map<string, number>()
  for (const { by } of store.pulls) {
    const key = by.slice(0, by.lastIndexOf(':'))
    pulledFor.set(key, (pulledFor.get(key) ?? 0) + 1)
  }
  const searches = new Map<string, number[]>()
  for (const { path, storeHash, at } of store.calls) {
    const orderId = path.startsWith('/invoices')
      ? new URLSearchParams(path.split('?')[1]).get('q')
      : undefined
    if (orderId === undefined || orderId === null) continue
    const key = `${storeHash} ${orderId}`
    searches.set(key, [...(searches.get(key) ?? []), at])
  }
  return [...searches].flatMap(([key, times]) =>
    times.flatMap((at, index) => {
      const before = times[index - 1] ?? 0
      // A webhook that came within two seconds of the last look's begin may not have been seen by it.
      const isCaused = (heard.get(key) ?? []).some(
        sentAt => sentAt > before - 2_500 && sentAt <= asEpochMs(at),
      )
      return isCaused ? [] : [`${key}: a look at ${at} that nothing asked for`]
    }),
  )
}
