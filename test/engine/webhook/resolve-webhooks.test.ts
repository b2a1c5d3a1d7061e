import { describe, expect, it } from '@jest/globals'
import { Unavailable } from '../../../lib/core/errors.js'
import { asEpochMs } from '../../../lib/core/time.js'
import { parseWebhookRules } from '../../../lib/core/webhook/webhook-rules.js'
import { WebhookWorld, worldStart } from '../../support/webhook-world.js'

const aWorld = () => {
  const world = new WebhookWorld()
  world.store.add('abc', '250', 12, 117)
  return world
}
const paths = (world: WebhookWorld) => world.store.calls.map(({ method, path }) => `${method} ${path}`)

describe('resolveWebhooks: the look', () => {
  it('goes from the order to its invoices and from these to their payments', async () => {
    const world = aWorld()
    const { hash } = await world.hear()
    await world.drain()
    expect(paths(world)).toEqual([
      'GET /invoices?offset=0&limit=249&searchBy=orderNumber&q=250',
      'GET /payments?offset=0&limit=249&invoiceId=12',
      'POST /payments/117/operations',
    ])
    expect(world.store.pulls).toMatchObject([{ paymentId: 117, by: `webhook:${hash}:117` }])
  })

  it('hands the scope and the order through to the outcome', async () => {
    const world = aWorld()
    await world.hear({ scope: 'store/order/refund/created' })
    await world.drain()
    expect(world.outcomes).toMatchObject([
      {
        status: 'succeeded',
        operationCode: 2,
        metadata: { webhookScope: 'store/order/refund/created', orderId: '250' },
      },
    ])
  })

  it('leaves out the invoices of orders whose number only contains this one', async () => {
    const world = new WebhookWorld()
    world.store.add('abc', '250', 12, 117)
    world.store.add('abc', '25', 13, 118)
    world.store.add('abc', '2500', 14, 119)
    world.store.of('abc').invoices.push({ id: 15, orderNumber: null })
    await world.hear({ orderId: '25' })
    await world.drain()
    expect(world.store.pulls.map(({ paymentId }) => paymentId)).toEqual([118])
  })

  it('reads every page, also where the store gives shorter ones than it was asked for', async () => {
    const world = new WebhookWorld()
    world.store.pageMax = 2
    for (const invoiceId of [11, 12, 13]) world.store.add('abc', '250', invoiceId)
    for (const invoiceId of [14, 15]) world.store.add('abc', '2501', invoiceId)
    world.store.add('abc', '250', 16, 101, 102, 103, 104, 105)
    await world.hear()
    await world.drain()
    expect(world.store.pulls.map(({ paymentId }) => paymentId).sort()).toEqual([101, 102, 103, 104, 105])
  })

  it('asks once for a payment of two invoices', async () => {
    const world = new WebhookWorld()
    world.store.add('abc', '250', 11)
    world.store.add('abc', '250', 12)
    world.store.of('abc').payments.push({ id: 117, invoiceIds: [11, 12], allowedOperations: [2] })
    await world.hear()
    await world.drain()
    expect(world.store.pulls).toHaveLength(1)
  })

  it('finds nothing to do for an order without an invoice, and calls that no failure', async () => {
    const world = new WebhookWorld()
    await world.hear()
    await world.drain()
    expect(world.counted('OrdersWithoutInvoice')).toBe(1)
    expect([world.letters, world.store.pulls]).toEqual([[], []])
  })

  it('passes over a payment that does not allow the operation, and asks one that says nothing', async () => {
    const world = new WebhookWorld()
    world.store.add('abc', '250', 12)
    world.store
      .of('abc')
      .payments.push(
        { id: 117, invoiceIds: [12], allowedOperations: [0] },
        { id: 118, invoiceIds: [12], allowedOperations: undefined },
        { id: 119, invoiceIds: [12], allowedOperations: [] },
      )
    await world.hear()
    await world.drain()
    expect(world.store.pulls.map(({ paymentId }) => paymentId)).toEqual([118])
    expect(world.counted('PaymentsPassedOver')).toBe(2)
    expect(world.counted('PaymentsAsked')).toBe(1)
  })

  it('carries out the operation that the rules name for the scope', async () => {
    const world = aWorld()
    const rules = parseWebhookRules('{"store/order/refund/created": 0}', undefined)
    await world.hear({ scope: 'store/order/refund/created' })
    world.clock.moveTo(asEpochMs(worldStart + 10_000))
    await world.clock.run(world.resolve({ ...world.resolver, rules }))
    expect(JSON.parse(world.operations.receive()[0]?.body ?? '')).toMatchObject({
      type: 'performOperation',
      operationCode: 0,
    })
  })
})

describe('resolveWebhooks: several webhooks', () => {
  it('makes a burst of 20 for one order three calls to the API', async () => {
    const world = aWorld()
    for (let n = 0; n < 20; n += 1) {
      await world.hear({ createdAt: Math.floor(worldStart / 1000) + (n % 3) })
      world.clock.moveTo(asEpochMs(world.clock.now() + 100))
    }
    await world.drain()
    expect(paths(world)).toHaveLength(3)
    expect(world.store.pulls).toHaveLength(1)
    expect(world.counted('WebhooksCovered')).toBe(19)
    expect(world.counted('OrderLooks')).toBe(1)
  })

  it('looks again for one that comes after a look began', async () => {
    const world = aWorld()
    await world.hear()
    await world.drain()
    await world.hear()
    await world.drain()
    expect(world.store.pulls).toHaveLength(2)
  })

  it('knows a duplicate that comes after the deduplication of the queue is over', async () => {
    const world = aWorld()
    const webhook = await world.hear()
    await world.drain()
    world.clock.moveTo(asEpochMs(world.clock.now() + 86_400_000))
    await world.hear(webhook)
    await world.drain()
    expect(world.store.calls).toHaveLength(3)
    expect(world.counted('WebhooksCovered')).toBe(1)
  })

  it('knows a duplicate of one that another look covered', async () => {
    const world = aWorld()
    await world.hear()
    const webhook = await world.hear()
    for (let n = 0; n < 12; n += 1) await world.hear()
    const last = await world.hear()
    await world.drain()
    world.clock.moveTo(asEpochMs(world.clock.now() + 3_600_000))
    await world.hear(webhook)
    await world.hear(last)
    await world.drain()
    expect(world.store.calls).toHaveLength(3)
  })

  it('keeps stores, orders and operations apart', async () => {
    const world = aWorld()
    world.secrets.set('xyz', 'token-2')
    world.store.add('xyz', '250', 12, 117)
    world.store.add('abc', '251', 13, 118)
    await world.hear()
    await world.hear({ storeHash: 'xyz' })
    await world.hear({ orderId: '251' })
    await world.drain()
    expect(world.store.pulls.map(({ storeHash, paymentId }) => `${storeHash} ${paymentId}`).sort()).toEqual([
      'abc 117',
      'abc 118',
      'xyz 117',
    ])
  })

  it('leaves alone what was switched off since it was taken', async () => {
    const world = aWorld()
    await world.hear()
    await world.hear({ scope: 'store/order/refund/created' })
    const rules = parseWebhookRules('{"store/order/refund/created": "off"}', undefined)
    world.clock.moveTo(asEpochMs(worldStart + 10_000))
    await world.clock.run(world.resolve({ ...world.resolver, rules }))
    await world.drain()
    expect(world.counted('WebhooksPassedOver')).toBe(1)
    expect(world.store.pulls).toHaveLength(1)
  })
})

describe('resolveWebhooks: the count of webhooks that needed no look', () => {
  const longAgo = Math.floor(worldStart / 1000) - 5 * 86_400

  it('takes nothing away for a look that was begun for another', async () => {
    const world = aWorld()
    world.store.mishap = () => 'refused'
    await world.hear({ createdAt: longAgo })
    await world.drain()
    world.store.mishap = () => 'none'
    await world.hear({ createdAt: longAgo })
    await world.drain()
    expect([world.counted('OrderLooks'), world.counted('WebhooksCovered')]).toEqual([2, 0])
  })

  it('counts what was answered before a look that could not be made', async () => {
    const world = aWorld()
    world.store.mishap = () => 'lost'
    await world.hear()
    await world.hear()
    world.clock.moveTo(asEpochMs(worldStart + 10_000))
    await world.clock.run(world.resolve())
    await world.hear({ createdAt: longAgo })
    world.store.mishap = ({ method }) =>
      method === 'GET' && world.store.calls.length >= 3 ? 'refused' : 'none'
    await world.drain()
    expect([world.letters.length, world.store.pulls.length]).toEqual([1, 1])
    expect([world.counted('OrderLooks'), world.counted('WebhooksCovered')]).toEqual([1, 1])
  })
})

describe('resolveWebhooks: rules that lead to several operations', () => {
  it('keep the order of the webhooks of an order, also where the first of them comes back', async () => {
    const world = new WebhookWorld()
    world.store.add('abc', '250', 12)
    world.store.of('abc').payments.push({ id: 117, invoiceIds: [12], allowedOperations: [0, 1] })
    const rules = parseWebhookRules(
      '{"store/order/transaction/created": 0, "store/order/refund/created": 1}',
      undefined,
    )
    world.store.mishap = () => (world.store.calls.length === 0 ? 'lost' : 'none')
    await world.hear({ scope: 'store/order/transaction/created' })
    await world.hear({ scope: 'store/order/refund/created' })
    world.clock.moveTo(asEpochMs(worldStart + 10_000))
    await world.clock.run(world.resolve({ ...world.resolver, rules }))
    expect([world.intake.size, world.operations.size]).toEqual([2, 0])
    world.clock.moveTo(asEpochMs(world.intake.nextVisibleAt() ?? 0))
    await world.clock.run(world.resolve({ ...world.resolver, rules }))
    await world.drain()
    expect(world.outcomes).toMatchObject([{ operationCode: 0 }, { operationCode: 1 }])
    expect(world.intake.size).toBe(0)
  })
})

describe('resolveWebhooks: rules that change', () => {
  it('carry out the new operation, also in one look with a repeat from before', async () => {
    const world = aWorld()
    const webhook = await world.hear()
    await world.drain()
    world.clock.moveTo(asEpochMs(worldStart + 3_600_000))
    await world.hear(webhook)
    await world.hear()
    const rules = parseWebhookRules('{"store/order/statusUpdated": 0}', undefined)
    world.clock.moveTo(asEpochMs(worldStart + 3_620_000))
    await world.clock.run(world.resolve({ ...world.resolver, rules }))
    await world.drain()
    expect(world.letters).toEqual([])
    expect(world.outcomes).toMatchObject([
      { requestId: `webhook:${webhook.hash}:117`, operationCode: 2 },
      { status: 'succeeded', operationCode: 0 },
    ])
  })
})

describe('resolveWebhooks: trouble', () => {
  it('waits for the quota as long as it takes, without a failure', async () => {
    const world = aWorld()
    const busyUntil = worldStart + 7 * 3_600_000
    world.store.mishap = () => (world.clock.now() < busyUntil ? 'throttled' : 'none')
    await world.hear()
    await world.drain(5_000)
    expect([world.letters.length, world.store.pulls.length]).toEqual([0, 1])
    expect([...world.watches.items.values()]).toMatchObject([{ failures: 0 }])
  })

  it('outlasts a store that is down for half an hour', async () => {
    const world = aWorld()
    world.store.mishap = () => (world.clock.now() < worldStart + 1_800_000 ? 'error500' : 'none')
    await world.hear()
    await world.drain(5_000)
    expect([world.letters.length, world.store.pulls.length]).toEqual([0, 1])
  })

  it('gives up on a store that is down for hours, with the reason and the body byte for byte', async () => {
    const world = aWorld()
    world.store.mishap = ({ method }) => (method === 'GET' ? 'error500' : 'none')
    const { hash, createdAt } = await world.hear()
    await world.drain(5_000)
    expect(world.clock.now() - worldStart).toBeGreaterThan(3_600_000)
    expect(world.letters).toMatchObject([
      {
        body: `{"webhook":{"scope":"store/order/statusUpdated","storeHash":"abc","orderId":"250","hash":"${hash}","createdAt":${createdAt}}}`,
        groupId: 'abc:order:250',
        attributes: {
          errorCode: 'RETRIES_EXHAUSTED',
          source: 'webhook',
          storeHash: 'abc',
          httpStatus: '500',
          errorMessage: expect.stringMatching(/^\d+ looks at the order failed: Internal error$/),
        },
      },
    ])
    expect(world.counted('DeadLettered')).toBe(1)
  })

  it('gives up at once on what the API refuses for good', async () => {
    const world = aWorld()
    world.store.mishap = () => 'refused'
    await world.hear()
    await world.drain()
    expect(world.letters).toMatchObject([
      { attributes: { errorCode: 'REJECTED_BY_API', errorMessage: 'No such search', httpStatus: '422' } },
    ])
    expect(world.store.calls).toHaveLength(1)
  })

  it('gives the credentials an hour to be mended', async () => {
    const world = aWorld()
    world.secrets.delete('abc')
    await world.hear()
    await world.drain(5_000)
    expect(world.clock.now() - worldStart).toBeGreaterThanOrEqual(3_600_000)
    expect(world.letters).toMatchObject([{ attributes: { errorCode: 'CREDENTIALS_MISSING' } }])
    expect(world.store.calls).toEqual([])
  })

  it('says of a refused token that it was refused', async () => {
    const world = aWorld()
    world.store.mishap = () => 'unauthorized'
    await world.hear()
    await world.drain(5_000)
    expect(world.letters).toMatchObject([{ attributes: { errorCode: 'CREDENTIALS_REJECTED' } }])
    expect(JSON.stringify([world.letters, world.log.lines])).not.toContain('token-1')
  })

  it('goes on where it gave up, under the key of the look that it had begun', async () => {
    const world = aWorld()
    world.store.mishap = () => 'refused'
    const webhook = await world.hear()
    await world.drain()
    world.store.mishap = () => 'none'
    const { body, groupId } = world.letters[0] ?? { body: '', groupId: '' }
    await world.intake.send({ body, groupId, deduplicationId: 'a redrive' })
    await world.drain()
    expect(world.store.pulls).toMatchObject([{ by: `webhook:${webhook.hash}:117` }])
  })

  it('takes what it gave up along with the next look', async () => {
    const world = aWorld()
    world.store.mishap = () => 'refused'
    await world.hear()
    await world.drain()
    world.store.mishap = () => 'none'
    await world.hear()
    await world.drain()
    const { body, groupId } = world.letters[0] ?? { body: '', groupId: '' }
    await world.intake.send({ body, groupId, deduplicationId: 'a redrive' })
    await world.drain()
    expect(world.store.pulls).toHaveLength(1)
  })

  it.each([
    [
      '{"webhook":{"scope":"store/order/statusUpdated","storeHash":"abc","unreadable":"data.id is no order"}}',
    ],
    ['{"paymentId":117,"operationCode":0}'],
    ['nonsense'],
  ])('puts what it cannot read where a person sees it: %s', async body => {
    const world = aWorld()
    await world.intake.send({ body, groupId: 'abc:unreadable', deduplicationId: 'd1' })
    await world.drain()
    expect(world.letters).toMatchObject([
      { body, attributes: { errorCode: 'INVALID_REQUEST', source: 'webhook' } },
    ])
    expect(world.store.calls).toEqual([])
  })

  it('lets a letter that its queue does not take come back', async () => {
    const world = aWorld()
    const { deadLetters } = world.resolver
    await world.intake.send({ body: 'nonsense', groupId: 'g', deduplicationId: 'd1' })
    world.clock.moveTo(asEpochMs(worldStart + 10_000))
    const refusing = { ...world.resolver, deadLetters: { send: async () => [false] } }
    await world.clock.run(world.resolve(refusing))
    expect(world.intake.size).toBe(1)
    await world.drain()
    expect([world.letters.length, deadLetters === world.resolver.deadLetters]).toEqual([1, true])
  })

  it.each([
    ['ledger', 'readHolds'],
    ['ledger', 'saveStoreHold'],
    ['watches', 'read'],
    ['watches', 'save'],
    ['credentials', 'get'],
    ['operations', 'send'],
    ['deadLetters', 'send'],
    ['queue', 'delay'],
  ] as const)('comes back, unharmed and uncounted, while %s.%s fails', async (port, method) => {
    const world = aWorld()
    if (method === 'saveStoreHold') world.secrets.delete('abc')
    const { hash } = await world.hear()
    await world.intake.send({ body: 'nonsense', groupId: 'g', deduplicationId: 'd1' })
    world.clock.moveTo(asEpochMs(worldStart + 10_000))
    const failing = async (): Promise<never> => {
      throw new Unavailable(`${port} is out`)
    }
    const broken = { ...world.resolver, [port]: { ...portOf(world, port), [method]: failing } }
    await world.clock.run(world.resolve(broken))
    world.secrets.set('abc', 'token-1')
    await world.drain()
    expect(world.store.pulls).toMatchObject([{ by: `webhook:${hash}:117` }])
    expect(world.letters).toMatchObject([{ body: 'nonsense' }])
  })

  it('asks the store once for what the operations queue refuses for a while', async () => {
    const world = aWorld()
    const { hash } = await world.hear()
    const send = async (message: Parameters<typeof world.operations.send>[0]): Promise<void> => {
      if (world.clock.now() < worldStart + 60_000) throw new Unavailable('the queue refuses')
      await world.operations.send(message)
    }
    while (world.intake.size > 0) {
      world.clock.moveTo(asEpochMs(world.intake.nextVisibleAt() ?? 0))
      await world.clock.run(world.resolve({ ...world.resolver, operations: { send } }))
    }
    await world.drain()
    expect(paths(world)).toHaveLength(3)
    expect(world.store.pulls).toMatchObject([{ by: `webhook:${hash}:117` }])
    expect(world.counted('OrderLooks')).toBe(1)
  })

  it('returns the webhooks of one order alone when it cannot go on with them', async () => {
    const world = aWorld()
    world.store.add('abc', '251', 13, 118)
    world.store.mishap = ({ path }) => (path.includes('q=250') ? 'lost' : 'none')
    await world.hear()
    await world.hear({ orderId: '251' })
    world.clock.moveTo(asEpochMs(worldStart + 10_000))
    await world.clock.run(world.resolve())
    expect([...world.intake.groups.keys()]).toEqual(['abc:order:250'])
  })

  it('counts what comes back, and how old it is, apart from the requests', async () => {
    const world = aWorld()
    world.store.mishap = () => 'lost'
    await world.hear()
    world.clock.moveTo(asEpochMs(worldStart + 60_000))
    await world.clock.run(world.resolve())
    expect([world.counted('WebhooksReturned'), world.counted('OldestWebhook')]).toEqual([1, 60])
    expect([world.counted('Returned'), world.counted('OldestReturned')]).toEqual([0, 0])
  })
})

const portOf = (world: WebhookWorld, port: keyof WebhookWorld['resolver']): object => {
  const methods: unknown = world.resolver[port]
  if (typeof methods !== 'object' || methods === null) throw new Error(`${port} is no port`)
  return Object.fromEntries(
    ['readHolds', 'saveStoreHold', 'read', 'save', 'get', 'refresh', 'send', 'delay'].flatMap(name => {
      const method: unknown = Reflect.get(methods, name)
      return typeof method === 'function' ? [[name, method.bind(methods)]] : []
    }),
  )
}
