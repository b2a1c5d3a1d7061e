import { afterEach, describe, expect, it } from '@jest/globals'
import { Webhook } from 'standardwebhooks'
import { systemClock } from '../../../../lib/adapters/system.js'
import type { Sandbox, SandboxOptions } from '../../../../lib/local/sandbox/start-sandbox.js'
import { type LoopbackServer, startLoopbackServer } from '../../../../lib/local/stack/loopback-server.js'
import { waitUntil } from '../../../support/wait-until.js'
import { alpha, alphaToken, aPayment, aSandbox, stopSandboxes } from '../a-sandbox.js'

const secret = 'client-secret-of-alpha'

type Received = { headers: Record<string, string>; body: string }
const doors: LoopbackServer[] = []

/** A destination that answers each call with the next of the statuses, and with the last of them from then on. */
async function aDoor(...statuses: number[]): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = []
  const door = await startLoopbackServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      )
      received.push({ headers, body: Buffer.concat(chunks).toString() })
      response.writeHead(statuses[received.length - 1] ?? statuses.at(-1) ?? 200)
      response.end()
    })
  })
  doors.push(door)
  return { url: door.url, received }
}

/** A store whose hours are milliseconds, with a webhook on the scope at the destination. */
async function aRegisteredStore(
  destination: string,
  {
    scope = 'store/order/statusUpdated',
    headers = {},
    ...options
  }: Partial<SandboxOptions> & { scope?: string; headers?: Record<string, string> } = {},
): Promise<Sandbox> {
  const seed = alpha([aPayment()], { webhookSecret: secret })
  const sandbox = await aSandbox({ clock: systemClock, timeScale: 1e-6, stores: [seed], ...options })
  await fetch(`${sandbox.storeApiUrl}/stores/alpha/v3/hooks`, {
    method: 'POST',
    headers: { 'X-Auth-Token': alphaToken, 'Content-Type': 'application/json' },
    body: JSON.stringify({ scope, destination, headers }),
  })
  return sandbox
}

const until = async (isSo: () => boolean) => expect(await waitUntil(isSo, 5_000)).toBe(true)
const results = (sandbox: Sandbox) => sandbox.deliveries().map(({ result }) => result)

afterEach(async () => {
  await stopSandboxes()
  await Promise.all(doors.splice(0).map(door => door.stop()))
})

describe('createWebhooks', () => {
  it('tells of a changed order, signed so that the specification’s own library verifies it', async () => {
    const door = await aDoor()
    const sandbox = await aRegisteredStore(door.url, { headers: { 'x-payops-webhook': 'shared' } })
    const hash = sandbox.changeOrder('alpha', { id: 250, fundingStatus: 3 })
    await until(() => results(sandbox).includes('taken'))
    const [{ headers, body } = { headers: {}, body: '' }] = door.received
    expect(new Webhook(Buffer.from(secret).toString('base64')).verify(body, headers)).toEqual({
      scope: 'store/order/statusUpdated',
      store_id: '1001234',
      data: { type: 'order', id: 250, status: { previous_status_id: 11, new_status_id: 2 } },
      hash,
      created_at: expect.any(Number),
      producer: 'stores/alpha',
    })
    expect(headers['x-payops-webhook']).toBe('shared')
  })

  it.each([
    ['transactionCreated', 'store/order/transaction/created', { type: 'transaction', order_id: '250' }],
    ['transactionUpdated', 'store/order/transaction/updated', { type: 'transaction', order_id: '250' }],
    ['refundCreated', 'store/order/refund/created', { type: 'order', id: 250, refund: { refund_id: 1 } }],
  ] as const)('tells of %s under its own scope', async (news, scope, data) => {
    const door = await aDoor()
    const sandbox = await aRegisteredStore(door.url, { scope: 'store/order/*' })
    sandbox.changeOrder('alpha', { id: 250 }, { news })
    await until(() => results(sandbox).includes('taken'))
    expect(JSON.parse(door.received[0]?.body ?? '')).toMatchObject({ scope, data })
  })

  it('sends duplicates on demand, of one hash and of an id each', async () => {
    const door = await aDoor()
    const sandbox = await aRegisteredStore(door.url)
    const hash = sandbox.changeOrder('alpha', { id: 250 }, { copies: 3 })
    await until(() => results(sandbox).length === 3)
    expect(door.received.map(({ body }) => JSON.parse(body).hash)).toEqual([hash, hash, hash])
    expect(new Set(door.received.map(({ headers }) => headers['webhook-id'])).size).toBe(3)
  })

  it('comes again with the same id and body until it is answered 200', async () => {
    const door = await aDoor(503, 202, 200)
    const sandbox = await aRegisteredStore(door.url)
    sandbox.changeOrder('alpha', { id: 250 })
    await until(() => results(sandbox).includes('taken'))
    expect(sandbox.deliveries()).toMatchObject([
      { attempt: 1, status: 503, result: 'failed' },
      { attempt: 2, status: 202, result: 'failed' },
      { attempt: 3, status: 200, result: 'taken' },
    ])
    expect(new Set(door.received.map(({ headers, body }) => `${headers['webhook-id']} ${body}`)).size).toBe(1)
  })

  it('waits as long as documented between two attempts, scaled', async () => {
    const door = await aDoor(503, 503, 200)
    const sandbox = await aRegisteredStore(door.url, { timeScale: 1e-3 })
    sandbox.changeOrder('alpha', { id: 250 })
    await until(() => results(sandbox).includes('taken'))
    const [first, second, third] = sandbox.deliveries().map(({ at }) => at)
    expect(Number(second) - Number(first)).toBeGreaterThanOrEqual(59)
    expect(Number(third) - Number(second)).toBeGreaterThanOrEqual(179)
  })

  it('switches the webhook off after the eleventh retry', async () => {
    const door = await aDoor(500)
    const sandbox = await aRegisteredStore(door.url)
    sandbox.changeOrder('alpha', { id: 250 })
    await until(() => results(sandbox).includes('deactivated'))
    expect(door.received).toHaveLength(12)
    expect(sandbox.hooks('alpha')).toMatchObject([{ is_active: false }])
    sandbox.changeOrder('alpha', { id: 250 })
    expect(results(sandbox).at(-1)).toBe('noHook')
  })

  it('leaves a destination alone for a while once too few of its webhooks succeed', async () => {
    const door = await aDoor(500, 200)
    const sandbox = await aRegisteredStore(door.url, { timeScale: 1e-3, blockFromFailures: 1 })
    sandbox.changeOrder('alpha', { id: 250 })
    await until(() => results(sandbox).includes('failed'))
    sandbox.changeOrder('alpha', { id: 251 })
    await until(() => results(sandbox).filter(result => result === 'taken').length === 2)
    const [failed, ...taken] = sandbox.deliveries().map(({ at }) => at)
    for (const at of taken) expect(at - Number(failed)).toBeGreaterThanOrEqual(179)
  })

  it('counts no answer at all as a failure', async () => {
    const sandbox = await aRegisteredStore('http://127.0.0.1:1/')
    sandbox.changeOrder('alpha', { id: 250 })
    await until(() => results(sandbox).includes('failed'))
    expect(sandbox.deliveries()[0]).toMatchObject({ attempt: 1, status: undefined })
  })

  it('says so when nobody has registered', async () => {
    const sandbox = await aSandbox()
    const hash = sandbox.changeOrder('alpha', { id: 250 })
    expect(sandbox.deliveries()).toMatchObject([{ hash, hookId: undefined, result: 'noHook' }])
  })

  it('signs with a rotated secret from then on', async () => {
    const door = await aDoor()
    const sandbox = await aRegisteredStore(door.url)
    sandbox.rotateWebhookSecret('alpha', 'next')
    sandbox.changeOrder('alpha', { id: 250 })
    await until(() => results(sandbox).includes('taken'))
    const [{ headers, body } = { headers: {}, body: '' }] = door.received
    expect(() => new Webhook(Buffer.from('next').toString('base64')).verify(body, headers)).not.toThrow()
  })
})
