import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { systemClock } from '../../lib/adapters/system.js'
import { parseOutcome } from '../../lib/cli/start/outcome-seen.js'
import { readRequestFile } from '../../lib/cli/start/read-request-file.js'
import { readRequestLines } from '../../lib/cli/start/read-request-lines.js'
import { createRunClients } from '../../lib/cli/start/run-clients.js'
import { runRequests } from '../../lib/cli/start/run-requests.js'
import type { BusEvent } from '../../lib/local/stack/start-stack.js'
import { credentials, region } from '../support/embedded.js'
import { atTheEnd, endAll } from '../support/endings.js'
import { expectNoSentinel } from '../support/sentinel.js'
import { type Deployment, startDeployment } from './a-deployment.js'

// The same requests by the queue, by the bus and by a file, each on a fresh store before a fresh stack of the built bundles:
// what is told of them must not betray the road. Left out of the comparison are the times, and `apiRequestId`, which is the
// API's own trace of one call and new for each.

const storeHash = 'luma7x2'
const payment = (memo: string, amount: string) => ({
  customerId: '6041',
  currency: 'USD',
  lineItems: [{ invoiceId: 1131, amount }],
  details: { memo },
})
const metadata = { journal: 'AR-2026-11', clerk: 'Müller, "M." 会計' }

/** Each on a payment of its own: the bus promises no order. */
const requests: Record<string, Record<string, unknown>> = {
  apply: { storeHash, type: 'performOperation', paymentId: 117, operationCode: 0, metadata },
  applyByDefault: { paymentId: '120', operationCode: 0 },
  revert: { storeHash, paymentId: 126, operationCode: 1 },
  pull: { storeHash, paymentId: 138, operationCode: 2 },
  settle: { storeHash, type: 'updateProcessingStatus', paymentId: 149, processingStatus: 3, metadata },
  create: { storeHash, type: 'createOfflinePayment', payment: payment('Cheque 1', '10.00'), metadata },
  update: { storeHash, type: 'updateOfflinePayment', paymentId: 125, payment: payment('Cheque 2', '12.50') },
  delete: { storeHash, type: 'deletePayment', paymentId: 160, metadata },
  refused: { storeHash, paymentId: 159, operationCode: 0, metadata },
  missing: { storeHash, paymentId: 999, operationCode: 0 },
  invalid: { storeHash, paymentId: 170, operationCode: 9, metadata },
}
const bodies = Object.entries(requests).map(([requestId, request]) => ({ requestId, ...request }))

type Road = (deployment: Deployment) => Promise<void>

const sendByQueue: Road = async ({ stack }) => {
  const client = new SQSClient({ region, credentials, endpoint: stack.env['AWS_ENDPOINT_URL_SQS'] ?? '' })
  atTheEnd(() => client.destroy())
  for (const body of bodies) {
    const message = {
      Id: body.requestId,
      MessageBody: JSON.stringify(body),
      MessageGroupId: `${storeHash}:${body.requestId}`,
      MessageDeduplicationId: `message of ${body.requestId}`.replaceAll(' ', '-'),
    }
    const QueueUrl = stack.queueUrls['OperationsQueue']
    await client.send(new SendMessageBatchCommand({ QueueUrl, Entries: [message] }))
  }
}

const sendByBus: Road = async ({ stack }) => {
  const endpoint = stack.env['AWS_ENDPOINT_URL_EVENTBRIDGE'] ?? ''
  const client = new EventBridgeClient({ region, credentials, endpoint })
  atTheEnd(() => client.destroy())
  for (const body of bodies) {
    const entry = {
      EventBusName: stack.eventBusName,
      Source: 'erp',
      DetailType: 'Payment Operation Requested',
      Detail: JSON.stringify(body),
    }
    const { FailedEntryCount } = await client.send(new PutEventsCommand({ Entries: [entry] }))
    expect(FailedEntryCount).toBe(0)
  }
}

/** What `npm start -- --file` does with a file. */
const sendByFile: Road = async ({ stack }) => {
  const directory = await mkdtemp(join(tmpdir(), 'payops-roads-'))
  atTheEnd(() => rm(directory, { recursive: true, force: true }))
  const file = join(directory, 'requests.jsonl')
  await writeFile(file, bodies.map(body => JSON.stringify(body)).join('\n'))
  const clients = createRunClients(stack.env)
  atTheEnd(clients.close)
  const read = readRequestLines(readRequestFile(file), { defaultStoreHash: storeHash, runId: 'run-1' })
  const summary = await runRequests({
    read,
    stack,
    clients,
    clock: systemClock,
    signal: new AbortController().signal,
    directory,
    isLive: false,
    print: () => undefined,
    readQuotas: () => [],
    onOutcome: listener =>
      stack.onBusEvent(({ source, detail }) => {
        const outcome = source === 'payops' ? parseOutcome(detail) : undefined
        if (outcome !== undefined) listener(outcome)
      }),
  })
  expect(summary.withoutOutcome).toEqual([])
}

type Travelled = { outcomes: Record<string, unknown>; events: BusEvent[]; effects: string[] }

async function travel(road: Road): Promise<Travelled> {
  const deployment = await startDeployment()
  try {
    await road(deployment)
    const events: BusEvent[] = []
    for (const { requestId } of bodies) {
      events.push(await deployment.event(detail => detail['requestId'] === requestId && 'status' in detail))
    }
    expectNoSentinel(deployment.lines, events)
    const effects = deployment.sandbox
      .effects()
      .map(({ at: _, ...effect }) => JSON.stringify(effect))
      .sort()
    const outcomes = events.map(event => [event.detail['requestId'], withoutTimes(event)])
    return { outcomes: Object.fromEntries(outcomes), events, effects }
  } finally {
    await endAll()
  }
}

function withoutTimes({ source, detail, 'detail-type': detailType }: BusEvent) {
  const { requestedAt: _, completedAt: __, apiRequestId: ___, ...rest } = detail
  return { source, detailType, ...rest }
}

const roads = { queue: sendByQueue, bus: sendByBus, file: sendByFile }
type RoadName = keyof typeof roads
const travelled = new Map<string, Travelled>()
const by = (road: RoadName): Travelled => {
  const found = travelled.get(road)
  if (found === undefined) throw new Error(`nothing came by the ${road}`)
  return found
}

// One after the other: three stacks side by side would be heavy on a small machine.
beforeAll(async () => {
  for (const [name, road] of Object.entries(roads)) travelled.set(name, await travel(road))
})

afterAll(endAll)

describe('one request by three roads', () => {
  it.each(Object.keys(requests))('tells the same of it: %s', name => {
    const expected = by('queue').outcomes[name]
    expect(expected).toBeDefined()
    expect(by('bus').outcomes[name]).toEqual(expected)
    expect(by('file').outcomes[name]).toEqual(expected)
  })

  it('leaves the same effects in the store', () => {
    expect(by('queue').effects).toHaveLength(8)
    expect(by('bus').effects).toEqual(by('queue').effects)
    expect(by('file').effects).toEqual(by('queue').effects)
  })

  it.each(['queue', 'bus', 'file'] as const)(
    'gives every outcome of the %s its times and its trace',
    road => {
      const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
      for (const { detail } of by(road).events) {
        expect(detail['requestedAt']).toMatch(isoTime)
        expect(detail['completedAt']).toMatch(isoTime)
        expect(String(detail['completedAt']) >= String(detail['requestedAt'])).toBe(true)
        // What never reached the API has no trace there.
        expect(typeof detail['apiRequestId']).toBe(detail['requestId'] === 'invalid' ? 'undefined' : 'string')
      }
    },
  )
})

describe('what is told by every road', () => {
  const succeeded = { status: 'succeeded', effect: 'performed', attempts: 1, storeHash }
  const failed = { status: 'failed', effect: 'none', storeHash }
  it.each([
    ['apply', { ...succeeded, type: 'performOperation', paymentId: 117, operationCode: 0, metadata }],
    ['applyByDefault', { ...succeeded, type: 'performOperation', paymentId: 120, operationCode: 0 }],
    ['revert', { ...succeeded, type: 'performOperation', paymentId: 126, operationCode: 1 }],
    ['pull', { ...succeeded, type: 'performOperation', paymentId: 138, operationCode: 2 }],
    [
      'settle',
      { ...succeeded, type: 'updateProcessingStatus', paymentId: 149, processingStatus: 3, metadata },
    ],
    ['create', { ...succeeded, type: 'createOfflinePayment', paymentId: 401, metadata }],
    ['update', { ...succeeded, type: 'updateOfflinePayment', paymentId: 125 }],
    ['delete', { ...succeeded, type: 'deletePayment', paymentId: 160, metadata }],
    [
      'refused',
      { ...failed, attempts: 1, metadata, error: { code: 'OPERATION_NOT_ALLOWED', httpStatus: 400 } },
    ],
    ['missing', { ...failed, attempts: 1, error: { code: 'PAYMENT_NOT_FOUND', httpStatus: 404 } }],
    ['invalid', { ...failed, attempts: 0, metadata, error: { code: 'INVALID_REQUEST' } }],
  ])('is what the contract has for: %s', (name, expected) => {
    expect(by('queue').outcomes[name]).toMatchObject(expected)
  })
})
