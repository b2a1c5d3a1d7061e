import type { SQSBatchResponse } from 'aws-lambda'
import { systemClock } from '../../lib/adapters/system.js'
import { writeIntake } from '../../lib/core/webhook/webhook.js'
import type { StoreSeed } from '../../lib/local/sandbox/start-sandbox.js'
import { aRecord } from '../functions/a-deployment.js'
import { type Surroundings, startBuiltWorker } from '../support/built-worker.js'
import { atTheEnd } from '../support/endings.js'
import { sentinelToken } from '../support/sentinel.js'
import { signCall, toUrlEvent } from '../support/signed-call.js'

// What the two functions of the webhooks do, once each.

const storeHash = 'luma7x2'
const webhookSecret = 'client-secret'

export const webhookStore: Omit<StoreSeed, 'storeHash'> = {
  payments: [
    {
      id: 8,
      currency: 'USD',
      orderId: 250,
      appliedStatus: 1,
      lineItems: [{ invoiceId: 1, amount: '20.00' }],
    },
  ],
  invoices: [{ id: 1, currency: 'USD', originalBalance: '100.0000', orderNumber: '250' }],
}

/** One webhook that is stored, one that is forged, and one in the name of a store that has no secret. */
export async function reachDoor(around: Surroundings): Promise<unknown[]> {
  const worker = await startBuiltWorker(around, undefined, {
    functionKey: 'receiveWebhook',
    file: 'receive-webhook',
  })
  atTheEnd(worker.stop)
  around.emulators.secrets.put(
    `payops/${storeHash}`,
    JSON.stringify({ storeHash, accessToken: sentinelToken, webhookSecret }),
  )
  const timestamp = Math.floor(systemClock.now() / 1000)
  const calls = [
    signCall({ secret: webhookSecret, timestamp }),
    signCall({ secret: 'another', timestamp }),
    signCall({ secret: webhookSecret, timestamp, storeHash: 'nordic4b' }),
  ]
  const answers: unknown[] = []
  for (const call of calls) answers.push(await worker.invoke(toUrlEvent(call), 10_000))
  return answers
}

/** A webhook that is resolved and comes again, one that nobody can read, and one of a store without credentials. */
export async function reachResolver(around: Surroundings): Promise<SQSBatchResponse[]> {
  const worker = await startBuiltWorker(around, undefined, {
    functionKey: 'resolveWebhook',
    file: 'resolve-webhook',
  })
  atTheEnd(worker.stop)
  const scope = 'store/order/statusUpdated'
  const createdAt = Math.floor(systemClock.now() / 1000)
  const webhook = { scope, storeHash, orderId: '250', hash: 'a1', createdAt }
  const bodies = [
    ['first', webhook],
    ['again', webhook],
    ['unreadable', { scope, storeHash, unreadable: 'data.order_id is missing' }],
    ['waiting', { ...webhook, storeHash: 'nordic4b', hash: 'b2' }],
  ] as const
  const answers: SQSBatchResponse[] = []
  for (const [id, intake] of bodies)
    answers.push(await worker.deliver([aRecord(id, writeIntake(intake), `group of ${id}`)], 30_000))
  return answers
}
