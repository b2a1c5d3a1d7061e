import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterEach, describe, expect, it } from '@jest/globals'
import { systemClock, systemRandom } from '../../lib/adapters/system.js'
import { writeIntake } from '../../lib/core/webhook/webhook.js'
import { startSandbox } from '../../lib/local/sandbox/start-sandbox.js'
import { startStack } from '../../lib/local/stack/start-stack.js'
import { credentials, region } from '../support/embedded.js'
import { atTheEnd, endAll } from '../support/endings.js'
import { expectNoSentinel, sentinelToken } from '../support/sentinel.js'
import { waitUntil } from '../support/wait-until.js'
import { aRecord } from './a-deployment.js'

afterEach(endAll)

/** What serverless.yml declares with the built functions in it; order 250 has payment 117, and 2500 payment 118. */
async function aDeployment() {
  const order = { id: 250, invoiceId: 12, paymentId: 117 }
  const other = { id: 2500, invoiceId: 13, paymentId: 118 }
  const money = { currency: 'USD', total: '20.0000' }
  const sandbox = await startSandbox({
    clock: systemClock,
    stores: [
      {
        storeHash: 'luma7x2',
        accessToken: sentinelToken,
        orders: [order, other].map(({ id }) => ({ id, ...money })),
        invoices: [order, other].map(({ id, invoiceId }) => ({
          id: invoiceId,
          currency: 'USD',
          originalBalance: '20.0000',
          orderNumber: String(id),
        })),
        payments: [order, other].map(({ id, invoiceId, paymentId }) => ({
          id: paymentId,
          orderId: id,
          currency: 'USD',
          lineItems: [{ invoiceId, amount: '20.0000' }],
        })),
      },
    ],
  })
  atTheEnd(sandbox.stop)
  const lines: string[] = []
  const stack = await startStack({
    clock: systemClock,
    random: systemRandom,
    template: 'serverless.yml',
    distDirectory: 'dist',
    params: { webhookDelaySeconds: '2' },
    environment: { B2B_API_BASE_URL: sandbox.url, DELAY_SCALE: '0.1' },
    secrets: { 'payops/luma7x2': JSON.stringify({ storeHash: 'luma7x2', accessToken: sentinelToken }) },
    onFunctionLog: (_, line) => lines.push(line),
  })
  atTheEnd(stack.stop)
  const sqs = new SQSClient({ region, credentials, endpoint: stack.env['AWS_ENDPOINT_URL_SQS'] ?? '' })
  atTheEnd(() => sqs.destroy())
  const send = (hash: string) =>
    sqs.send(
      new SendMessageCommand({
        QueueUrl: stack.queueUrls['WebhookQueue'],
        MessageBody: writeIntake({
          scope: 'store/order/statusUpdated',
          storeHash: 'luma7x2',
          orderId: '250',
          hash,
          createdAt: Math.floor(systemClock.now() / 1000),
        }),
        MessageGroupId: 'luma7x2:order:250',
        MessageDeduplicationId: hash,
      }),
    )
  return { sandbox, stack, lines, send }
}

describe('the built resolveWebhook', () => {
  it('makes a burst of 20 webhooks for one order three calls to the API', async () => {
    const { sandbox, stack, lines, send } = await aDeployment()
    for (let n = 0; n < 20; n += 1) await send(`burst-${n}`)
    const isOver = () => {
      const { ready, inFlight, delayed } = stack.queueDepth('WebhookQueue')
      return ready + inFlight + delayed === 0 && sandbox.effects().length > 0
    }
    expect(await waitUntil(isOver, 30_000)).toBe(true)
    expect(sandbox.calls().map(({ method, path }) => `${method} ${path.split('?')[0]}`)).toEqual([
      'GET /invoices',
      'GET /payments',
      'POST /payments/117/operations',
    ])
    expect(sandbox.effects()).toMatchObject([{ paymentId: 117, operationCode: 2 }])
    expectNoSentinel(lines)
  })

  it('returns what it cannot resolve now, and nothing else of the batch', async () => {
    const { sandbox, stack, lines } = await aDeployment()
    sandbox.misbehave({ path: '^/invoices', fault: 'http500' })
    const record = aRecord(
      'm1',
      '{"webhook":{"scope":"store/order/statusUpdated","storeHash":"luma7x2","orderId":"250","hash":"h1","createdAt":1795334400}}',
    )
    const off = aRecord(
      'm2',
      '{"webhook":{"scope":"store/cart/created","storeHash":"luma7x2","orderId":"9","hash":"h2","createdAt":1}}',
    )
    expect(await stack.invoke('resolveWebhook', { Records: [record, off] })).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm1' }],
    })
    expectNoSentinel(lines)
  })
})
