import { existsSync } from 'node:fs'
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { systemClock, systemRandom } from '../../lib/adapters/system.js'
import { type FaultName, type Sandbox, startSandbox } from '../../lib/local/sandbox/start-sandbox.js'
import { startStack } from '../../lib/local/stack/start-stack.js'
import { credentials, region } from '../support/embedded.js'
import { atTheEnd, endAll } from '../support/endings.js'
import { expectNoSentinel, sentinelToken } from '../support/sentinel.js'

// A create has no key that the API would know it by: after a lost answer only the list can tell, by externalId. Everything
// that makes the list a bad witness is here at once: it lags by 3 s, its search is by keyword, other payments of the same
// second have the same body and nearly the same externalId, and 10.00 comes back as 10.0000. The built bundles run in the
// whole stack; all delays, the list's as well as ours, are a tenth of what they are.

const scale = 0.1
const listLagMs = 3_000
const listSettlesAfterMs = 30_000
const storeHash = 'luma7x2'
const path = '/payments/offline'
const lineItems = [
  { invoiceId: 1, amount: '10.00' },
  { invoiceId: 2, amount: '0.50' },
]

type Told = Record<string, unknown>

/** Asks for one create and returns its outcome; the first write of it is hit by the fault. */
async function createOffline(
  externalId: string,
  fault: FaultName,
): Promise<{ sandbox: Sandbox; told: Told }> {
  const sandbox = await startStore(['A-1', 'A-10', 'xA-1', 'a-1'].filter(other => other !== externalId))
  sandbox.misbehave({ fault, method: 'POST', path })
  const lines: string[] = []
  const stack = await startStack({
    clock: systemClock,
    random: systemRandom,
    template: 'serverless.yml',
    distDirectory: 'dist',
    environment: { B2B_API_BASE_URL: sandbox.url, DELAY_SCALE: String(scale) },
    secrets: { [`payops/${storeHash}`]: JSON.stringify({ storeHash, accessToken: sentinelToken }) },
    onFunctionLog: (_, line) => lines.push(line),
  })
  atTheEnd(stack.stop)
  const outcome = new Promise<Told>(resolve =>
    stack.onBusEvent(({ detail }) => 'status' in detail && resolve(detail)),
  )
  const sqs = new SQSClient({ region, credentials, endpoint: stack.env['AWS_ENDPOINT_URL_SQS'] ?? '' })
  atTheEnd(() => sqs.destroy())
  const payment = { externalId, customerId: '6041', currency: 'USD', lineItems, details: { memo: 'Cheque' } }
  const body = { requestId: 'cheque-1', storeHash, type: 'createOfflinePayment', payment }
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: stack.queueUrls['OperationsQueue'],
      MessageBody: JSON.stringify(body),
      MessageGroupId: `${storeHash}:${externalId}`,
      MessageDeduplicationId: 'cheque-1',
    }),
  )
  const told = await outcome
  expectNoSentinel(lines, told)
  return { sandbox, told }
}

/** The others were made in this very second: their age does not tell them from ours. */
async function startStore(externalIds: string[]): Promise<Sandbox> {
  const createdAt = Math.floor(systemClock.now() / 1000)
  const others = externalIds.map((externalId, index) => ({
    id: 101 + index,
    currency: 'USD',
    lineItems,
    moduleName: 'payments_offline',
    customerId: '6041',
    memo: 'Cheque',
    externalId,
    createdAt,
  }))
  const sandbox = await startSandbox({
    clock: systemClock,
    stores: [
      {
        storeHash,
        accessToken: sentinelToken,
        payments: others,
        invoices: [1, 2].map(id => ({ id, currency: 'USD', originalBalance: '500.0000' })),
      },
    ],
    timeScale: scale,
    listLagMs,
  })
  atTheEnd(sandbox.stop)
  return sandbox
}

const writesOf = (sandbox: Sandbox) => sandbox.calls().filter(({ method }) => method !== 'GET')
const listsOf = (sandbox: Sandbox) => sandbox.calls().filter(call => call.path.startsWith('/payments?'))
const namedIn = (sandbox: Sandbox, externalId: string) =>
  sandbox.payments(storeHash).filter(payment => payment.externalId === externalId)

beforeAll(() => {
  if (!existsSync('dist/functions')) throw new Error('dist/functions is not there: run npm run build first')
})

afterEach(endAll)

describe('a create whose answer is lost', () => {
  it.each(['A-1', 'A-10'])('is found under %s in a list that lags, and made once', async externalId => {
    const { sandbox, told } = await createOffline(externalId, 'lostAfterEffect')
    const [made, ...more] = namedIn(sandbox, externalId)
    expect(more).toEqual([])
    expect(made?.total).toEqual({ code: 'USD', value: '10.5000' })
    expect(told).toMatchObject({
      status: 'succeeded',
      effect: 'confirmed',
      paymentId: made?.id,
      attempts: 1,
    })
    expect(sandbox.effects()).toMatchObject([{ type: 'createOfflinePayment', externalId }])
    const [write] = writesOf(sandbox)
    const listedFrom = (write?.at ?? 0) + listLagMs * scale
    // The list was asked before the payment was in it: an empty one was not believed.
    expect(listsOf(sandbox).filter(({ at }) => at < listedFrom)).not.toEqual([])
  })

  it('is sent again only after a list that was empty of it 30 s after the sending', async () => {
    const { sandbox, told } = await createOffline('A-1', 'lostBeforeEffect')
    const [made, ...more] = namedIn(sandbox, 'A-1')
    expect(more).toEqual([])
    expect(told).toMatchObject({
      status: 'succeeded',
      effect: 'performed',
      paymentId: made?.id,
      attempts: 2,
    })
    expect(sandbox.effects()).toMatchObject([{ type: 'createOfflinePayment', externalId: 'A-1' }])
    const [first, second, ...others] = writesOf(sandbox).map(({ at }) => at)
    expect(others).toEqual([])
    const looks = listsOf(sandbox).filter(({ at }) => at < (second ?? 0))
    expect((looks.at(-1)?.at ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(listSettlesAfterMs * scale)
  })
})
