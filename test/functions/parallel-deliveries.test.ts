import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { BusEvent } from '../../lib/local/stack/start-stack.js'
import { type ContendedDeployment, startContendedDeployment } from '../support/contended-deployment.js'
import { credentials, region } from '../support/embedded.js'
import { endAll } from '../support/endings.js'
import { scanTable } from '../support/scan-table.js'
import { expectNoSentinel } from '../support/sentinel.js'
import { waitUntil } from '../support/wait-until.js'

/** The one request, delivered 50 times on the full stack: 25 times as a message, 25 times as an event of the bus. */
const request = { requestId: 'r-117', storeHash: 'luma7x2', paymentId: 117, operationCode: 0 }
const body = JSON.stringify(request)
/** What SQS and EventBridge take in one call, five of them each. */
const batches = [0, 1, 2, 3, 4]
const five = [0, 1, 2, 3, 4]
const deliveries = 50
const queues = ['OperationsQueue', 'OperationsDeadLetterQueue', 'EventsDeadLetterQueue']

let deployment: ContendedDeployment
let outcomes: BusEvent[]

beforeAll(async () => {
  deployment = await startContendedDeployment()
  const { stack, events } = deployment
  const ofRequest = () => events.filter(({ source }) => source === 'payops')
  await Promise.all([sendMessages(), putEvents()])
  const isDrained = () => Object.values(stack.queueDepth('OperationsQueue')).every(depth => depth === 0)
  // Each delivery that ends tells the outcome, the first one and every repeat.
  const isOver = await waitUntil(() => ofRequest().length >= deliveries && isDrained(), 100_000)
  if (!isOver) throw new Error(`only ${ofRequest().length} deliveries have ended`)
  outcomes = ofRequest()
}, 120_000)

afterAll(async () => {
  try {
    expectNoSentinel(deployment.lines, deployment.events)
  } finally {
    await endAll()
  }
})

/** Each with a deduplication id and a group of its own: nothing but the ledger keeps them apart. */
async function sendMessages(): Promise<void> {
  const { env, queueUrls } = deployment.stack
  const client = new SQSClient({ region, credentials, endpoint: env['AWS_ENDPOINT_URL_SQS'] ?? '' })
  try {
    await Promise.all(
      batches.map(async batch => {
        const Entries = five.map(index => ({
          Id: String(index),
          MessageBody: body,
          MessageGroupId: `group-${batch}-${index}`,
          MessageDeduplicationId: `${batch}-${index}`,
        }))
        const send = new SendMessageBatchCommand({ QueueUrl: queueUrls['OperationsQueue'], Entries })
        expect((await client.send(send)).Successful).toHaveLength(five.length)
      }),
    )
  } finally {
    client.destroy()
  }
}

/** Each an event of its own, which acceptOperation puts on the queue. */
async function putEvents(): Promise<void> {
  const { env, eventBusName } = deployment.stack
  const endpoint = env['AWS_ENDPOINT_URL_EVENTBRIDGE'] ?? ''
  const client = new EventBridgeClient({ region, credentials, endpoint })
  const entry = { EventBusName: eventBusName, Source: 'erp', DetailType: 'Payment Operation Requested' }
  try {
    await Promise.all(
      batches.map(async () => {
        const Entries = five.map(() => ({ ...entry, Detail: body }))
        expect((await client.send(new PutEventsCommand({ Entries }))).FailedEntryCount).toBe(0)
      }),
    )
  } finally {
    client.destroy()
  }
}

describe('fifty parallel deliveries of one request, by the queue and by the bus', () => {
  it('meet while one of them is being worked on', () => {
    expect(deployment.turnedAway()).toBeGreaterThanOrEqual(2)
  })

  it('have one effect', () => {
    expect(deployment.sandbox.effects()).toMatchObject([{ paymentId: 117, operationCode: 0, changed: true }])
    expect(deployment.sandbox.calls().map(({ method }) => method)).toEqual(['POST'])
  })

  it('have one outcome, told with the same content each time', () => {
    const contents = new Set(outcomes.map(({ detail }) => JSON.stringify(detail)))
    expect([...contents].map(text => JSON.parse(text))).toEqual([
      expect.objectContaining({ ...request, status: 'succeeded', effect: 'performed', attempts: 1 }),
    ])
    expect(new Set(outcomes.map(event => event['detail-type']))).toEqual(
      new Set(['Payment Operation Succeeded']),
    )
  })

  it('leave one item in the ledger', async () => {
    const { env, tableName } = deployment.stack
    const items = await scanTable(env['AWS_ENDPOINT_URL_DYNAMODB'] ?? '', tableName)
    expect(items.map(({ pk, state }) => [pk?.S, state?.S])).toEqual([['luma7x2#r-117', 'succeeded']])
    expectNoSentinel(items)
  })

  it('leave the queue empty, and no dead letter', () => {
    const left = queues.map(queue => deployment.stack.queueDepth(queue))
    expect(left).toEqual(queues.map(() => ({ ready: 0, delayed: 0, inFlight: 0 })))
  })
})
