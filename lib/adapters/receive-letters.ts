import {
  ChangeMessageVisibilityBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { Unavailable } from '../core/errors.js'
import { asEpochMs } from '../core/time.js'
import type { PeekedLetter } from '../engine/ports.js'

/** What every look into a dead-letter queue is made of. */

export const batchMax = 10
type Client = Pick<SQSClient, 'send'>

export async function receiveLetters(
  client: Client,
  queueUrl: string,
  hiddenSeconds: number,
): Promise<Message[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl: queueUrl,
    MaxNumberOfMessages: batchMax,
    MessageAttributeNames: ['All'],
    MessageSystemAttributeNames: ['MessageGroupId', 'MessageDeduplicationId', 'SentTimestamp'],
    VisibilityTimeout: hiddenSeconds,
    // Without a wait SQS asks only some of its servers, and an empty answer proves nothing.
    WaitTimeSeconds: 1,
  })
  return (await ask('ReceiveMessage', () => client.send(command))).Messages ?? []
}

/** Hides messages for so long from now; 0 shows them again. */
export async function hideLetters(
  client: Client,
  queueUrl: string,
  receiptHandles: (string | undefined)[],
  hiddenSeconds: number,
): Promise<void> {
  for (let from = 0; from < receiptHandles.length; from += batchMax) {
    const Entries = receiptHandles.slice(from, from + batchMax).map((ReceiptHandle, index) => ({
      Id: String(index),
      ReceiptHandle,
      VisibilityTimeout: hiddenSeconds,
    }))
    const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries })
    await ask('ChangeMessageVisibilityBatch', () => client.send(command))
  }
}

export function toLetter(message: Message): PeekedLetter {
  const { MessageId = '', Body = '', Attributes = {}, MessageAttributes = {} } = message
  const deduplicationId = Attributes.MessageDeduplicationId
  return {
    messageId: MessageId,
    body: Body,
    groupId: Attributes.MessageGroupId ?? '',
    ...(deduplicationId !== undefined && { deduplicationId }),
    attributes: Object.fromEntries(
      Object.entries(MessageAttributes).flatMap(([name, { StringValue }]) =>
        StringValue === undefined ? [] : [[name, StringValue]],
      ),
    ),
    sentAt: asEpochMs(Number(Attributes.SentTimestamp ?? 0)),
  }
}

export async function ask<T>(action: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    // Translated at the wall: the SDK's own error may hold the whole request.
    throw new Unavailable(`SQS ${action} failed: ${error instanceof Error ? error.name : 'unknown error'}`)
  }
}
