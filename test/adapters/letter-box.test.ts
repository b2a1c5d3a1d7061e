import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { afterEach, describe, expect, it } from '@jest/globals'
import { createLetterBox } from '../../lib/adapters/letter-box.js'
import { Unavailable } from '../../lib/core/errors.js'
import type { HeldLetter } from '../../lib/engine/ports.js'
import { drainQueue } from '../support/drain-queue.js'
import { startEmbeddedQueues } from '../support/embedded.js'
import { endAll } from '../support/endings.js'
import { createRecordedLog } from '../support/recorded-log.js'
import { catchError } from '../support/sentinel.js'

afterEach(endAll)

async function aBox() {
  const queues = await startEmbeddedQueues()
  const { client, operationsQueueUrl: operations, deadLetterQueueUrl: deadLetters } = queues
  const log = createRecordedLog()
  const events = deadLetters.replace('operations-dlq.fifo', 'events-dlq')
  const webhooks = deadLetters.replace('operations-dlq.fifo', 'webhooks.fifo')
  const urls = { operations, deadLetters, events, webhooks }
  return { ...queues, box: createLetterBox({ client, log }, urls), events, webhooks }
}

const attributes = { errorCode: 'IN_DOUBT', requestId: 'r-1' }
const message = { body: '{"paymentId":117}', groupId: 'luma7x2:117', deduplicationId: 'd-1', attributes }

describe('createLetterBox', () => {
  it('receives a letter whole, keeps it hidden, and removes it', async () => {
    const { box, depth } = await aBox()
    await box.send('deadLetters', message)
    const [letter] = await box.receive('operations')
    expect(letter).toMatchObject({ ...message, queue: 'operations' })
    expect(await box.receive('operations')).toEqual([])
    await box.remove(letter as HeldLetter)
    expect(depth('OperationsDeadLetterQueue')).toEqual({ ready: 0, delayed: 0, inFlight: 0 })
  })

  it('shows again what it was told to, in its order', async () => {
    const { box } = await aBox()
    for (const id of ['d-1', 'd-2']) await box.send('deadLetters', { ...message, deduplicationId: id })
    const held = await box.receive('operations')
    await box.keepHidden(held)
    expect(await box.receive('operations')).toEqual([])
    await box.show(held)
    expect((await box.receive('operations'))[0]?.deduplicationId).toBe('d-1')
  })

  it('receives of the queue of events, which has neither groups nor deduplication', async () => {
    const { box, client, events } = await aBox()
    await client.send(new SendMessageCommand({ QueueUrl: events, MessageBody: '{}' }))
    expect(await box.receive('events')).toMatchObject([{ body: '{}', groupId: '', queue: 'events' }])
  })

  it('sends to the operations queue with group, deduplication id and attributes', async () => {
    const { box, operationsQueueUrl } = await aBox()
    await box.send('operations', message)
    const endpoint = new URL(operationsQueueUrl).origin
    const [sent] = await drainQueue(endpoint, operationsQueueUrl)
    expect(sent).toMatchObject({
      Body: message.body,
      Attributes: { MessageGroupId: 'luma7x2:117', MessageDeduplicationId: 'd-1' },
      MessageAttributes: { errorCode: { StringValue: 'IN_DOUBT' }, requestId: { StringValue: 'r-1' } },
    })
  })

  it('sends a webhook to the intake queue, where it waits as every other one does', async () => {
    const { box, depth } = await aBox()
    await box.send('webhooks', { ...message, attributes: {} })
    expect(depth('WebhookQueue')).toEqual({ ready: 0, delayed: 1, inFlight: 0 })
    expect(depth('OperationsQueue')).toEqual({ ready: 0, delayed: 0, inFlight: 0 })
  })

  it('is Unavailable while SQS is, but leaves what it cannot show to show itself', async () => {
    const { box, stop } = await aBox()
    await box.send('deadLetters', message)
    const held = await box.receive('operations')
    await stop()
    for (const call of [
      () => box.receive('operations'),
      () => box.send('operations', message),
      () => box.remove(held[0] as HeldLetter),
    ])
      expect(await catchError(call)).toBeInstanceOf(Unavailable)
    await box.show(held)
  })
})
