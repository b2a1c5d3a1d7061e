import { type Message, ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import { expect, it } from '@jest/globals'
import { drainQueue } from '../../support/drain-queue.js'
import type { MotoDeployment } from './a-moto-deployment.js'
import { deliverOnce, deliverUntil } from './deliver-once.js'
import { putSecret } from './put-secret.js'
import { anApply, sendRequest } from './send-request.js'

/** Receives as often as the template allows before a message is given up. */
const receivesMax = 1000

export function batches(aws: () => MotoDeployment): void {
  const paymentsOf = (messages: Message[]) =>
    messages.map(({ Body = '' }) => (JSON.parse(Body) as { paymentId: number }).paymentId)
  const performed = (...paymentIds: number[]) =>
    aws()
      .sandbox.effects()
      .flatMap(({ paymentId }) => (paymentIds.includes(paymentId) ? [paymentId] : []))
  it('are carried out in order where one receive brings several messages of a group', async () => {
    for (const paymentId of [130, 131, 132, 133]) await sendRequest(aws(), anApply(paymentId), 'one')
    await sendRequest(aws(), anApply(134), 'other')
    const { received, returned } = await deliverOnce(aws())
    expect(paymentsOf(received)).toEqual([130, 131, 132, 133, 134])
    expect(returned).toEqual([])
    expect(performed(130, 131, 132, 133)).toEqual([130, 131, 132, 133])
    expect(performed(134)).toEqual([134])
  })

  it('give back the rest of a group after a failure, and the other groups go on', async () => {
    const held = anApply(141, { storeHash: 'nordic4b' })
    const requests = [anApply(140), held, anApply(142), anApply(143)]
    for (const request of requests) await sendRequest(aws(), request, 'failing')
    await sendRequest(aws(), anApply(144), 'sound')
    const { returned } = await deliverOnce(aws())
    expect(paymentsOf(returned)).toEqual([141, 142, 143])
    expect(performed(140, 141, 142, 143, 144).sort()).toEqual([140, 144])
    await putSecret(aws(), 'nordic4b', 'first')
    expect(await deliverUntil(aws(), returned, () => performed(143).length > 0)).toEqual([])
    expect(performed(141, 142, 143)).toEqual([141, 142, 143])
  })

  it('that crash every time are dead-lettered by SQS itself, after as many receives as declared', async () => {
    const { clients, queueUrls, url } = aws()
    const body = anApply(150)
    await sendRequest(aws(), body, 'crashing')
    const receive = new ReceiveMessageCommand({ QueueUrl: queueUrls.operations, VisibilityTimeout: 0 })
    let receives = 0
    for (;;) {
      const { Messages = [] } = await clients.sqs.send(receive)
      if (Messages.length === 0) break
      receives += 1
    }
    expect(receives).toBe(receivesMax)
    const letters = await drainQueue(url, queueUrls.deadLetters)
    expect(letters).toMatchObject([
      { Body: JSON.stringify(body), Attributes: { MessageGroupId: 'crashing' } },
    ])
  })
}
