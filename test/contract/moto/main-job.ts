import { PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import { expect, it } from '@jest/globals'
import { toSqsEvent } from '../../../lib/local/stack/sqs-event.js'
import { drainQueue } from '../../support/drain-queue.js'
import { region } from '../../support/embedded.js'
import type { MotoDeployment } from './a-moto-deployment.js'
import { deliverOnce, queueArn } from './deliver-once.js'
import { anApply, sendRequest } from './send-request.js'

export function mainJob(aws: () => MotoDeployment): void {
  const put = async (detail: object, source = 'erp', type = 'Payment Operation Requested') => {
    const { clients, env } = aws()
    const entry = { EventBusName: env['EVENT_BUS_NAME'], Source: source, DetailType: type }
    const Entries = [{ ...entry, Detail: JSON.stringify(detail) }]
    const { FailedEntryCount } = await clients.events.send(new PutEventsCommand({ Entries }))
    expect(FailedEntryCount).toBe(0)
  }
  const drain = async (queue: keyof MotoDeployment['queueUrls']) => {
    const { url, queueUrls } = aws()
    return (await drainQueue(url, queueUrls[queue])).map(({ Body = '' }) => JSON.parse(Body) as unknown)
  }
  const effectsOn = (paymentId: number) =>
    aws()
      .sandbox.effects()
      .filter(effect => effect.paymentId === paymentId)

  it('carries out what was asked for on the bus, and tells it there', async () => {
    await put(anApply(117))
    const requested = await drain('requested')
    expect(requested).toMatchObject([{ source: 'erp', detail: { paymentId: 117 } }])
    for (const event of requested) await aws().accept(event)
    expect(await deliverOnce(aws())).toMatchObject({ received: [{}], returned: [] })
    expect(effectsOn(117)).toMatchObject([{ type: 'performOperation', operationCode: 0, changed: true }])
    expect(await drain('told')).toMatchObject([
      {
        'detail-type': 'Payment Operation Succeeded',
        detail: { requestId: 'apply-117', effect: 'performed' },
      },
    ])
  })

  it('hands over by the rule what others ask for, and nothing else', async () => {
    await put(anApply(101), 'payops')
    await put(anApply(102), 'erp', 'Payment Operation Succeeded')
    await put(anApply(103), 'payops.mirror')
    expect(await drain('requested')).toMatchObject([{ source: 'payops.mirror', detail: { paymentId: 103 } }])
    await drain('told')
  })

  it('carries out once what five containers are given fifty times at once', async () => {
    const { clients, queueUrls, perform, sandbox } = aws()
    await sendRequest(aws(), anApply(120), 'luma7x2:120')
    const receive = new ReceiveMessageCommand({
      QueueUrl: queueUrls.operations,
      MessageSystemAttributeNames: ['All'],
    })
    const { Messages: [message] = [] } = await clients.sqs.send(receive)
    const batches = Array.from({ length: 5 }, (_, batch) =>
      Array.from({ length: 10 }, (_, at) => ({ ...message, MessageId: `${batch}-${at}` })),
    )
    await Promise.all(batches.map(batch => perform(toSqsEvent(batch, queueArn, region))))
    expect(effectsOn(120)).toHaveLength(1)
    const posts = sandbox.calls().filter(({ method, path }) => method === 'POST' && path.includes('/120/'))
    expect(posts).toHaveLength(1)
    await clients.sqs.send(
      new DeleteMessageCommand({ QueueUrl: queueUrls.operations, ReceiptHandle: message?.ReceiptHandle }),
    )
    await drain('told')
  })
}
