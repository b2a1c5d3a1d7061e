import { afterAll, beforeEach, describe, expect, it } from '@jest/globals'
import { systemClock } from '../../lib/adapters/system.js'
import { type BuiltDoor, startBuiltDoor } from '../support/built-door.js'
import { endAll } from '../support/endings.js'
import { expectNoSentinel, sentinelToken } from '../support/sentinel.js'
import { type Delivery, signCall, toUrlEvent } from '../support/signed-call.js'

// The one function that anybody may call. Each test has the built function to itself, before real queues and secrets, and
// looks at all that leaves it: answers, messages, calls of AWS, printed lines.

const secret = `${sentinelToken}-webhooks`
const now = (): number => Math.floor(systemClock.now() / 1000)
let door: BuiltDoor

beforeEach(async () => {
  door = await startBuiltDoor()
  for (const [storeHash, webhookSecret] of [
    ['luma7x2', secret],
    ['nordic4b', `${secret}-of-nordic4b`],
  ])
    door.emulators.secrets.put(
      `payops/${storeHash}`,
      JSON.stringify({ storeHash, accessToken: sentinelToken, webhookSecret }),
    )
})
afterAll(endAll)

const send = async (delivery: Partial<Delivery> = {}): Promise<number> =>
  (await door.call(toUrlEvent(signCall({ secret, timestamp: now(), ...delivery })))).statusCode

const readsOfSecrets = (): number => door.proxy.calls().filter(call => call.endsWith('GetSecretValue')).length
const sends = (): number => door.proxy.calls().filter(call => call.endsWith('SendMessage')).length

async function expectQuiet(): Promise<void> {
  const lines = await door.printed()
  expectNoSentinel(lines)
  // A count and nothing else: no line of the log.
  for (const line of lines) expect(JSON.parse(line)).toHaveProperty('_aws')
}

const inBody = (fields: object): string =>
  JSON.stringify({ producer: 'stores/luma7x2', scope: 'store/order/statusUpdated', hash: 'a1', ...fields })

describe('the door of the webhooks', () => {
  it('is not opened by a flood of forged calls, which costs two reads of a store’s secret and one of an unknown store', async () => {
    const stores = ['luma7x2', 'nordic4b', ...Array.from({ length: 8 }, (_, nth) => `unknown${nth}`)]
    for (let nth = 0; nth < 500; nth += 1) {
      const storeHash = stores[nth % stores.length] ?? ''
      expect(await send({ secret: 'guessed', storeHash, id: `msg_${nth}` })).toBe(401)
    }
    expect([readsOfSecrets(), sends()]).toEqual([2 * 2 + 8, 0])
    await expectQuiet()
  })

  it('is not opened by the secret of another store', async () => {
    expect(await send({ secret: `${secret}-of-nordic4b` })).toBe(401)
    expect(await send({ secret: `${secret}-of-nordic4b`, storeHash: 'nordic4b' })).toBe(200)
    expect(await door.intake()).toMatchObject([{ groupId: 'nordic4b:order:250' }])
  })

  it('takes a webhook that is replayed within its five minutes for the one that it has, and refuses it afterwards', async () => {
    for (const timestamp of [now() - 290, now() - 290]) expect(await send({ timestamp })).toBe(200)
    expect(await send({ timestamp: now() - 600 })).toBe(401)
    expect(await door.intake()).toHaveLength(1)
  })

  it('lets whoever has the secret ask for the operation of the rules on the payments of an order, and for nothing else', async () => {
    const body = inBody({
      data: { type: 'order', id: 250, paymentId: 117, operationCode: 0, storeHash: 'nordic4b' },
      created_at: 1_795_334_400,
      type: 'deletePayment',
      paymentId: 117,
      operationCode: 1,
    })
    expect(await send({ body })).toBe(200)
    const webhook = { scope: 'store/order/statusUpdated', storeHash: 'luma7x2', orderId: '250', hash: 'a1' }
    expect((await door.intake()).map(message => JSON.parse(message.body))).toEqual([
      { webhook: { ...webhook, createdAt: 1_795_334_400 } },
    ])
  })

  it.each([
    [
      'nested as deep as it goes',
      inBody({ data: 0 }).replace('"data":0', `"data":${'['.repeat(30_000)}${']'.repeat(30_000)}`),
    ],
    [
      'of thousands of names',
      inBody({ data: Object.fromEntries(Array.from({ length: 5_000 }, (_, nth) => [`k${nth}`, nth])) }),
    ],
    [
      'with a number of 60,000 digits',
      inBody({ data: 0 }).replace('"data":0', `"data":{"id":${'9'.repeat(60_000)}}`),
    ],
    [
      'with a prototype in it',
      '{"__proto__":{"producer":"stores/luma7x2"},"scope":"store/order/statusUpdated"}',
    ],
    ['with an order that is a path', inBody({ data: { type: 'order', id: '../../secrets' } })],
    [
      'with a hash that is a line of the log',
      inBody({ data: { type: 'order', id: 5 }, hash: '\n{"_aws":{}}' }),
    ],
    ['of control characters', `{"producer":"stores/luma7x2","data":"${'\u0001'.repeat(2_000)}"}`],
  ])('answers a body %s at once, signed or not, and puts nothing of it on the queue', async (_, body) => {
    const before = systemClock.now()
    expect(await send({ body, secret: 'guessed' })).toBe(401)
    expect([200, 401]).toContain(await send({ body }))
    expect(systemClock.now() - before).toBeLessThan(2_000)
    for (const message of await door.intake()) {
      expect(message.body.length).toBeLessThan(600)
      expect(JSON.parse(message.body)).toMatchObject({ webhook: { unreadable: expect.any(String) } })
    }
    await expectQuiet()
  })
})
