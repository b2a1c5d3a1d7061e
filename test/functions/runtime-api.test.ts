import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { systemClock } from '../../lib/adapters/system.js'
import { writeIntake } from '../../lib/core/webhook/webhook.js'
import { exampleStores } from '../../lib/local/sandbox/example-stores.js'
import { functionEnvironment } from '../../lib/local/stack/function-environment.js'
import { type Surroundings, startSurroundings } from '../support/built-worker.js'
import { aBusEvent } from '../support/bus-event.js'
import { drainQueue } from '../support/drain-queue.js'
import { endAll } from '../support/endings.js'
import { startTcpServer } from '../support/http-server.js'
import { expectNoSentinel, sentinelToken } from '../support/sentinel.js'
import { signCall, toUrlEvent } from '../support/signed-call.js'
import { aRecord } from './a-deployment.js'
import { type LambdaContainer, startLambdaContainer } from './runtime/lambda-container.js'
import { type UnpackedFunction, unpackZips } from './runtime/packaged-zips.js'

// What is uploaded, run as AWS runs it: each zip alone in a directory, a bare Node 24, and Lambda's Runtime API around it.

let surroundings: Surroundings
let zips: UnpackedFunction[]
const containers: LambdaContainer[] = []

beforeAll(async () => {
  const [luma] = exampleStores({ luma7x2: { accessToken: sentinelToken } })
  if (luma === undefined) throw new Error('the examples hold no store')
  surroundings = await startSurroundings(luma)
  zips = await unpackZips()
})
afterEach(async () => {
  for (const container of containers.splice(0)) {
    expectNoSentinel(container.lines())
    expect(container.strangers).toEqual([])
    await container.stop()
  }
})
afterAll(endAll)

async function start(
  functionKey: string,
  environment: Record<string, string> = {},
): Promise<LambdaContainer> {
  const { declaration, emulators, sandbox } = surroundings
  const [zip, declared] = [
    zips.find(found => found.functionKey === functionKey),
    declaration.functions[functionKey],
  ]
  if (zip === undefined || declared === undefined) throw new Error(`there is no ${functionKey}`)
  const container = await startLambdaContainer(zip.directory, {
    ...functionEnvironment(declared, declaration.region, emulators.queueUrls, emulators.functionUrls),
    ...emulators.env,
    B2B_API_BASE_URL: sandbox.url,
    DEFAULT_STORE_HASH: 'luma7x2',
    DELAY_SCALE: '0.01',
    ...environment,
  })
  containers.push(container)
  return container
}

async function bodiesOf(logicalId: string): Promise<string[]> {
  const { env, queueUrls } = surroundings.emulators
  const messages = await drainQueue(env['AWS_ENDPOINT_URL_SQS'] ?? '', queueUrls[logicalId] ?? '')
  return messages.map(({ Body = '' }) => Body)
}

const aTick = { ...aBusEvent('tick-1', {}), 'detail-type': 'Scheduled Event', source: 'aws.events' }
const request = (requestId: string, paymentId: number) =>
  JSON.stringify({ requestId, paymentId, operationCode: 0 })
const poison = '{"paymentId":121,"operatonCode":0}'

describe('a zip', () => {
  it('is there for each function, and holds its bundle alone', () => {
    expect(zips.map(({ functionKey, files }) => [functionKey, files])).toEqual([
      ['acceptOperation', ['dist/functions/accept-operation.mjs']],
      ['performOperations', ['dist/functions/perform-operations.mjs']],
      ['receiveWebhook', ['dist/functions/receive-webhook.mjs']],
      ['reconcilePayments', ['dist/functions/reconcile-payments.mjs']],
      ['resolveWebhook', ['dist/functions/resolve-webhook.mjs']],
    ])
  })

  it.each([
    ['acceptOperation', 'LEDGER_TABLE_NAME'],
    ['performOperations', 'LEDGER_TABLE_NAME'],
    ['receiveWebhook', 'WEBHOOK_QUEUE_URL'],
    ['reconcilePayments', 'LEDGER_TABLE_NAME'],
    ['resolveWebhook', 'LEDGER_TABLE_NAME'],
  ])(
    'of %s says at its start that %s is missing in the environment, and ends',
    async (functionKey, variable) => {
      const container = await start(functionKey, { [variable]: '', LOG_LEVEL: 'LOUD' })
      const ending = await container.invoke({}, 10_000)
      expect(ending).toMatchObject({
        kind: 'initError',
        error: {
          errorType: 'InvalidConfig',
          errorMessage: expect.stringContaining(`${variable} is missing`),
        },
      })
      expect(await container.close(5_000)).toBe(1)
    },
  )
})

describe('the zip of performOperations in a Runtime API loop', () => {
  it('answers for valid, poison and empty batches, and ends by itself when no further one comes', async () => {
    const container = await start('performOperations')
    const perform = (...Records: ReturnType<typeof aRecord>[]) => container.invoke({ Records }, 30_000)
    const all = { kind: 'response', result: { batchItemFailures: [] } }
    expect(await perform(aRecord('z-1', request('z-1', 120)), aRecord('z-2', poison))).toEqual(all)
    expect(await perform(aRecord('z-3', request('z-3', 130)))).toEqual(all)
    expect(await perform()).toEqual(all)
    const performed = surroundings.sandbox.effects().map(({ paymentId }) => paymentId)
    expect(performed).toEqual([120, 130])
    expect(await bodiesOf('OperationsDeadLetterQueue')).toEqual([poison])
    expect(await container.close(3_000)).toBe(0)
  })

  it('takes an event of another trigger for an error, and serves on', async () => {
    const container = await start('performOperations')
    expect(await container.invoke({}, 30_000)).toMatchObject({
      kind: 'error',
      error: { errorType: 'TypeError', errorMessage: expect.stringContaining('takes SQS events') },
    })
    expect(await container.invoke({ Records: [] }, 30_000)).toMatchObject({ kind: 'response' })
    expect(await container.close(3_000)).toBe(0)
  })

  it('answers within its time where the API never does, and leaves nothing open behind it', async () => {
    const { port, connections } = await startTcpServer(socket => socket.resume())
    const container = await start('performOperations', { B2B_API_BASE_URL: `http://127.0.0.1:${port}` })
    const Records = [aRecord('z-hung', request('z-hung', 140))]
    const ending = await container.invoke({ Records }, 8_500)
    expect(ending).toEqual({
      kind: 'response',
      result: { batchItemFailures: [{ itemIdentifier: 'z-hung' }] },
    })
    expect(connections()).toBeGreaterThan(0)
    expect(await container.close(3_000)).toBe(0)
  })

  it('is ended where it runs over its time, and the next container goes on', async () => {
    const { port } = await startTcpServer(socket => socket.resume())
    const silent = await start('performOperations', { AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}` })
    const Records = [aRecord('z-4', request('z-4', 150))]
    expect(await silent.invoke({ Records }, 300)).toEqual({ kind: 'timedOut' })
    const next = await start('performOperations')
    expect(await next.invoke({ Records }, 30_000)).toMatchObject({ result: { batchItemFailures: [] } })
    expect(surroundings.sandbox.effects().filter(({ paymentId }) => paymentId === 150)).toHaveLength(1)
  })
})

describe('the zip of acceptOperation in a Runtime API loop', () => {
  it('answers for valid, poison and empty events, and ends by itself when no further one comes', async () => {
    const container = await start('acceptOperation')
    const none = { kind: 'response', result: null }
    expect(await container.invoke(aBusEvent('e-1', { paymentId: 160, operationCode: 0 }), 15_000)).toEqual(
      none,
    )
    expect(await container.invoke(aBusEvent('e-2', { paymentId: 160, operationCode: 9 }), 15_000)).toEqual(
      none,
    )
    expect(await container.invoke({}, 15_000)).toMatchObject({
      kind: 'error',
      error: { errorMessage: expect.stringContaining('takes EventBridge events') },
    })
    expect(await bodiesOf('OperationsQueue')).toEqual(['{"paymentId":160,"operationCode":0}'])
    expect(await bodiesOf('OperationsDeadLetterQueue')).toEqual(['{"paymentId":160,"operationCode":9}'])
    expect(await container.close(3_000)).toBe(0)
  })
})

describe('the zip of reconcilePayments in a Runtime API loop', () => {
  it('answers for a tick, a strange and an empty event alike, and ends by itself when no further one comes', async () => {
    const container = await start('reconcilePayments', {
      RECONCILE_RULES: '{"completedNotApplied":"report"}',
    })
    const pass = { kind: 'response', result: { stores: 1, complete: true } }
    expect(await container.invoke(aTick, 900_000)).toMatchObject(pass)
    for (const event of [{ Records: [{ body: poison }] }, {}])
      expect(await container.invoke(event, 900_000)).toMatchObject({ kind: 'response' })
    expect(await container.close(3_000)).toBe(0)
  })
})

describe('the zip of receiveWebhook in a Runtime API loop', () => {
  it('answers for signed, forged and empty calls, and ends by itself when no further one comes', async () => {
    const secret = `${sentinelToken}-webhooks`
    surroundings.emulators.secrets.put(
      'payops/nordic4b',
      JSON.stringify({ storeHash: 'nordic4b', authToken: sentinelToken, webhookSecret: secret }),
    )
    const container = await start('receiveWebhook')
    const timestamp = Math.floor(systemClock.now() / 1000)
    const call = (key: string) =>
      container.invoke(toUrlEvent(signCall({ secret: key, timestamp, storeHash: 'nordic4b' })), 10_000)
    expect(await call(secret)).toMatchObject({ kind: 'response', result: { statusCode: 200 } })
    expect(await call('another')).toMatchObject({ kind: 'response', result: { statusCode: 401 } })
    expect(await container.invoke({}, 10_000)).toMatchObject({
      kind: 'error',
      error: { errorMessage: expect.stringContaining('takes calls of its Function URL') },
    })
    expect(await container.close(3_000)).toBe(0)
  })
})

describe('the zip of resolveWebhook in a Runtime API loop', () => {
  it('answers for valid, unreadable and empty batches, and ends by itself when no further one comes', async () => {
    const container = await start('resolveWebhook')
    const webhook = { scope: 'store/order/statusUpdated', storeHash: 'luma7x2', orderId: '5148', hash: 'z1' }
    const createdAt = Math.floor(systemClock.now() / 1000)
    const resolve = (...Records: ReturnType<typeof aRecord>[]) => container.invoke({ Records }, 30_000)
    const all = { kind: 'response', result: { batchItemFailures: [] } }
    expect(
      await resolve(aRecord('w-1', writeIntake({ ...webhook, createdAt })), aRecord('w-2', poison)),
    ).toEqual(all)
    expect(await resolve()).toEqual(all)
    expect((await bodiesOf('OperationsQueue')).map(body => JSON.parse(body))).toMatchObject([
      { requestId: 'webhook:z1:148', storeHash: 'luma7x2', paymentId: 148, operationCode: 2 },
    ])
    expect(await bodiesOf('OperationsDeadLetterQueue')).toEqual([poison])
    expect(await container.close(3_000)).toBe(0)
  })
})
