import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { afterEach, describe, expect, it } from '@jest/globals'
import { createDeadLetterPeek } from '../../lib/adapters/dead-letter-peek.js'
import { Unavailable } from '../../lib/core/errors.js'
import { startEmbeddedQueues } from '../support/embedded.js'
import { endAll } from '../support/endings.js'
import { catchError } from '../support/sentinel.js'

afterEach(endAll)

async function aDeadLetterQueue() {
  const queues = await startEmbeddedQueues()
  const send = (index: number, group: string, attributes: Record<string, string> = {}) =>
    queues.client.send(
      new SendMessageCommand({
        QueueUrl: queues.deadLetterQueueUrl,
        MessageBody: `{"paymentId":${index},"operationCode":0}`,
        MessageGroupId: group,
        MessageDeduplicationId: `d-${index}`,
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes).map(([name, StringValue]) => [
            name,
            { DataType: 'String', StringValue },
          ]),
        ),
      }),
    )
  const letters = createDeadLetterPeek({ client: queues.client }, queues.deadLetterQueueUrl)
  return { ...queues, send, letters }
}

describe('createDeadLetterPeek', () => {
  it('shows a letter whole: body, group, deduplication id, attributes and when it was sent', async () => {
    const { send, letters } = await aDeadLetterQueue()
    await send(117, 'luma7x2:117', { source: 'sqs', errorCode: 'IN_DOUBT' })
    expect(await letters.peek()).toEqual([
      {
        messageId: expect.any(String),
        body: '{"paymentId":117,"operationCode":0}',
        groupId: 'luma7x2:117',
        deduplicationId: 'd-117',
        attributes: { source: 'sqs', errorCode: 'IN_DOUBT' },
        sentAt: expect.any(Number),
      },
    ])
  })

  it('shows each of more letters than one receipt holds once, and all of them again the next time', async () => {
    const { send, letters, depth } = await aDeadLetterQueue()
    for (let index = 1; index <= 25; index += 1) await send(index, `luma7x2:${index}`)
    const bodies = async () => new Set((await letters.peek()).map(({ body }) => body)).size
    expect([await bodies(), await bodies()]).toEqual([25, 25])
    expect(depth('OperationsDeadLetterQueue')).toEqual({ ready: 25, delayed: 0, inFlight: 0 })
  })

  it('leaves the letters to whoever wants them at once, in their order', async () => {
    const { client, deadLetterQueueUrl, send, letters } = await aDeadLetterQueue()
    for (const index of [1, 2, 3]) await send(index, `luma7x2:${index}`)
    await letters.peek()
    const command = new ReceiveMessageCommand({ QueueUrl: deadLetterQueueUrl, MaxNumberOfMessages: 10 })
    const { Messages = [] } = await client.send(command)
    expect(Messages.map(({ Body }) => JSON.parse(Body ?? '{}').paymentId)).toEqual([1, 2, 3])
  })

  it('shows nothing of an empty queue', async () => {
    const { letters } = await aDeadLetterQueue()
    expect(await letters.peek()).toEqual([])
  })

  it('is Unavailable while SQS is', async () => {
    const { letters, stop } = await aDeadLetterQueue()
    await stop()
    expect(await catchError(letters.peek)).toBeInstanceOf(Unavailable)
  })
})
