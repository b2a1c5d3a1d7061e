import { afterEach, describe, expect, it } from '@jest/globals'
import { systemClock, systemRandom } from '../../lib/adapters/system.js'
import { exampleStores } from '../../lib/local/sandbox/example-stores.js'
import { type Sandbox, startSandbox } from '../../lib/local/sandbox/start-sandbox.js'
import { type Stack, startStack } from '../../lib/local/stack/start-stack.js'
import { atTheEnd, endAll } from '../support/endings.js'
import { expectNoSentinel, sentinelToken } from '../support/sentinel.js'
import { waitUntil } from '../support/wait-until.js'

// The whole road, with nothing in between that is not deployed: a store that changes an order, and the payment that follows.

const storeHash = 'luma7x2'
const webhookSecret = `${sentinelToken}-webhooks`
const lines: string[] = []

afterEach(async () => {
  expectNoSentinel(lines.splice(0))
  await endAll()
})

async function aRoad({
  webhookHeader,
}: {
  webhookHeader?: string
} = {}): Promise<{ sandbox: Sandbox; stack: Stack }> {
  const stores = exampleStores({ luma7x2: { accessToken: sentinelToken, webhookSecret } })
  const quota = { limit: 10_000, windowMs: 1_000 }
  const sandbox = await startSandbox({ clock: systemClock, stores, timeScale: 0.002, quota })
  atTheEnd(sandbox.stop)
  const stack = await startStack({
    clock: systemClock,
    random: systemRandom,
    template: 'serverless.yml',
    distDirectory: 'dist',
    params: { webhookDelaySeconds: '1' },
    environment: {
      B2B_API_BASE_URL: sandbox.url,
      STORE_API_BASE_URL: sandbox.storeApiUrl,
      DELAY_SCALE: '0.002',
    },
    secrets: {
      [`payops/${storeHash}`]: JSON.stringify({
        storeHash,
        accessToken: sentinelToken,
        webhookSecret,
        webhookHeader,
      }),
    },
    onFunctionLog: (_, line) => lines.push(line),
  })
  atTheEnd(stack.stop)
  for (const scope of [
    'store/order/statusUpdated',
    'store/order/transaction/created',
    'store/order/refund/created',
  ]) {
    const headers = webhookHeader === undefined ? null : { 'x-payops-webhook': webhookHeader }
    const registered = await fetch(`${sandbox.storeApiUrl}/stores/${storeHash}/v3/hooks`, {
      method: 'POST',
      headers: { 'X-Auth-Token': sentinelToken, 'Content-Type': 'application/json' },
      body: JSON.stringify({ scope, destination: stack.functionUrls['receiveWebhook'], headers }),
    })
    expect(registered.status).toBe(200)
  }
  return { sandbox, stack }
}

const pullsOf = (sandbox: Sandbox, paymentId: number): number =>
  sandbox.effects().filter(effect => effect.paymentId === paymentId && effect.operationCode === 2).length

async function expectQuiet({ stack, sandbox }: { stack: Stack; sandbox: Sandbox }): Promise<void> {
  const isEmpty = () =>
    ['WebhookQueue', 'OperationsQueue'].every(queue => {
      const { ready, delayed, inFlight } = stack.queueDepth(queue)
      return ready + delayed + inFlight === 0
    })
  const isDelivered = () => sandbox.deliveries().filter(({ result }) => result === 'taken').length > 0
  expect(await waitUntil(() => isDelivered() && isEmpty(), 30_000)).toBe(true)
  expect(stack.queueDepth('OperationsDeadLetterQueue').ready).toBe(0)
}

describe('the road of a webhook', () => {
  it('leads from a changed order to its payment, once for several webhooks that come together', async () => {
    const road = await aRoad()
    const { sandbox } = road
    sandbox.changeOrder(storeHash, { id: 5148, fundingStatus: 1 }, { copies: 3 })
    sandbox.changeOrder(storeHash, { id: 5148, fundingStatus: 0 }, { news: 'transactionCreated' })
    sandbox.changeOrder(
      storeHash,
      { id: 5148, fundingStatus: 1, processingStatus: 4 },
      { news: 'refundCreated' },
    )
    await waitUntil(() => sandbox.deliveries().length === 5, 30_000)
    await expectQuiet(road)
    expect(sandbox.payment(storeHash, 148)).toMatchObject({ fundingStatus: 1, processingStatus: 4 })
    expect(pullsOf(sandbox, 148)).toBeLessThanOrEqual(2)
    expect(sandbox.deliveries().map(({ result }) => result)).toEqual(Array(5).fill('taken'))
  })

  it('goes on where Secrets Manager was out at first: the store comes again', async () => {
    const road = await aRoad()
    const { sandbox, stack } = road
    stack.breakDown('secrets', 2)
    sandbox.changeOrder(storeHash, { id: 5148, fundingStatus: 1 })
    await waitUntil(() => sandbox.payment(storeHash, 148)?.fundingStatus === 1, 30_000)
    await expectQuiet(road)
    expect(sandbox.deliveries()).toMatchObject([
      { status: 503, result: 'failed' },
      { status: 200, result: 'taken' },
    ])
    expect(pullsOf(sandbox, 148)).toBe(1)
  })

  it('drops nothing where the secret is rotated at the store and here', async () => {
    const road = await aRoad({ webhookHeader: 'shared-value' })
    const { sandbox, stack } = road
    sandbox.changeOrder(storeHash, { id: 5158, fundingStatus: 1 })
    await waitUntil(() => sandbox.deliveries().length === 1, 30_000)
    sandbox.rotateWebhookSecret(storeHash, `${sentinelToken}-rotated`)
    const secret = { storeHash, accessToken: sentinelToken, webhookHeader: 'shared-value' }
    const rotated = { ...secret, webhookSecret: `${sentinelToken}-rotated` }
    stack.putSecret(`payops/${storeHash}`, JSON.stringify(rotated))
    sandbox.changeOrder(storeHash, { id: 5148, fundingStatus: 1 })
    await waitUntil(() => sandbox.payment(storeHash, 148)?.fundingStatus === 1, 30_000)
    await expectQuiet(road)
    expect(sandbox.deliveries().map(({ status }) => status)).toEqual([200, 200])
    expect([pullsOf(sandbox, 148), pullsOf(sandbox, 158)]).toEqual([1, 1])
  })
})
