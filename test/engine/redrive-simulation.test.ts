import { describe, expect, it } from '@jest/globals'
import { asEpochMs } from '../../lib/core/time.js'
import type { Trouble } from '../support/fake-store.js'
import { Killed, LetterWorld } from '../support/letter-world.js'
import { seededRandom } from '../support/virtual-clock.js'

// Redrives that are killed anywhere, again and again, between deliveries whose writes go wrong: from one seed each. What fails
// again comes back into the dead-letter queue, so that one request may lie there several times and be on its way several times.

const seeds = 300
const requests = 6
const troubles: Trouble[] = [
  'none',
  'lostBefore',
  'lostAfter',
  'error500After',
  'notSent',
  'throttled',
  'html',
]

/** A check for each, in all the ways in which a key comes along. A create that is carried out twice is there twice. */
function aWorld(seed: number): LetterWorld {
  const random = seededRandom(seed)
  const drawn = Array.from({ length: 12 }, () => troubles[random.below(troubles.length)] ?? 'none')
  const world = new LetterWorld({ seed, writes: drawn })
  for (let id = 1; id <= requests; id += 1) {
    const lineItems = [{ invoiceId: 1, amount: `${id}.0000` }]
    const payment = { lineItems, currency: 'USD', details: { memo: 'check' }, customerId: '6041' }
    const detail = { type: 'createOfflinePayment', payment }
    const event = { id: `key-${id}`, time: '2026-11-22T07:00:00Z', detail }
    if (id % 3 === 0) world.events.put(JSON.stringify(event), `e-${id}`)
    else {
      const body = JSON.stringify(id % 3 === 1 ? detail : { ...detail, requestId: `key-${id}` })
      // Three requests share a group: a producer may choose it as it likes.
      world.bury(body, { groupId: `abc:${id % 2}`, id: `key-${id}` })
    }
  }
  return world
}

/** What the engine gives up comes back as SQS would show it. */
async function deliver(world: LetterWorld): Promise<void> {
  const next = world.queue.nextVisibleAt()
  if (next !== undefined) world.clock.moveTo(asEpochMs(next))
  await world.deliver()
  for (const { body, groupId, attributes, deduplicationId } of world.letters.splice(0))
    world.deadLetters.put(body, groupId, attributes, deduplicationId)
}

async function redriveUntilKilled(world: LetterWorld, call: number): Promise<void> {
  world.calls = 0
  world.death = { call, passage: call % 2 === 0 ? 'before' : 'after' }
  try {
    await world.redrive()
  } catch (error) {
    // What the trial is about; anything else is a finding.
    if (!(error instanceof Killed)) throw error
  }
  world.death = undefined
}

async function live(seed: number): Promise<{ made: unknown[]; left: number }> {
  const world = aWorld(seed)
  const random = seededRandom(seed + 1_000_000)
  for (let step = 0; step < 12; step += 1) {
    await redriveUntilKilled(world, 1 + random.below(16))
    if (random.chance(0.5)) world.waitUntilShown()
    if (random.chance(0.6)) await deliver(world)
  }
  // In the end nobody is killed any more.
  for (let round = 0; round < 10; round += 1) {
    world.waitUntilShown()
    await world.redrive()
    for (let deliveries = 0; world.queue.messages.length > 0 && deliveries < 200; deliveries += 1)
      await deliver(world)
  }
  const made = [...world.store.payments.values()].map(({ lineItems }) => lineItems[0]?.amount.value).sort()
  const { letters } = await world.redrive({ dryRun: true })
  return {
    made,
    left: letters.filter(({ joined }) => joined.explanation.meaning !== 'done').length,
  }
}

describe('redrives, killed and repeated at random', () => {
  it('lose no request and carry out none twice', async () => {
    const made = Array.from({ length: requests }, (_, index) => `${index + 1}.0000`)
    for (let seed = 1; seed <= seeds; seed += 1)
      expect({ seed, ...(await live(seed)) }).toEqual({ seed, made, left: 0 })
  }, 60_000)
})
