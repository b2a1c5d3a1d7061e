import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs'
import { systemClock } from '../../../lib/adapters/system.js'
import { judgeBatchAnswer } from '../../../lib/local/stack/batch-answer.js'
import { toSqsEvent } from '../../../lib/local/stack/sqs-event.js'
import { region } from '../../support/embedded.js'
import type { MotoDeployment } from './a-moto-deployment.js'

export type Delivery = { received: Message[]; returned: Message[] }

export const queueArn = 'arn:aws:sqs:us-east-1:123456789012:payops-moto-operations.fifo'

/** What Lambda's event source mapping does once: receives up to ten, invokes, deletes what was not returned. */
export async function deliverOnce({ clients, queueUrls, perform }: MotoDeployment): Promise<Delivery> {
  const QueueUrl = queueUrls.operations
  const { Messages: received = [] } = await clients.sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    }),
  )
  if (received.length === 0) return { received, returned: [] }
  const answer = await perform(toSqsEvent(received, queueArn, region))
  const verdict = judgeBatchAnswer(
    answer,
    received.map(({ MessageId = '' }) => MessageId),
  )
  if ('allFailed' in verdict) throw new Error(verdict.allFailed)
  const isReturned = ({ MessageId = '' }: Message): boolean => verdict.failed.has(MessageId)
  const Entries = received
    .filter(message => !isReturned(message))
    .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }))
  if (Entries.length > 0) await clients.sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))
  return { received, returned: received.filter(isReturned) }
}

/** As the mapping goes on polling, until it has come about; returns what the last delivery gave back. */
export async function deliverUntil(
  deployment: MotoDeployment,
  given: Message[],
  isDone: () => boolean,
): Promise<Message[]> {
  const until = systemClock.now() + patienceMs
  let returned = given
  for (;;) {
    await showAgain(deployment, returned)
    returned = (await deliverOnce(deployment)).returned
    if (isDone() || systemClock.now() > until) return returned
    await systemClock.sleep(50)
  }
}

const patienceMs = 30_000

/** Left to come back by itself, a group of moto's does not keep its order (`differences.ts`). */
async function showAgain({ clients, queueUrls }: MotoDeployment, messages: Message[]): Promise<void> {
  const QueueUrl = queueUrls.operations
  for (const { ReceiptHandle } of messages)
    await clients.sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }),
    )
}
