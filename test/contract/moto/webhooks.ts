import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { expect, it } from '@jest/globals'
import { systemClock } from '../../../lib/adapters/system.js'
import { toSqsEvent } from '../../../lib/local/stack/sqs-event.js'
import { drainQueue } from '../../support/drain-queue.js'
import { region } from '../../support/embedded.js'
import { sentinelToken } from '../../support/sentinel.js'
import { signCall, toUrlEvent } from '../../support/signed-call.js'
import type { MotoDeployment } from './a-moto-deployment.js'
import { deliverOnce } from './deliver-once.js'

const intakeArn = 'arn:aws:sqs:us-east-1:123456789012:payops-moto-webhooks.fifo'

export function webhooks(aws: () => MotoDeployment): void {
  it('of an order pull its payment, once where they come twice', async () => {
    const { clients, queueUrls, receive, resolve, sandbox, url } = aws()
    const webhookSecret = `${sentinelToken}-webhooks`
    const secret = { storeHash: 'luma7x2', accessToken: sentinelToken, webhookSecret }
    await clients.secrets.send(
      new PutSecretValueCommand({ SecretId: 'payops/luma7x2', SecretString: JSON.stringify(secret) }),
    )
    sandbox.changeOrder('luma7x2', { id: 5148, fundingStatus: 1 })
    const timestamp = Math.floor(systemClock.now() / 1000)
    const data = { type: 'transaction', order_id: '5148' }
    const scope = 'store/order/transaction/updated'
    const call = { secret: webhookSecret, timestamp, scope, data, createdAt: timestamp }
    for (const id of ['msg_1', 'msg_2'])
      expect(await receive(toUrlEvent(signCall({ ...call, id })))).toMatchObject({ statusCode: 200 })
    expect(await receive(toUrlEvent(signCall({ ...call, secret: 'another' })))).toMatchObject({
      statusCode: 401,
    })

    const messages = await drainQueue(url, queueUrls.webhooks)
    expect(messages).toHaveLength(1)
    const batch = toSqsEvent(messages, intakeArn, region)
    for (const again of [batch, batch]) expect(await resolve(again)).toEqual({ batchItemFailures: [] })
    expect(await deliverOnce(aws())).toMatchObject({ received: [{}], returned: [] })
    expect(sandbox.payment('luma7x2', 148)?.fundingStatus).toBe(1)
    expect((await deliverOnce(aws())).received).toEqual([])
    await drainQueue(url, queueUrls.told)
  })
}
