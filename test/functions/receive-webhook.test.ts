import { afterEach, describe, expect, it } from '@jest/globals'
import { systemClock } from '../../lib/adapters/system.js'
import { type BuiltDoor, startBuiltDoor } from '../support/built-door.js'
import { atTheEnd, endAll } from '../support/endings.js'
import { expectNoSentinel, sentinelToken } from '../support/sentinel.js'
import { type Delivery, signCall, signText, toUrlEvent } from '../support/signed-call.js'

const secret = 'client-secret/7f3a'
const now = (): number => Math.floor(systemClock.now() / 1000)
const doors: BuiltDoor[] = []

afterEach(async () => {
  for (const door of doors.splice(0)) {
    const lines = await door.printed()
    expectNoSentinel(lines)
    expect(lines.join('\n')).not.toContain('client-secret')
  }
  await endAll()
})

async function aDoor(options?: Parameters<typeof startBuiltDoor>[0], webhookHeader?: string) {
  const door = await startBuiltDoor(options)
  doors.push(door)
  putSecret(door, secret, webhookHeader)
  return door
}

const putSecret = ({ emulators }: BuiltDoor, webhookSecret: string, webhookHeader?: string): void =>
  void emulators.secrets.put(
    'payops/luma7x2',
    JSON.stringify({ storeHash: 'luma7x2', accessToken: sentinelToken, webhookSecret, webhookHeader }),
  )

const aCall = (delivery: Partial<Delivery> = {}) => signCall({ secret, timestamp: now(), ...delivery })

const answered = (statusCode: number) => ({
  statusCode,
  headers: { 'cache-control': 'no-store' },
  body: '',
})

/** The metrics of each line; a line that is anything else fails. */
const countsOf = async (door: BuiltDoor): Promise<Record<string, unknown>[]> =>
  (await door.printed()).map(line => {
    const { _aws, Deployment, ...counts } = JSON.parse(line)
    expect(_aws.CloudWatchMetrics).toHaveLength(1)
    expect(Deployment).toBe('payops-door')
    return counts
  })

describe('the built receiveWebhook', () => {
  it('puts one message on the intake queue, and answers 200 then', async () => {
    const door = await aDoor()
    expect(await door.call(toUrlEvent(aCall()))).toEqual(answered(200))
    const webhook =
      '{"webhook":{"scope":"store/order/statusUpdated","storeHash":"luma7x2","orderId":"250","hash":"352e4afc6dd3fc85ea26bfdf3f91852604d57528","createdAt":1795334400}}'
    const deduplicationId = '352e4afc6dd3fc85ea26bfdf3f91852604d57528'
    expect(await door.intake()).toEqual([{ body: webhook, groupId: 'luma7x2:order:250', deduplicationId }])
    expect(await countsOf(door)).toEqual([{ WebhooksStored: 1 }])
    expect(door.proxy.calls()).toEqual(['SecretsManager GetSecretValue', 'SQS SendMessage'])
  })

  it('takes a body that Lambda hands over in base64', async () => {
    const door = await aDoor()
    const event = toUrlEvent(aCall({ data: { type: 'order', id: 7, note: 'Łódź ☂' } }), { base64: true })
    expect(await door.call(event)).toEqual(answered(200))
    expect(await door.intake()).toMatchObject([{ groupId: 'luma7x2:order:7' }])
  })

  it('refuses what is not verified with 401, and leaves nothing but a count of it', async () => {
    const door = await aDoor()
    const call = aCall({ data: { type: 'order', id: 250, customer: sentinelToken } })
    const forged = signText('another secret', `msg_2026.${now()}.${call.body}`)
    const late = { timestamp: now() - 400 }
    const broken = { ...call, body: call.body.replace('250', '251') }
    const withHeader = (name: string, value: string) => ({
      ...call,
      headers: { ...call.headers, [name]: value },
    })
    const refused = [
      broken,
      withHeader('webhook-signature', forged),
      withHeader('webhook-signature', sentinelToken),
      withHeader('webhook-id', 'msg_other'),
      withHeader('webhook-timestamp', `${now() + 1}`),
      withHeader('webhook-timestamp', 'soon'),
      { ...call, headers: { 'x-custom': sentinelToken } },
      aCall(late),
      aCall({ timestamp: now() + 400 }),
      aCall({ storeHash: 'nobody7' }),
      aCall({ storeHash: '../luma7x2' }),
      aCall({ body: '' }),
      aCall({ body: sentinelToken }),
      aCall({ body: '[]' }),
    ]
    for (const one of refused) expect(await door.call(toUrlEvent(one))).toEqual(answered(401))
    expect(await door.call(toUrlEvent(call, { method: 'GET' }))).toEqual(answered(401))
    expect(await countsOf(door)).toEqual(Array(refused.length + 1).fill({ WebhooksRefused: 1 }))
    expect(await door.intake()).toEqual([])
  })

  it('refuses a body above 64 KiB with 413, and takes one of exactly that', async () => {
    const door = await aDoor()
    const empty = aCall({ data: { type: 'order', id: 250, note: '' } }).body.length
    const ofSize = (bytes: number) =>
      aCall({ data: { type: 'order', id: 250, note: 'x'.repeat(bytes - empty) } })
    expect(await door.call(toUrlEvent(ofSize(65_536), { base64: true }))).toEqual(answered(200))
    expect(await door.call(toUrlEvent(ofSize(65_537), { base64: true }))).toEqual(answered(413))
    expect(await door.call(toUrlEvent(ofSize(65_537)))).toEqual(answered(413))
    expect(await countsOf(door)).toEqual([
      { WebhooksStored: 1 },
      { WebhooksRefused: 1 },
      { WebhooksRefused: 1 },
    ])
  })

  it('passes over a scope that leads to nothing, and a store that is switched off', async () => {
    const WEBHOOK_RULES = '{"store/order/refund/created":"off"}'
    const door = await aDoor({ environment: { WEBHOOK_RULES, WEBHOOKS_OFF_FOR: 'off1' } })
    door.emulators.secrets.put(
      'payops/off1',
      JSON.stringify({ storeHash: 'off1', authToken: 'x', webhookSecret: secret }),
    )
    const calls = [
      aCall({ scope: 'store/cart/created' }),
      aCall({ scope: 'store/order/refund/created' }),
      aCall({ storeHash: 'off1' }),
    ]
    for (const call of calls) expect(await door.call(toUrlEvent(call))).toEqual(answered(200))
    expect(await countsOf(door)).toEqual(Array(3).fill({ WebhooksPassedOver: 1 }))
    expect(await door.intake()).toEqual([])
  })

  it('asks for the shared header where the secret holds one', async () => {
    const door = await aDoor({}, 'shared-value')
    const withValue = (value: string) => aCall({ headers: { 'X-Payops-Webhook': value } })
    expect(await door.call(toUrlEvent(aCall()))).toEqual(answered(401))
    expect(await door.call(toUrlEvent(withValue('shared-valuf')))).toEqual(answered(401))
    expect(await door.call(toUrlEvent(withValue('shared-value')))).toEqual(answered(200))
  })

  it('answers 503 when Secrets Manager does not say, and 200 once it does', async () => {
    const door = await aDoor()
    door.emulators.secrets.failNext(2)
    expect(await door.call(toUrlEvent(aCall()))).toEqual(answered(503))
    expect(await door.call(toUrlEvent(aCall()))).toEqual(answered(200))
    expect((await door.printed()).map(line => JSON.parse(line))).toMatchObject([
      {
        level: 'WARN',
        message: 'a webhook was not taken: its store sends it again',
        error: 'Secrets Manager did not answer for payops/luma7x2: InternalServiceError',
      },
      { GroundFailures: 1, WebhooksNotTaken: 1 },
      { WebhooksStored: 1 },
    ])
  })

  it('answers 503 when the queue is gone', async () => {
    const door = await aDoor()
    await door.emulators.queues.stop()
    expect(await door.call(toUrlEvent(aCall()))).toEqual(answered(503))
  })

  it('answers 503 when the answer of the queue is lost, and the second delivery is the same message', async () => {
    let isLost = true
    const door = await aDoor({
      cut: async (call, at) => isLost && call === 'SQS SendMessage' && at === 'answered',
    })
    expect(await door.call(toUrlEvent(aCall()))).toEqual(answered(503))
    isLost = false
    expect(await door.call(toUrlEvent(aCall()))).toEqual(answered(200))
    expect(await door.intake()).toHaveLength(1)
  })

  it('does not answer before the queue has the message', async () => {
    const reached = Promise.withResolvers<void>()
    const opened = Promise.withResolvers<void>()
    const door = await aDoor({
      cut: async (call, at) => {
        if (call !== 'SQS SendMessage' || at !== 'arrived') return false
        reached.resolve()
        await opened.promise
        return false
      },
    })
    atTheEnd(opened.resolve)
    const answer = door.call(toUrlEvent(aCall()))
    await reached.promise
    const first = await Promise.race([answer, Promise.resolve('none yet')])
    expect([first, await door.intake()]).toEqual(['none yet', []])
    opened.resolve()
    expect(await answer).toEqual(answered(200))
    expect(await door.intake()).toHaveLength(1)
  })

  it('drops nothing when the secret is rotated', async () => {
    const door = await aDoor()
    expect(await door.call(toUrlEvent(aCall()))).toEqual(answered(200))
    putSecret(door, 'client-secret/second')
    const call = aCall({ secret: 'client-secret/second', data: { type: 'order', id: 251 }, hash: 'second' })
    expect(await door.call(toUrlEvent(call))).toEqual(answered(200))
    expect(await door.intake()).toHaveLength(2)
  })

  it('keeps a webhook that it cannot read for a person, without what stands in it', async () => {
    const door = await aDoor()
    expect(await door.call(toUrlEvent(aCall({ data: { id: sentinelToken } })))).toEqual(answered(200))
    const body =
      '{"webhook":{"scope":"store/order/statusUpdated","storeHash":"luma7x2","unreadable":"data.id must be a positive whole number"}}'
    expect(await door.intake()).toMatchObject([{ body, groupId: 'luma7x2:unreadable' }])
  })

  it('refuses an event that is no call of its URL', async () => {
    const door = await startBuiltDoor()
    await expect(door.invoke({ Records: [] })).rejects.toThrow(
      'this function takes calls of its Function URL',
    )
  })
})
