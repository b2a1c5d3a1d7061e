import { beforeEach, describe, expect, it } from '@jest/globals'
import { discardLetters } from '../../lib/engine/discard-letters.js'
import { editLetter } from '../../lib/engine/edit-letter.js'
import { readDeadLetters } from '../../lib/engine/read-dead-letters.js'
import { LetterWorld } from '../support/letter-world.js'
import { aWebhookBody, aWebhookLetter } from '../support/webhook-letters.js'

// Goal: a store's webhook among the dead letters is told for what it is, goes back to its own queue, and never to that of the
// requests.

let world: LetterWorld
const buryWebhook = (orderId: string, errorCode?: string): string => {
  const { body, ...rest } = aWebhookLetter(orderId, errorCode)
  return world.bury(body, rest)
}

beforeEach(() => {
  world = new LetterWorld()
})

describe('readDeadLetters', () => {
  it('tells a webhook by its body, with its store and its order, whoever moved it', async () => {
    buryWebhook('250', 'RETRIES_EXHAUSTED')
    buryWebhook('251')
    const letters = await readDeadLetters(world.operatorDeps)
    expect(
      letters.map(({ envelope, storeHash, webhook }) => [envelope.kind, storeHash, webhook?.orderId]).sort(),
    ).toEqual([
      ['webhook', 'abc', '250'],
      ['webhook', 'abc', '251'],
    ])
    for (const letter of letters) expect(letter).not.toHaveProperty('request')
  })

  it('takes the store from an unreadable one as well', async () => {
    world.bury(JSON.stringify({ webhook: { storeHash: 'abc', unreadable: 'no order' } }))
    const [letter] = await readDeadLetters(world.operatorDeps)
    expect(letter).toMatchObject({
      storeHash: 'abc',
      problem: 'no order',
      explanation: { meaning: 'rejected' },
    })
  })
})

describe('redriveLetters', () => {
  it('puts each webhook back on the intake queue as it was, under a new deduplication id', async () => {
    buryWebhook('250', 'RETRIES_EXHAUSTED')
    buryWebhook('250', 'REJECTED_BY_API')
    buryWebhook('251')
    const { letters } = await world.redrive()
    expect(letters.map(({ verdict }) => verdict)).toEqual(['redriven', 'redriven', 'redriven'])
    expect(world.queue.messages).toEqual([])
    expect(world.deadLetters.messages).toEqual([])
    const back = world.webhooks.messages
    expect(back.map(({ body, groupId, attributes }) => ({ body, groupId, attributes }))).toEqual([
      { body: aWebhookBody('250'), groupId: 'abc:order:250', attributes: {} },
      { body: aWebhookBody('250'), groupId: 'abc:order:250', attributes: {} },
      { body: aWebhookBody('251'), groupId: 'abc:order:251', attributes: {} },
    ])
    expect(new Set(back.map(({ deduplicationId }) => deduplicationId)).size).toBe(3)
  })

  it('leaves a webhook that a look has answered since where it is', async () => {
    buryWebhook('250', 'RETRIES_EXHAUSTED')
    world.answered.add('hash-of-250')
    const { letters } = await world.redrive()
    expect(letters).toMatchObject([
      { verdict: 'left', why: expect.stringContaining('has been looked at since') },
    ])
    expect(world.webhooks.messages).toEqual([])
  })

  it('redrives a refused one only by its name, and an unreadable one never', async () => {
    buryWebhook('250', 'CREDENTIALS_MISSING')
    world.bury(JSON.stringify({ webhook: { storeHash: 'abc', unreadable: 'no order' } }), {
      groupId: 'abc:unreadable',
    })
    const unnamed = await world.redrive({ isNamed: () => false })
    expect(unnamed.letters.map(({ verdict }) => verdict)).toEqual(['refused', 'refused'])
    world.waitUntilShown()
    const named = await world.redrive()
    expect(named.letters.map(({ verdict }) => verdict).sort()).toEqual(['redriven', 'refused'])
    expect(world.webhooks.messages).toHaveLength(1)
  })

  it('leaves a webhook where it is while the intake queue refuses it, and those behind it in its group', async () => {
    for (const _ of [1, 2]) buryWebhook('250', 'RETRIES_EXHAUSTED')
    buryWebhook('251', 'RETRIES_EXHAUSTED')
    world.refuses = ({ groupId }) => groupId === 'abc:order:250'
    const { letters } = await world.redrive()
    expect(letters.map(({ verdict }) => verdict).sort()).toEqual(['failed', 'failed', 'redriven'])
    expect(world.deadLetters.messages).toHaveLength(2)
  })
})

describe('editLetter', () => {
  it('refuses a webhook with what to do instead, and changes nothing', async () => {
    const messageId = `operations-${buryWebhook('250', 'REJECTED_BY_API')}`
    const body = '{"storeHash":"abc","paymentId":117,"operationCode":2}'
    const edit = { messageId, body, by: 'Ann', reason: 'a test' }
    const edited = await world.clock.run(editLetter(world.operatorDeps, edit))
    expect(edited).toMatchObject({ edited: false, why: expect.stringContaining("a store's webhook") })
    expect(world.acts).toEqual([])
    expect(world.deadLetters.messages).toHaveLength(1)
  })
})

describe('discardLetters', () => {
  it('removes a webhook once it is on record, and only where its undone state is accepted', async () => {
    buryWebhook('250', 'REJECTED_BY_API')
    const wish = {
      queues: ['operations' as const],
      wants: () => true,
      by: 'Ann',
      reason: 'the order was a test',
      dryRun: false,
      replaced: new Set<string>(),
    }
    const refused = await world.clock.run(discardLetters(world.operatorDeps, { ...wish, evenUndone: false }))
    expect(refused.letters).toMatchObject([{ verdict: 'refused' }])
    world.waitUntilShown()
    const done = await world.clock.run(discardLetters(world.operatorDeps, { ...wish, evenUndone: true }))
    expect(done.letters).toMatchObject([{ verdict: 'discarded' }])
    expect(world.acts).toMatchObject([{ action: 'discard', storeHash: 'abc', original: aWebhookBody('250') }])
    expect(world.deadLetters.messages).toEqual([])
  })
})
