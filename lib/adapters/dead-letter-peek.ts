import {
  ChangeMessageVisibilityBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { Unavailable } from '../core/errors.js'
import { asEpochMs } from '../core/time.js'
import type { DeadLetterPeek, PeekedLetter } from '../engine/ports.js'

/** SQS shows what is behind a message only while that one is hidden. A pass that is killed leaves them hidden this long. */
const hiddenSeconds = 20
const batchMax = 10
const roundsMax = 100

/**
 * What the dead-letter queue holds, up to 1,000 messages, and of one group the first ten. Nothing is deleted, and what was
 * hidden for the look is shown again after it.
 */
export function createDeadLetterPeek(
  { client }: { client: Pick<SQSClient, 'send'> },
  queueUrl: string,
): DeadLetterPeek {
  return {
    peek: async () => {
      const seen = new Map<string, Message>()
      try {
        for (let round = 0; round < roundsMax; round += 1) {
          const messages = await receive(client, queueUrl)
          const before = seen.size
          for (const message of messages) seen.set(message.MessageId ?? '', message)
          if (seen.size === before) break
        }
      } finally {
        await showAgain(client, queueUrl, [...seen.values()])
      }
      return [...seen.values()].map(toLetter)
    },
  }
}

async function receive(client: Pick<SQSClient, 'send'>, queueUrl: string): Promise<Message[]> {
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

async function showAgain(
  client: Pick<SQSClient, 'send'>,
  queueUrl: string,
  messages: Message[],
): Promise<void> {
  for (let from = 0; from < messages.length; from += batchMax) {
    const Entries = messages.slice(from, from + batchMax).map(({ ReceiptHandle }, index) => ({
      Id: String(index),
      ReceiptHandle,
      VisibilityTimeout: 0,
    }))
    const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries })
    await ask('ChangeMessageVisibilityBatch', () => client.send(command))
  }
}

function toLetter({
  MessageId = '',
  Body = '',
  Attributes = {},
  MessageAttributes = {},
}: Message): PeekedLetter {
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

async function ask<T>(action: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    // Translated at the wall: the SDK's own error may hold the whole request.
    throw new Unavailable(`SQS ${action} failed: ${error instanceof Error ? error.name : 'unknown error'}`)
  }
}
