import { describe, expect, it } from '@jest/globals'
import { hashContent } from '../../lib/core/request.js'
import { type DiscardWish, discardLetters } from '../../lib/engine/discard-letters.js'
import type { Act } from '../../lib/engine/ports.js'
import { Killed, LetterWorld } from '../support/letter-world.js'
import { anEntry, aRequest } from '../support/requests.js'

const wish: DiscardWish = {
  queues: ['operations', 'events'],
  wants: () => true,
  evenUndone: false,
  by: 'Ada',
  reason: 'cleared up',
  dryRun: false,
  replaced: new Set(),
}

/** One letter each that is done, in doubt, of a doubt that the ledger does not know, and never attempted. */
async function aWorld(): Promise<LetterWorld> {
  const world = new LetterWorld()
  const completedAt = world.clock.now()
  for (const [requestId, state, effect] of [
    ['done', 'succeeded', 'performed'],
    ['doubt', 'inDoubt', 'unknown'],
  ] as const) {
    const request = aRequest({ requestId, storeHash: 'abc' })
    const ending = { effect, completedAt }
    await world.ledger.claim(anEntry({ request, contentHash: hashContent(request), state, ending }), 'w')
  }
  for (const requestId of ['done', 'doubt', 'unknown', 'never'])
    world.bury(JSON.stringify(aRequest({ requestId, storeHash: 'abc' })), {
      groupId: requestId,
      attributes:
        requestId === 'unknown' ? { errorCode: 'IN_DOUBT', failedAt: '2026-11-22T07:00:00.000Z' } : {},
    })
  return world
}

const discard = async (world: LetterWorld, changes: Partial<DiscardWish> = {}) => {
  const report = await world.clock.run(discardLetters(world.operatorDeps, { ...wish, ...changes }))
  return report.letters.map(({ joined, verdict }) => `${joined.letter.groupId} ${verdict}`)
}
const left = (world: LetterWorld) => world.deadLetters.messages.map(({ groupId }) => groupId)

describe('discardLetters', () => {
  it('throws away what is done, on record with its body, and nothing else', async () => {
    const world = await aWorld()
    expect(await discard(world)).toEqual([
      'done discarded',
      'doubt refused',
      'unknown refused',
      'never refused',
    ])
    expect(left(world)).toEqual(['doubt', 'unknown', 'never'])
    expect(world.acts).toMatchObject([
      {
        action: 'discard',
        by: 'Ada',
        reason: 'cleared up',
        requestId: 'done',
        original: JSON.stringify(aRequest({ requestId: 'done', storeHash: 'abc' })),
      },
    ])
  })

  it('throws away the rest when told so, but no doubt that the ledger holds', async () => {
    const world = await aWorld()
    await discard(world, { evenUndone: true })
    expect(left(world)).toEqual(['doubt'])
  })

  it('touches nothing in a dry run', async () => {
    const world = await aWorld()
    expect(await discard(world, { evenUndone: true, dryRun: true })).toContain('never discarded')
    expect(left(world)).toHaveLength(4)
    expect(world.acts).toEqual([])
  })

  it('keeps what could not be recorded', async () => {
    const world = await aWorld()
    const why = 'too large'
    const deps = { ...world.operatorDeps, audit: { record: async () => ({ recorded: false as const, why }) } }
    const report = await world.clock.run(discardLetters(deps, wish))
    expect(report.letters[0]).toMatchObject({ verdict: 'refused', why: expect.stringContaining(why) })
    expect(left(world)).toHaveLength(4)
  })

  it('has on record whatever is gone, wherever it is killed', async () => {
    const clean = await aWorld()
    await discard(clean, { evenUndone: true })
    for (let call = 1; call <= clean.calls; call += 1) {
      for (const passage of ['before', 'after'] as const) {
        const world = await aWorld()
        world.death = { call, passage }
        await expect(discard(world, { evenUndone: true })).rejects.toBeInstanceOf(Killed)
        const kept = left(world)
        const gone = ['done', 'doubt', 'unknown', 'never'].filter(group => !kept.includes(group))
        const recorded = world.acts.map(({ requestId }) => requestId)
        expect({ call, passage, unrecorded: gone.filter(id => !recorded.includes(id)) }).toEqual({
          call,
          passage,
          unrecorded: [],
        })
      }
    }
  })

  it('throws away a body that is too large for the ledger, its beginning and its mark on record', async () => {
    const world = new LetterWorld()
    const body = `{"paymentId":"${'é'.repeat(500_000)}"}`
    world.bury(body, { id: 'erp-1' })
    const record = async (act: Act) =>
      Buffer.byteLength(act.original ?? '') > 390 * 1024
        ? { recorded: false as const, why: 'too large' }
        : world.operatorDeps.audit.record(act)
    const deps = { ...world.operatorDeps, audit: { record } }
    const wish = {
      queues: ['operations' as const],
      wants: () => true,
      evenUndone: true,
      by: 'Ada',
      reason: 'never was a request',
      dryRun: false,
      replaced: new Set<string>(),
    }
    const report = await world.clock.run(discardLetters(deps, wish))
    expect(report.letters).toMatchObject([{ verdict: 'discarded' }])
    expect(world.acts[0]?.original).toMatch(
      /^\{"paymentId":"é+… \(.* of 1000016 bytes, sha256 [0-9a-f]{64}\)$/,
    )
    expect(world.deadLetters.messages).toEqual([])
  })
})
