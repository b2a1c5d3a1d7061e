import { describe, expect, it } from '@jest/globals'
import { Unavailable } from '../../lib/core/errors.js'
import { hashContent } from '../../lib/core/request.js'
import { type Edited, editLetter } from '../../lib/engine/edit-letter.js'
import { Killed, LetterWorld } from '../support/letter-world.js'
import { aFailure, anEntry, aRequest } from '../support/requests.js'

const signed = { by: 'Ada', reason: 'typo of the ERP' }
const ours = (errorCode: string, attempts = '0') => ({
  errorCode,
  errorMessage: 'why',
  failedAt: '2026-11-22T07:00:00.000Z',
  source: 'sqs',
  attempts,
  httpStatus: '400',
})
const apply = (paymentId: number, requestId?: string) =>
  JSON.stringify({ paymentId, operationCode: 0, ...(requestId !== undefined && { requestId }) })

const edit = (world: LetterWorld, body: string, messageId = 'operations-m0'): Promise<Edited> =>
  world.clock.run(editLetter(world.operatorDeps, { messageId, body, ...signed }))

/** What failed on payment 117, though 118 was meant: never attempted, invalid, or refused by the API. */
async function aWorld(kind: 'neverAttempted' | 'invalid' | 'failed'): Promise<LetterWorld> {
  const world = new LetterWorld()
  for (const id of [117, 118]) world.store.add(id)
  if (kind === 'invalid') {
    const body = JSON.stringify({ paymentId: 117, operatonCode: 0 })
    world.bury(body, { id: 'erp-1', attributes: { ...ours('INVALID_REQUEST'), requestId: 'erp-1' } })
    return world
  }
  const request = aRequest({ requestId: 'erp-1', storeHash: 'abc' })
  const attributes = kind === 'failed' ? ours('REJECTED_BY_API', '1') : ours('CREDENTIALS_MISSING')
  if (kind === 'failed')
    await world.ledger.claim(aFailure({ request, contentHash: hashContent(request) }), 'w')
  world.bury(apply(117, 'erp-1'), { id: 'erp-1', attributes })
  return world
}
const kinds = [
  ['neverAttempted', 'erp-1'],
  ['invalid', 'erp-1'],
  ['failed', 'erp-2'],
] as const

describe('editLetter', () => {
  it.each(kinds)('puts the new body of a letter that is %s in its place, on record', async (kind, key) => {
    const world = await aWorld(kind)
    expect(await edit(world, apply(118, key))).toMatchObject({ edited: true, request: { paymentId: 118 } })
    expect(world.deadLetters.messages).toHaveLength(1)
    expect(world.deadLetters.messages[0]).toMatchObject({
      body: apply(118, key),
      groupId: 'abc:118',
      attributes: { requestId: key, editedBy: 'Ada', editedFrom: 'operations-m0' },
    })
    expect(Object.keys(world.deadLetters.messages[0]?.attributes ?? {}).length).toBeLessThanOrEqual(10)
    expect(world.acts).toMatchObject([{ action: 'edit', ...signed, changedTo: apply(118, key) }])
    expect(world.acts[0]?.original).toContain('117')
    const report = await world.redrive({ isNamed: () => false })
    expect(report.letters[0]?.joined.explanation.why).toContain('edited by Ada')
    await world.drain()
    expect(world.effects()).toHaveLength(1)
  })

  it.each(kinds)(
    'of a letter that is %s loses nothing and lets one body be carried out, wherever it is killed',
    async (kind, key) => {
      const clean = await aWorld(kind)
      await edit(clean, apply(118, key))
      for (let call = 1; call <= clean.calls; call += 1) {
        for (const passage of ['before', 'after'] as const) {
          const world = await aWorld(kind)
          world.death = { call, passage }
          await expect(edit(world, apply(118, key))).rejects.toBeInstanceOf(Killed)
          world.death = undefined
          world.waitUntilShown()
          expect(world.deadLetters.messages.length).toBeGreaterThan(0)
          // Everything that is there is redriven, as if nobody had looked.
          await world.redrive()
          await world.drain()
          world.waitUntilShown()
          const report = await world.redrive()
          await world.drain()
          expect({ call, passage, effects: world.effects().length <= 1 }).toEqual({
            call,
            passage,
            effects: true,
          })
          expect(report.letters.length + world.letters.length + world.effects().length).toBeGreaterThan(0)
        }
      }
    },
  )

  it('completes when it is run again', async () => {
    const clean = await aWorld('failed')
    await edit(clean, apply(118, 'erp-2'))
    for (let call = 1; call < clean.calls; call += 1) {
      const world = await aWorld('failed')
      world.death = { call, passage: 'after' }
      await expect(edit(world, apply(118, 'erp-2'))).rejects.toBeInstanceOf(Killed)
      world.death = undefined
      world.waitUntilShown()
      await edit(world, apply(118, 'erp-2'))
      world.waitUntilShown()
      await world.redrive()
      await world.drain()
      expect({ call, effects: world.effects().length }).toEqual({ call, effects: 1 })
      expect(world.store.history[0]?.paymentId).toBe(118)
    }
  })

  it('never lets a request be tried again that an edit has taken the place of, not even a copy that was sent before', async () => {
    const world = await aWorld('failed')
    world.death = { call: 2, passage: 'after' }
    await expect(world.redrive()).rejects.toBeInstanceOf(Killed)
    expect(world.sent).toHaveLength(1)
    world.death = undefined
    world.waitUntilShown()
    expect(await edit(world, apply(118, 'erp-2'))).toMatchObject({ edited: true })
    await world.redrive()
    await world.drain()
    expect(world.store.history.map(({ paymentId }) => paymentId)).toEqual([118])
  })

  it.each([
    ['a body that is no request', 'neverAttempted', '{"paymentId":118,"operatonCode":0}', /operatonCode/],
    ['another key where nothing was carried out', 'neverAttempted', apply(118, 'erp-2'), /must keep/],
    ['the key of what failed', 'failed', apply(118, 'erp-1'), /requestId of its own/],
  ] as const)('refuses %s, and touches nothing', async (_, kind, body, why) => {
    const world = await aWorld(kind)
    expect(await edit(world, body)).toEqual({ edited: false, why: expect.stringMatching(why) })
    expect(world.acts).toEqual([])
    expect(world.deadLetters.messages.map(({ deduplicationId }) => deduplicationId)).toEqual(['erp-1'])
  })

  it('refuses what took effect, and what may have', async () => {
    for (const state of ['succeeded', 'inDoubt'] as const) {
      const world = new LetterWorld()
      const request = aRequest({ requestId: 'erp-1', storeHash: 'abc' })
      const effect = state === 'succeeded' ? ('performed' as const) : ('unknown' as const)
      const ending = { effect, completedAt: world.clock.now() }
      await world.ledger.claim(anEntry({ request, contentHash: hashContent(request), state, ending }), 'w')
      world.bury(apply(117, 'erp-1'), { attributes: ours('IN_DOUBT', '1') })
      expect(await edit(world, apply(118, 'erp-2'))).toMatchObject({ edited: false })
      expect(world.acts).toEqual([])
    }
  })

  it('says that the old message stays where SQS does not remove it', async () => {
    const world = await aWorld('failed')
    const remove = async () => {
      throw new Unavailable('SQS DeleteMessage failed: TimeoutError')
    }
    const deps = { ...world.operatorDeps, letterBox: { ...world.letterBox, remove } }
    const asked = { messageId: 'operations-m0', body: apply(118, 'erp-2'), ...signed }
    expect(await world.clock.run(editLetter(deps, asked))).toMatchObject({
      edited: true,
      staysWhy: expect.stringContaining('TimeoutError'),
    })
    world.waitUntilShown()
    await world.redrive()
    await world.drain()
    expect(world.store.history.map(({ paymentId }) => paymentId)).toEqual([118])
  })

  it.each([
    ['invalid', apply(118, 'erp-3'), apply(118, 'erp-4')],
    ['failed', apply(118, 'erp-2'), JSON.stringify({ ...JSON.parse(apply(118, 'erp-2')), storeHash: 'def' })],
  ] as const)(
    'of a letter that is %s lets a second edit name no other request, also where the first was redriven already',
    async (kind, first, second) => {
      const world = await aWorld(kind)
      const remove = async () => {
        throw new Unavailable('SQS DeleteMessage failed: TimeoutError')
      }
      const deps = { ...world.operatorDeps, letterBox: { ...world.letterBox, remove } }
      await world.clock.run(editLetter(deps, { messageId: 'operations-m0', body: first, ...signed }))
      world.waitUntilShown()
      expect(world.deadLetters.messages).toHaveLength(2)
      await world.redrive({ wants: ({ letter }) => letter.attributes['editedFrom'] !== undefined })
      await world.drain()
      expect(world.effects()).toHaveLength(1)
      expect(await edit(world, second)).toMatchObject({
        edited: false,
        why: expect.stringContaining(
          kind === 'invalid' ? 'put abc#erp-3 in its place' : 'erp-2 in its place',
        ),
      })
      await world.redrive()
      await world.drain()
      expect(world.effects()).toHaveLength(1)
    },
  )

  it('neither edits, redrives nor calls invalid what names no store, where the default of the functions is not known', async () => {
    for (const isEvent of [false, true]) {
      const world = new LetterWorld()
      const detail = { paymentId: 117, operationCode: 0 }
      if (isEvent) world.events.put(JSON.stringify({ id: 'event-1', detail }), '', {}, 'x')
      else world.bury(JSON.stringify(detail), { id: 'erp-1' })
      const { defaultStoreHash: _, ...deps } = world.operatorDeps
      const report = await world.redrive({}, deps)
      expect(report.letters).toMatchObject([
        { verdict: 'refused', why: expect.stringContaining('DEFAULT_STORE_HASH') },
      ])
      expect(report.letters[0]?.joined.explanation.meaning).toBe('inDoubt')
      const body = JSON.stringify({ ...detail, requestId: 'erp-2', storeHash: 'abc' })
      const asked = { messageId: isEvent ? 'events-m0' : 'operations-m0', body, ...signed }
      expect(await world.clock.run(editLetter(deps, asked))).toMatchObject({ edited: false })
      expect(world.sent).toEqual([])
    }
  })

  it('takes the same id in another store for another request, also in the edit of a second copy', async () => {
    const world = await aWorld('failed')
    world.bury(apply(117, 'erp-1'), {
      id: 'copy',
      groupId: 'abc:copy',
      attributes: ours('REJECTED_BY_API', '1'),
    })
    expect(await edit(world, apply(118, 'erp-2'))).toMatchObject({ edited: true })
    const body = JSON.stringify({ ...JSON.parse(apply(118, 'erp-2')), storeHash: 'def' })
    expect(await edit(world, body, 'operations-m1')).toMatchObject({ edited: false })
    expect(await edit(world, apply(118, 'erp-2'), 'operations-m1')).toMatchObject({ edited: true })
  })

  it('refuses to put a request in the place of another that has been replaced itself', async () => {
    const world = await aWorld('failed')
    await edit(world, apply(118, 'erp-2'))
    const request = aRequest({ requestId: 'erp-2', storeHash: 'abc', paymentId: 118 })
    await world.ledger.claim(aFailure({ request, contentHash: hashContent(request) }), 'w')
    const [letter] = world.deadLetters.messages
    expect(await edit(world, apply(117, 'erp-1'), `operations-${letter?.messageId}`)).toMatchObject({
      edited: false,
      why: expect.stringContaining('erp-1'),
    })
  })

  it('says so where no queue shows the message', async () => {
    const world = await aWorld('failed')
    expect(await edit(world, apply(118, 'erp-2'), 'nowhere')).toMatchObject({
      edited: false,
      why: expect.stringContaining('no message of this id'),
    })
  })
})
