import { describe, expect, it } from '@jest/globals'
import { Unavailable } from '../../../lib/core/errors.js'
import { asEpochMs } from '../../../lib/core/time.js'
import type { Webhook } from '../../../lib/core/webhook/webhook.js'
import type { ResolverDeps } from '../../../lib/engine/webhook/resolve-webhooks.js'
import { MemoryWatches } from '../../support/memory-watches.js'
import { type Death, mortalPorts } from '../../support/mortal-ports.js'
import { seededRandom } from '../../support/virtual-clock.js'
import { type Change, judgeWebhooks } from '../../support/webhook-judge.js'
import { WebhookWorld } from '../../support/webhook-world.js'

/**
 * The resolver is killed at every call of a port, before and after it, and goes on with the next delivery: each change of an
 * order is carried over after it was heard of, no request is executed twice, and nothing is lost. So also when workers overlap,
 * the store fails now and then, the operations queue refuses for a while, and webhooks repeat themselves after any time.
 */

const mortal = ['watches', 'ledger', 'api', 'credentials', 'operations', 'queue', 'deadLetters'] as const

/** A resolver that does not write down a look before it sends its requests: what the judge has to find out. */
const withoutIntent = ({ watches, ...deps }: ResolverDeps): ResolverDeps => ({
  ...deps,
  watches: {
    read: (...order) => watches.read(...order),
    save: async watch => (watch.pending === undefined ? watches.save(watch) : watch),
  },
})

class Course {
  readonly world: WebhookWorld
  readonly changes: Change[] = []
  readonly heard: Webhook[] = []

  constructor(
    seed: number,
    readonly variant: (deps: ResolverDeps) => ResolverDeps = deps => deps,
  ) {
    this.world = new WebhookWorld(seed)
    this.world.store.add('abc', '250', 12, 117, 118)
    this.world.store.add('abc', '250', 13, 119)
    this.world.store.add('abc', '2500', 14, 120)
  }

  /** Until when the operations queue refuses. */
  refusesUntil = 0

  async change(orderId = '250'): Promise<void> {
    this.changes.push({ storeHash: 'abc', orderId, at: this.world.clock.now() })
    this.heard.push(await this.world.hear({ orderId }))
  }

  pass(ms: number): void {
    this.world.clock.moveTo(asEpochMs(this.world.clock.now() + ms))
  }

  /** One delivery that dies, if it does: then nobody hears its answer, and what it had comes back by itself. */
  async deliver(death?: Death): Promise<string[]> {
    const { world } = this
    const { deps, calls } = mortalPorts(this.variant(this.refusing(world.resolver)), [...mortal], death)
    const isKilled = () => death !== undefined && calls.length >= death.call
    await world.resolve(deps, isKilled)
    return calls
  }

  refusing(deps: ResolverDeps): ResolverDeps {
    const send: ResolverDeps['operations']['send'] = async message => {
      if (this.world.clock.now() < this.refusesUntil) throw new Unavailable('the queue refuses')
      await deps.operations.send(message)
    }
    return { ...deps, operations: { send } }
  }

  /** The order gets another payment, which is a change of it. */
  async pay(): Promise<void> {
    const { payments } = this.world.store.of('abc')
    payments.push({ id: 200 + payments.length, invoiceIds: [12], allowedOperations: [2] })
    await this.change()
  }

  /** A person sends a letter again. */
  async redrive(letter = 0): Promise<void> {
    for (const { body, groupId, deduplicationId } of this.world.letters.splice(letter, 1))
      await this.world.intake.send({ body, groupId, deduplicationId: `again-${deduplicationId}` })
  }

  async end(): Promise<string[]> {
    const { world } = this
    world.store.mishap = () => 'none'
    const isEmpty = () => world.intake.size + world.operations.size + world.letters.length === 0
    for (let deliveries = 0; !isEmpty(); deliveries += 1) {
      if (deliveries > 500) return ['it does not end']
      if (world.letters.length > 0) {
        // The queue's deduplication, and whatever else is short, is over before a person comes.
        this.pass(600_000)
        await this.redrive()
      }
      const next = [world.intake.nextVisibleAt(), world.operations.nextVisibleAt()].filter(
        at => at !== undefined,
      )
      world.clock.moveTo(asEpochMs(Math.min(...next)))
      await world.clock.run(Promise.all([this.deliver(), world.perform()]))
    }
    return judgeWebhooks(world, this.changes)
  }
}

/** Two webhooks, the delivery that dies, what it sent is carried out, another change: and then everything goes its way. */
async function kill(death: Death | undefined, variant?: (deps: ResolverDeps) => ResolverDeps) {
  const course = new Course(1, variant)
  await course.change()
  await course.change()
  course.pass(10_000)
  const calls = await course.world.clock.run(course.deliver(death))
  while (course.world.operations.size > 0) {
    const at = course.world.operations.nextVisibleAt()
    if (at !== undefined) course.world.clock.moveTo(asEpochMs(at))
    await course.world.clock.run(course.world.perform())
  }
  course.pass(15_000)
  await course.change()
  return { calls, wrong: await course.end() }
}

async function killEverywhere(variant?: (deps: ResolverDeps) => ResolverDeps) {
  const { calls } = await kill(undefined, variant)
  const wrong: string[] = []
  for (let call = 1; call <= calls.length; call += 1)
    for (const passage of ['before', 'after'] as const) {
      const killed = await kill({ call, passage }, variant)
      wrong.push(...killed.wrong.map(why => `killed ${passage} ${calls[call - 1]} (${call}): ${why}`))
    }
  return { calls, wrong }
}

async function live(seed: number, variant?: (deps: ResolverDeps) => ResolverDeps): Promise<string[]> {
  const course = new Course(seed, variant)
  const { world } = course
  const random = seededRandom(seed * 7919)
  // Short enough for a second worker to have what the first one still works on.
  if (random.chance(0.3)) Object.assign(world.intake.settings, { visibilityMs: 1_000 })
  // SQS's clock and the function's are not one.
  Object.assign(world.intake.settings, { aheadMs: random.below(3_900) - 1_950 })
  const trouble = random.next() * 0.2
  world.store.mishap = ({ method }) => {
    if (!random.chance(trouble)) return 'none'
    if (method === 'GET' && random.chance(0.2)) return 'refused'
    return method === 'GET' && random.chance(0.5) ? 'lost' : 'throttled'
  }
  const death = (): Death | undefined =>
    random.chance(0.4)
      ? { call: 1 + random.below(14), passage: random.chance(0.5) ? 'before' : 'after' }
      : undefined
  // How often days go by, after which a repeat may be one that was forgotten.
  const leaps = random.chance(0.4) ? 0.12 : 0.03
  for (let step = 0; step < 60; step += 1) {
    const dice = random.next()
    if (dice > 1 - leaps) course.pass(random.below(3 * 86_400_000))
    else if (dice < 0.02) await course.pay()
    else if (dice < 0.25) await course.change(random.chance(0.8) ? '250' : '2500')
    else if (dice < 0.26) course.refusesUntil = world.clock.now() + random.below(60_000)
    else if (dice < 0.35) {
      const old = course.heard[random.below(course.heard.length)]
      if (old !== undefined) await world.hear(old)
      // In one batch with a repeat, and behind it, comes what is new.
      if (random.chance(0.5)) await course.change()
    } else if (dice < 0.6) course.pass(random.below(20_000))
    else if (dice < 0.63) await course.redrive(random.below(3))
    else if (dice < 0.75) await world.clock.run(world.perform())
    else if (dice < 0.85)
      await world.clock.run(
        Promise.all([
          course.deliver(death()),
          world.clock.sleep(random.below(2_000)).then(() => course.deliver(death())),
        ]),
      )
    else await world.clock.run(course.deliver(death()))
  }
  return (await course.end()).map(why => `seed ${seed}: ${why}`)
}

const seeds = Array.from({ length: 300 }, (_, index) => index + 1)

describe('a resolver that is killed', () => {
  it('loses nothing and executes nothing twice, wherever it dies', async () => {
    const { calls, wrong } = await killEverywhere()
    expect(wrong).toEqual([])
    expect(calls.filter(call => call.startsWith('watches'))).toEqual([
      'watches.read',
      'watches.save',
      'watches.save',
    ])
    expect(calls.filter(call => call.startsWith('operations'))).toHaveLength(3)
  })

  it('would lose a change if it sent requests before their look is written down', async () => {
    const { wrong } = await killEverywhere(withoutIntent)
    expect(wrong.length).toBeGreaterThan(0)
    expect(wrong.every(why => why.includes('was not pulled after order 250 changed'))).toBe(true)
  })

  it('keeps all of that among overlapping workers, failures and repeats', async () => {
    const wrong: string[] = []
    for (const seed of seeds) wrong.push(...(await live(seed)))
    expect(wrong).toEqual([])
  })

  it('would lose changes among these, too, without that', async () => {
    const wrong: string[] = []
    for (const seed of seeds.slice(0, 50)) wrong.push(...(await live(seed, withoutIntent)))
    expect(wrong.some(why => why.includes('was not pulled after'))).toBe(true)
  })

  it('loses no change to a watch that another worker has written meanwhile', async () => {
    const watches = new MemoryWatches(new WebhookWorld().clock)
    const read = await watches.read('abc', '250', 2)
    await watches.save(read)
    await expect(watches.save(read)).rejects.toThrow('was taken over')
  })
})
