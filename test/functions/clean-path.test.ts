import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { SQSBatchResponse } from 'aws-lambda'
import {
  type BuiltWorker,
  type Surroundings,
  startBuiltWorker,
  startSurroundings,
} from '../support/built-worker.js'
import { endAll } from '../support/endings.js'
import { expectNoSentinel } from '../support/sentinel.js'
import { aRecord } from './a-deployment.js'

type Batch = { answer: SQSBatchResponse; calls: Record<string, number> }

const invoiceId = 1
const firstBatch = [101, 102, 103, 104, 105, 106, 107, 108, 109, 110]
const secondBatch = [201, 202, 203, 204, 205, 206, 207, 208, 209, 210]
let surroundings: Surroundings
let first: Batch
let second: Batch

beforeAll(async () => {
  const lineItems = [{ invoiceId, amount: '20.0000' }]
  surroundings = await startSurroundings({
    payments: [...firstBatch, ...secondBatch].map(id => ({ id, currency: 'USD', lineItems })),
    invoices: [{ id: invoiceId, currency: 'USD', originalBalance: '5000.0000' }],
  })
  const worker = await startBuiltWorker(surroundings)
  try {
    first = await deliver(worker, firstBatch)
    second = await deliver(worker, secondBatch)
  } finally {
    await worker.stop()
  }
})

afterAll(async () => {
  expectNoSentinel(surroundings.lines, surroundings.events)
  await endAll()
})

/** One apply for each payment, each in a group of its own, and how often the batch called what. */
async function deliver(worker: BuiltWorker, paymentIds: number[]): Promise<Batch> {
  const before = worker.proxy.calls().length
  const records = paymentIds.map(paymentId =>
    aRecord(`m-${paymentId}`, JSON.stringify({ requestId: `r-${paymentId}`, paymentId, operationCode: 0 })),
  )
  const answer = await worker.deliver(records, 30_000)
  const calls: Record<string, number> = {}
  for (const action of worker.proxy.calls().slice(before)) {
    const kind = action.replace(/\/\d+/, '/{id}')
    calls[kind] = (calls[kind] ?? 0) + 1
  }
  return { answer, calls }
}

// Nothing else: no other read of the ledger, nothing sent to a queue, no visibility changed.
const cleanBatch = {
  'DynamoDB BatchGetItem': 1,
  'DynamoDB PutItem': 20,
  'API POST /payments/{id}/operations': 10,
  'EventBridge PutEvents': 1,
}

describe('ten clean requests on ten payments in one batch', () => {
  it('cost one API call and two ledger writes each, one batched read, one PutEvents and, at a cold start, one read of the secret', () => {
    expect(first.calls).toEqual({ ...cleanBatch, 'SecretsManager GetSecretValue': 1 })
  })

  it('cost the same without the secret in a container that knows it', () => {
    expect(second.calls).toEqual(cleanBatch)
  })

  it('are all carried out, told and let go', () => {
    expect([first.answer, second.answer]).toEqual([{ batchItemFailures: [] }, { batchItemFailures: [] }])
    const asked = [...firstBatch, ...secondBatch]
    const applied = surroundings.sandbox.effects().map(({ paymentId }) => paymentId)
    expect(applied.sort((a, b) => a - b)).toEqual(asked)
    const told = surroundings.events.map(({ detail }) => `${detail['paymentId']} ${detail['effect']}`)
    expect(told.sort()).toEqual(asked.map(id => `${id} performed`))
  })
})
