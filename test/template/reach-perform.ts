import type { SQSBatchResponse, SQSRecord } from 'aws-lambda'
import { systemClock } from '../../lib/adapters/system.js'
import { offlineModule } from '../../lib/local/sandbox/payment.js'
import type { PaymentSeed, StoreSeed } from '../../lib/local/sandbox/start-sandbox.js'
import { aRecord } from '../functions/a-deployment.js'
import { type BuiltWorker, type Surroundings, startBuiltWorker } from '../support/built-worker.js'
import { atTheEnd } from '../support/endings.js'
import { sentinelToken } from '../support/sentinel.js'

// What performOperations does, once each: it succeeds, repeats, refuses, fails, doubts, holds, lets go and waits.

const lineItems = [{ invoiceId: 1, amount: '20.00' }]
const aPayment = (id: number, more: Partial<PaymentSeed> = {}): PaymentSeed => ({
  id,
  currency: 'USD',
  lineItems,
  ...more,
})
const payment = { lineItems, currency: 'USD', details: { memo: 'Check 4711' }, customerId: '6041' }

export const performedStore: Omit<StoreSeed, 'storeHash'> = {
  payments: [
    aPayment(1),
    aPayment(2, { processingStatus: 1 }),
    aPayment(3, { allowedOperations: [0, 3] }),
    aPayment(4),
    aPayment(5),
    aPayment(6, { moduleName: offlineModule, appliedStatus: 1 }),
  ],
  invoices: [{ id: 1, currency: 'USD', originalBalance: '1000.0000' }],
}

const ask = (requestId: string, content: object): string => JSON.stringify({ requestId, ...content })

/** Delivered until it is acknowledged, as SQS would; each time it counts one receive more. */
async function deliverToItsEnd(worker: BuiltWorker, id: string, body: string, more: Partial<SQSRecord> = {}) {
  const record = { ...aRecord(id, body), ...more }
  for (let receives = 1; receives <= 100; receives += 1) {
    const attributes = { ...record.attributes, ApproximateReceiveCount: String(receives) }
    const { batchItemFailures } = await worker.deliver([{ ...record, attributes }], 12_000)
    if (batchItemFailures.length === 0) return
    await systemClock.sleep(50)
  }
  throw new Error(`${id} was never acknowledged`)
}

/** What it tells of them, in this order; a conflict is told of to the dead-letter queue alone. */
export const performedOutcomes = [
  'done succeeded performed',
  'done succeeded performed',
  'invalid failed none',
  'refused failed none',
  'refused failed none',
  'doubtful inDoubt unknown',
  'blocked failed none',
  'resent succeeded performed',
  'created succeeded confirmed',
  'updated succeeded performed',
  'deleted succeeded performed',
  'rotated succeeded performed',
]

/** Returns what is left on the queue: the request of a store that has no secret. */
export async function reachPerform(around: Surroundings): Promise<SQSBatchResponse> {
  const worker = await startBuiltWorker(around)
  atTheEnd(worker.stop)
  const { sandbox, emulators } = around
  const deliver = (id: string, body: string, more: Partial<SQSRecord> = {}) =>
    deliverToItsEnd(worker, id, body, more)
  await deliver('done', ask('done', { paymentId: 1, operationCode: 0 }))
  await deliver('repeated', ask('done', { paymentId: 1, operationCode: 0 }))
  await deliver('conflict', ask('done', { paymentId: 1, operationCode: 1 }))
  await deliver('invalid', ask('invalid', { paymentId: 1, operatonCode: 0 }))
  await deliver('refused', ask('refused', { paymentId: 2, operationCode: 0 }))
  const redriven = { errorCode: { stringValue: 'OPERATION_NOT_ALLOWED', dataType: 'String' } }
  await deliver('redriven', ask('refused', { paymentId: 2, operationCode: 0 }), {
    messageAttributes: redriven,
  })
  sandbox.misbehave({ fault: 'lostAfterEffect', method: 'POST', paymentId: 3 })
  await deliver('doubtful', ask('doubtful', { paymentId: 3, operationCode: 3 }))
  await deliver('blocked', ask('blocked', { paymentId: 3, operationCode: 0 }))
  sandbox.misbehave({ fault: 'lostBeforeEffect', method: 'POST', paymentId: 4 })
  await deliver('resent', ask('resent', { paymentId: 4, operationCode: 0 }))
  sandbox.misbehave({ fault: 'lostAfterEffect', method: 'POST', path: '/payments/offline' })
  await deliver('created', ask('created', { type: 'createOfflinePayment', payment }))
  await deliver('updated', ask('updated', { type: 'updateOfflinePayment', paymentId: 6, payment }))
  await deliver('deleted', ask('deleted', { type: 'deletePayment', paymentId: 6 }))
  const next = { accessToken: `${sentinelToken}-next` }
  sandbox.rotateToken('luma7x2', next)
  const secret = JSON.stringify({ storeHash: 'luma7x2', ...next })
  emulators.secrets.put('payops/luma7x2', secret)
  await deliver('rotated', ask('rotated', { paymentId: 5, operationCode: 0 }))
  const waiting = ask('waiting', { storeHash: 'nordic4b', paymentId: 1, operationCode: 0 })
  return worker.deliver([aRecord('waiting', waiting)], 12_000)
}
