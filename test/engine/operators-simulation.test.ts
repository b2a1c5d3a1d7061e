import { describe, expect, it } from '@jest/globals'
import type { LedgerEntry } from '../../lib/core/ledger-entry.js'
import { isoTime } from '../../lib/core/outcome.js'
import { hashContent, parseRequest } from '../../lib/core/request.js'
import { asEpochMs, type EpochMs } from '../../lib/core/time.js'
import { discardLetters } from '../../lib/engine/discard-letters.js'
import { editLetter } from '../../lib/engine/edit-letter.js'
import type { JoinedLetter } from '../../lib/engine/join-letter.js'
import type { PeekedLetter } from '../../lib/engine/ports.js'
import { readDeadLetters } from '../../lib/engine/read-dead-letters.js'
import { resolveRequest } from '../../lib/engine/resolve-request.js'
import { ours } from '../support/buried-letters.js'
import type { Trouble } from '../support/fake-store.js'
import { Killed, LetterWorld } from '../support/letter-world.js'
import { aFailure } from '../support/requests.js'
import { seededRandom } from '../support/virtual-clock.js'

// People who redrive, edit, discard and resolve in any order, each killed anywhere, while deliveries go wrong. What a letter
// asked for is told by the whole part of its amount, whoever edits it: no two payments may have the same.

const seeds = 300
const requests = 6
const troubles: Trouble[] = ['none', 'lostBefore', 'lostAfter', 'error500After', 'notSent', 'html']
const signed = { by: 'Ada', reason: 'by chance' }

const create = (amount: string, rest: object = {}): string => {
  const lineItems = [{ invoiceId: 1, amount }]
  const payment = { lineItems, currency: 'USD', details: { memo: 'check' }, customerId: '6041' }
  return JSON.stringify({ type: 'createOfflinePayment', payment, ...rest })
}

async function aWorld(seed: number): Promise<LetterWorld> {
  const random = seededRandom(seed)
  const drawn = Array.from({ length: 20 }, () => troubles[random.below(troubles.length)] ?? 'none')
  const world = new LetterWorld({ seed, writes: drawn })
  for (let id = 1; id <= requests; id += 1) {
    const detail = JSON.parse(create(`${id}.0000`)) as object
    // Of six: one that was refused, an event, two invalid bodies; the sixth has the key of the fifth.
    if (id === 3) world.events.put(JSON.stringify({ id: 'key-3', detail }), 'e-3')
    else if (id === 2 || id === 4)
      world.bury(create(`${id}.0000`, { tpye: 1 }), { groupId: `abc:${id}`, id: `key-${id}` })
    else if (id < 5) await buryRefused(world, create(`${id}.0000`), `key-${id}`)
    else world.bury(create(`${id}.0000`, { requestId: 'key-5' }), { groupId: 'abc:5', id: `dedup-${id}` })
  }
  return world
}

const refusedAt = (completedAt: EpochMs) => ({
  effect: 'none' as const,
  completedAt,
  error: { code: 'REJECTED_BY_API' as const, message: 'no such invoice', httpStatus: 400 },
})

/** Twice, as after a crash of the engine: the API refused it, and nothing took effect. */
async function buryRefused(world: LetterWorld, body: string, requestId: string): Promise<void> {
  const parsed = parseRequest(body, { requestId, storeHash: 'abc' })
  if (!parsed.valid) throw new Error(parsed.refusal.message)
  const { request } = parsed
  const at = asEpochMs(world.clock.now() - 60_000)
  const { sendingFrom: _, ...failure } = aFailure({ request, requestedAt: at, ending: refusedAt(at) })
  await world.ledger.claim(failure, 'w')
  const failedAt = isoTime(at)
  const attributes = {
    ...ours,
    errorCode: 'REJECTED_BY_API',
    failedAt,
    attempts: '1',
    requestId,
    storeHash: 'abc',
  }
  for (const copy of [1, 2])
    world.bury(body, { groupId: `abc:${requestId}`, id: `${requestId}-${copy}`, attributes })
}

async function deliver(world: LetterWorld): Promise<void> {
  const next = world.queue.nextVisibleAt()
  if (next !== undefined) world.clock.moveTo(asEpochMs(next))
  await world.deliver()
  for (const { body, groupId, attributes, deduplicationId } of world.letters.splice(0))
    world.deadLetters.put(body, groupId, attributes, deduplicationId)
}

async function untilKilled(world: LetterWorld, call: number, work: () => Promise<unknown>): Promise<void> {
  world.calls = 0
  world.death = { call: call >> 1, passage: call % 2 === 0 ? 'before' : 'after' }
  try {
    await work()
  } catch (error) {
    // What the trial is about; anything else is a finding.
    if (!(error instanceof Killed)) throw error
  }
  world.death = undefined
}

/** Whoever gives such a letter an id of its own asks for a second payment, and says so. */
const isConflict = ({ entry, request }: JoinedLetter<PeekedLetter>): boolean =>
  entry !== undefined && request !== undefined && entry.contentHash !== hashContent(request)

/** What the person finds in the store, looked up by the externalId, is the truth. */
async function resolveAll(world: LetterWorld): Promise<void> {
  const { entries } = await world.ledger.listOpen()
  for (const { state, request } of entries as LedgerEntry[]) {
    if (state !== 'inDoubt' || request.type !== 'createOfflinePayment') continue
    const made = [...world.store.payments.values()].find(
      ({ externalId }) => externalId === request.payment.externalId,
    )
    const as = made === undefined ? ('notDone' as const) : ('done' as const)
    const deps = { ...world.operatorDeps, audit: { record: async () => ({ recorded: true as const }) } }
    await resolveRequest(deps, request, {
      ...signed,
      as,
      at: world.clock.now(),
      ...(made !== undefined && { paymentId: made.id }),
    })
  }
}

async function live(seed: number): Promise<{ made: string[]; edits: number }> {
  const world = await aWorld(seed)
  const random = seededRandom(seed + 1_000_000)
  let edits = 0
  const replaced = async () => {
    const letters = await world.clock.run(readDeadLetters(world.operatorDeps))
    return {
      letters,
      replaced: new Set(letters.flatMap(({ letter }) => letter.attributes['editedFrom'] ?? [])),
    }
  }
  for (let step = 0; step < 25; step += 1) {
    const before = await replaced()
    const call = random.chance(0.6) ? 2 + random.below(28) : 2_000
    const draw = random.below(10)
    // What is invalid is there to be edited.
    const invalid = before.letters.filter(({ request }) => request === undefined)
    const among = draw > 4 && invalid.length > 0 ? invalid : before.letters
    const letter = among[random.below(Math.max(1, among.length))]
    if (draw < 2) await untilKilled(world, call, () => world.redrive({ replaced: before.replaced }))
    else if (draw < 7 && letter !== undefined && !isConflict(letter)) {
      const whole = /"amount":"(\d)/.exec(letter.letter.body.replaceAll('\\', ''))?.[1] ?? '9'
      const key = random.chance(0.3) ? letter.requestId : `${letter.requestId}-${random.below(4)}`
      const body = create(`${whole}.${random.below(3)}000`, {
        requestId: key,
        ...(random.chance(0.2) && { storeHash: 'abc' }),
      })
      const edit = { messageId: letter.letter.messageId, body, ...signed }
      await untilKilled(world, call, async () => {
        const edited = await world.clock.run(editLetter(world.operatorDeps, edit))
        if (edited.edited) edits += 1
      })
    } else if (draw === 7)
      await untilKilled(world, call, () =>
        world.clock.run(
          discardLetters(world.operatorDeps, {
            ...signed,
            queues: ['operations', 'events'],
            wants: joined => joined.letter.messageId === letter?.letter.messageId,
            evenUndone: true,
            dryRun: false,
            replaced: before.replaced,
          }),
        ),
      )
    else if (draw === 8) await resolveAll(world)
    if (random.chance(0.5)) world.waitUntilShown()
    if (random.chance(0.6)) await deliver(world)
  }
  for (let round = 0; round < 6; round += 1) {
    world.waitUntilShown()
    await world.redrive()
    await resolveAll(world)
    for (let deliveries = 0; world.queue.messages.length > 0 && deliveries < 200; deliveries += 1)
      await deliver(world)
  }
  const made = [...world.store.payments.values()].map(({ lineItems }) => lineItems[0]?.amount.value[0] ?? '')
  return { made: made.sort(), edits }
}

describe('people at work on dead letters, killed at random', () => {
  it('carry out nothing twice, whatever they do in whatever order', async () => {
    let edits = 0
    let made = 0
    for (let seed = 1; seed <= seeds; seed += 1) {
      const lived = await live(seed)
      edits += lived.edits
      made += lived.made.length
      expect({ seed, made: lived.made }).toEqual({ seed, made: [...new Set(lived.made)] })
    }
    expect(edits).toBeGreaterThan(seeds / 2)
    expect(made).toBeGreaterThan(seeds * 2)
  }, 120_000)
})
