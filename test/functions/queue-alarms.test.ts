import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { systemClock } from '../../lib/adapters/system.js'
import { metrics } from '../../lib/core/metrics.js'
import { atTheEnd, endAll } from '../support/endings.js'
import { expectNoSentinel } from '../support/sentinel.js'
import { waitUntil } from '../support/wait-until.js'
import { aRecord, type Deployment, startDeployment } from './a-deployment.js'
import { emittedMetrics } from './emitted-metrics.js'
import {
  ofFunction,
  ofQueue,
  own,
  requestBody,
  startWatchedDeployment,
  type WatchedDeployment,
} from './watched-deployment.js'

// The alarms on what AWS itself measures: the fact is driven on the embedded queues, and the alarm has to look at that queue.

let watched: WatchedDeployment

beforeAll(async () => {
  watched = await startWatchedDeployment()
}, 60_000)

afterAll(async () => {
  expectNoSentinel(watched.lines, watched.events)
  await endAll()
})

const local = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }
const visible = 'ApproximateNumberOfMessagesVisible'

describe('the alarm dead-letters', () => {
  it('looks at the queue that a poison message ends in', async () => {
    const values = await watched.emitted(() =>
      watched.perform(aRecord('m-poison', '{"paymentId":121,"operatonCode":0}')),
    )
    expect(values).toMatchObject({ [own('Failed')]: 1, [own('DeadLettered')]: 1 })
    const letters = watched.stack.queueDepth('OperationsDeadLetterQueue').ready
    const key = ofQueue(visible, 'operations-dlq.fifo')
    expect(watched.alarm('dead-letters').metrics).toEqual([key])
    expect(watched.alarm('dead-letters').isBreached({ [key]: letters })).toBe(true)
    expect(watched.alarm('dead-letters').isBreached({ [key]: 0 })).toBe(false)
  })
})

describe('the alarm event-dead-letters', () => {
  it('looks at the queue that an event ends in which nobody could take', async () => {
    const { stack } = watched
    // The event itself still comes through; then the bus takes no outcome, in any of Lambda's three tries of three calls each.
    stack.onBusEvent(({ detail }) => {
      if (detail['requestId'] === 'e-lost') stack.breakDown('eventEntries', 9)
    })
    const values = await watched.emitted(async () => {
      await putEvent({ requestId: 'e-lost', storeHash: 'luma7x2', paymentId: 122, operationCode: 9 })
      await waitUntil(() => stack.queueDepth('EventsDeadLetterQueue').ready > 0, 20_000)
    })
    const key = ofQueue(visible, 'events-dlq')
    expect(watched.alarm('event-dead-letters').metrics).toEqual([key])
    const letters = stack.queueDepth('EventsDeadLetterQueue').ready
    expect(watched.alarm('event-dead-letters').isBreached({ [key]: letters })).toBe(true)
    // Each of the three tries: the bus that refuses, and the throw that it leads to.
    expect(values).toMatchObject({ [own('GroundFailures')]: 6 })
  })
})

/** A deployment whose event source mapping is disabled, with one request for it. */
async function aStalledDeployment(): Promise<Deployment> {
  const text = await readFile('serverless.yml', 'utf8')
  const disabled = text.replace(/^( +)functionResponseType: .*$/m, '$&\n$1enabled: false')
  const directory = await mkdtemp(join(tmpdir(), 'payops-stalled-'))
  atTheEnd(() => rm(directory, { recursive: true, force: true }))
  await writeFile(join(directory, 'serverless.yml'), disabled)
  const stalled = await startDeployment(join(directory, 'serverless.yml'))
  const client = new SQSClient({ ...local, endpoint: stalled.stack.env['AWS_ENDPOINT_URL_SQS'] ?? '' })
  atTheEnd(() => client.destroy())
  const message = { MessageBody: requestBody('r-160', 160), MessageGroupId: 'luma7x2:160' }
  const QueueUrl = stalled.stack.queueUrls['OperationsQueue']
  await client.send(new SendMessageCommand({ ...message, QueueUrl, MessageDeduplicationId: 'r-160' }))
  return stalled
}

describe('the alarm oldest-message', () => {
  it('looks at the age of the queue in which requests wait', async () => {
    const { stack } = await aStalledDeployment()
    expect(stack.queueDepth('OperationsQueue').ready).toBe(1)
    const key = ofQueue('ApproximateAgeOfOldestMessage', 'operations.fifo')
    expect(watched.alarm('oldest-message').metrics).toEqual([key, own('OldestReturned')])
    expect(watched.alarm('oldest-message').isBreached({ [key]: 3_600 })).toBe(true)
    expect(watched.alarm('oldest-message').isBreached({ [key]: 3_599 })).toBe(false)
  })

  it('hears of what comes back for an hour, which SQS does not count, and stays until it comes again', async () => {
    const record = aRecord('m-152', JSON.stringify({ storeHash: 'third', paymentId: 2, operationCode: 0 }))
    const SentTimestamp = String(systemClock.now() - 3_600_000)
    const waited = { ...record, attributes: { ...record.attributes, SentTimestamp } }
    const values = await watched.emitted(() => watched.perform(waited))
    const { isBreached, staysForSeconds } = watched.alarm('oldest-message')
    expect(values[own('OldestReturned')]).toBeGreaterThanOrEqual(3_600)
    expect(isBreached(values)).toBe(true)
    expect(isBreached({ [own('OldestReturned')]: 60 })).toBe(false)
    expect(staysForSeconds).toBeGreaterThan(30 * 60)
  })
})

describe('the alarm stalled', () => {
  const waiting = ofQueue(visible, 'operations.fifo')
  const hidden = ofQueue('ApproximateNumberOfMessagesNotVisible', 'operations.fifo')

  it('is raised by a queue from which nobody takes', async () => {
    const { stack, lines } = await aStalledDeployment()
    const { ready, inFlight } = stack.queueDepth('OperationsQueue')
    const values = { ...emittedMetrics(lines), [waiting]: ready, [hidden]: inFlight }
    expect(values).toEqual({ [waiting]: 1, [hidden]: 0 })
    expect(watched.alarm('stalled').isBreached(values)).toBe(true)
  })

  it('is raised by a function that fails, and by one that is refused, while nothing else is told', () => {
    const { isBreached } = watched.alarm('stalled')
    expect(isBreached({ [waiting]: 0, [hidden]: 1, [ofFunction('Errors', 'performOperations')]: 1 })).toBe(
      true,
    )
    expect(isBreached({ [waiting]: 0, [hidden]: 1, [ofFunction('Throttles', 'performOperations')]: 1 })).toBe(
      true,
    )
    expect(isBreached({})).toBe(false)
  })

  it('is not raised while requests end or go back, nor by those that were given back until their time', async () => {
    const { isBreached } = watched.alarm('stalled')
    const succeeded = await watched.emitted(() =>
      watched.perform(aRecord('m-150', requestBody('r-150', 150))),
    )
    const returned = await watched.emitted(() =>
      watched.perform(
        aRecord('m-151', JSON.stringify({ storeHash: 'third', paymentId: 1, operationCode: 0 })),
      ),
    )
    for (const values of [succeeded, returned])
      expect(isBreached({ ...values, [waiting]: 5, [hidden]: 0 })).toBe(false)
    expect(isBreached({ [waiting]: 5, [hidden]: 1 })).toBe(false)
  })
})

describe('the alarm webhooks-waiting', () => {
  it('looks at the age of the queue in which webhooks wait for their look', async () => {
    const { isBreached, metrics: looksAt } = watched.alarm('webhooks-waiting')
    const key = ofQueue('ApproximateAgeOfOldestMessage', 'webhooks.fifo')
    expect(watched.stack.queueUrls['WebhookQueue']).toMatch(/payops-local-webhooks\.fifo$/)
    expect(looksAt).toEqual([key, own('OldestWebhook')])
    expect([isBreached({ [key]: 900 }), isBreached({ [key]: 899 })]).toEqual([true, false])
  })

  it('hears of what comes back for a quarter of an hour, which the alarms on requests hear nothing of', async () => {
    const { isBreached, staysForSeconds } = watched.alarm('webhooks-waiting')
    const record = aRecord(
      'm-153',
      '{"webhook":{"scope":"store/order/statusUpdated","storeHash":"third","orderId":"250","hash":"h1","createdAt":1795334400}}',
    )
    const SentTimestamp = String(systemClock.now() - 900_000)
    const waited = { ...record, attributes: { ...record.attributes, SentTimestamp } }
    const values = await watched.emitted(() => watched.stack.invoke('resolveWebhook', { Records: [waited] }))
    expect(values).toMatchObject({ [own('WebhooksReturned')]: 1 })
    expect(values[own('OldestWebhook')]).toBeGreaterThanOrEqual(900)
    expect([isBreached(values), isBreached({ [own('OldestWebhook')]: 899 })]).toEqual([true, false])
    expect(values).not.toHaveProperty([own('Returned')])
    expect(values).not.toHaveProperty([own('OldestReturned')])
    expect(staysForSeconds).toBeGreaterThan(30 * 60)
  })
})

describe('every alarm', () => {
  it('tells the topic, and names its section of the runbook', () => {
    expect(watched.alarms).toHaveLength(12)
    for (const { name, description, actions } of watched.alarms) {
      expect(actions).toEqual([{ Ref: 'AlarmTopic' }])
      const title = name.replace('payops-local-', '')
      expect(description).toMatch(new RegExp(`See docs/runbook\\.md, "Alarm: ${title}"\\.$`))
    }
  })

  it('is mailed to the address that was given, and to nobody where none was', () => {
    expect(watched.resources['AlarmSubscription']).toMatchObject({
      Type: 'AWS::SNS::Subscription',
      Condition: 'HasAlarmEmail',
      Properties: { TopicArn: { Ref: 'AlarmTopic' }, Protocol: 'email', Endpoint: '' },
    })
  })

  it('looks, as the dashboard does, at metrics that the functions tell', () => {
    const { DashboardBody } = watched.resources['Dashboard']?.Properties ?? {}
    const shown = [...JSON.stringify(DashboardBody).matchAll(/\\"payops\\", \\"(\w+)\\"/g)]
    const alarmed = watched.alarms.flatMap(({ metrics: keys }) =>
      keys.filter(key => key.startsWith('payops ')),
    )
    const names = [...shown.map(([, name]) => name), ...alarmed.map(key => key.split(' ')[1])]
    expect([...new Set(names)].sort()).toEqual(Object.keys(metrics).sort())
  })
})

async function putEvent(detail: object): Promise<void> {
  const client = new EventBridgeClient({
    ...local,
    endpoint: watched.stack.env['AWS_ENDPOINT_URL_EVENTBRIDGE'] ?? '',
  })
  const entry = { Source: 'erp', DetailType: 'Payment Operation Requested', Detail: JSON.stringify(detail) }
  try {
    await client.send(
      new PutEventsCommand({ Entries: [{ ...entry, EventBusName: watched.stack.eventBusName }] }),
    )
  } finally {
    client.destroy()
  }
}
