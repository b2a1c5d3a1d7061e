import { afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { type Surroundings, startBuiltWorker, startSurroundings } from '../support/built-worker.js'
import { atTheEnd, endAll } from '../support/endings.js'
import { grantedRights } from '../template/granted-rights.js'
import { packageTemplate } from '../template/packaged-template.js'
import { performedOutcomes, performedStore, reachPerform } from '../template/reach-perform.js'
import { plantEverything, plantInto, reachReconcile } from '../template/reach-reconcile.js'
import { reachDoor, reachResolver, webhookStore } from '../template/reach-webhooks.js'
import { type Right, type RightsRecorder, startRightsRecorder } from '../template/rights-recorder.js'

// What each function calls, read at the wire, against what its role grants: as much as that, and nothing else.

let granted: Record<string, Right[]>

beforeAll(async () => {
  granted = grantedRights((await packageTemplate()).json)
  await endAll()
})
afterEach(endAll)

/** Lambda itself uses the role as well; nothing of ours ever makes these calls. */
const usedByLambda: Record<string, Right[]> = {
  // The event source mapping reads the queue with the role of the function that it feeds.
  performOperations: [
    'sqs:DeleteMessage OperationsQueue',
    'sqs:GetQueueAttributes OperationsQueue',
    'sqs:ReceiveMessage OperationsQueue',
  ],
  // The destination of an asynchronous call that failed for good.
  acceptOperation: ['sqs:SendMessage EventsDeadLetterQueue'],
  reconcilePayments: [],
  receiveWebhook: [],
  resolveWebhook: [
    'sqs:DeleteMessage WebhookQueue',
    'sqs:GetQueueAttributes WebhookQueue',
    'sqs:ReceiveMessage WebhookQueue',
  ],
}
const logRights = (functionKey: string): Right[] =>
  ['logs:CreateLogStream', 'logs:PutLogEvents'].map(
    action => `${action} /aws/lambda/payops-dev-${functionKey}:*`,
  )

const neededBy = (functionKey: string, recorder: RightsRecorder): Right[] =>
  [...recorder.rights(), ...(usedByLambda[functionKey] ?? []), ...logRights(functionKey)].sort()

async function record(around: Surroundings): Promise<{ behind: Surroundings; recorder: RightsRecorder }> {
  const { emulators, declaration } = around
  const recorder = await startRightsRecorder(emulators.env, declaration)
  return { recorder, behind: { ...around, emulators: { ...emulators, env: recorder.env } } }
}

describe('the rights of a role', () => {
  it('are those that performOperations needs, none missing and none to spare', async () => {
    const { behind, recorder } = await record(await startSurroundings(performedStore))
    expect(await reachPerform(behind)).toEqual({ batchItemFailures: [{ itemIdentifier: 'waiting' }] })
    const told = behind.events.map(
      ({ detail }) => `${detail['requestId']} ${detail['status']} ${detail['effect']}`,
    )
    expect(told).toEqual(performedOutcomes)
    expect(granted['performOperations']).toEqual(neededBy('performOperations', recorder))
  })

  it('are those that acceptOperation needs, none missing and none to spare', async () => {
    const { behind, recorder } = await record(await startSurroundings({ payments: [], invoices: [] }))
    const worker = await startBuiltWorker(behind, undefined, {
      functionKey: 'acceptOperation',
      file: 'accept-operation',
    })
    atTheEnd(worker.stop)
    const event = {
      'detail-type': 'Payment Operation Requested',
      source: 'erp',
      time: '2026-11-22T08:00:00Z',
    }
    for (const operationCode of [0, 9])
      await worker.invoke(
        { ...event, id: `e-${operationCode}`, detail: { paymentId: 1, operationCode } },
        12_000,
      )
    expect(behind.events).toMatchObject([{ detail: { status: 'failed', requestId: 'e-9' } }])
    expect(granted['acceptOperation']).toEqual(neededBy('acceptOperation', recorder))
  })

  it('are those that reconcilePayments needs, none missing and none to spare', async () => {
    const store = plantEverything()
    const around = await startSurroundings(store.seed)
    await plantInto(around, store)
    const { behind, recorder } = await record(around)
    const { acted } = await reachReconcile(behind)
    expect(acted).toMatchObject({ enqueued: expect.any(Number), settled: expect.any(Number) })
    expect(granted['reconcilePayments']).toEqual(neededBy('reconcilePayments', recorder))
  })

  it('are those that receiveWebhook needs, none missing and none to spare', async () => {
    const { behind, recorder } = await record(await startSurroundings(webhookStore))
    const answers = await reachDoor(behind)
    expect(answers).toMatchObject([{ statusCode: 200 }, { statusCode: 401 }, { statusCode: 401 }])
    expect(granted['receiveWebhook']).toEqual(neededBy('receiveWebhook', recorder))
  })

  it('are those that resolveWebhook needs, none missing and none to spare', async () => {
    const { behind, recorder } = await record(await startSurroundings(webhookStore))
    const done = { batchItemFailures: [] }
    const waits = { batchItemFailures: [{ itemIdentifier: 'waiting' }] }
    expect(await reachResolver(behind)).toEqual([done, done, done, waits])
    expect(granted['resolveWebhook']).toEqual(neededBy('resolveWebhook', recorder))
  })

  it('are known of every function of the template', () => {
    expect(Object.keys(granted).sort()).toEqual(Object.keys(usedByLambda).sort())
  })
})
