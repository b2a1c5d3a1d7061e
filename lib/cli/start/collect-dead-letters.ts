import { appendFileSync } from 'node:fs'
import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import type { DeadLetterSeen } from './tally.js'

export type CollectOptions = {
  client: SQSClient
  queueUrl: string
  /** Every letter is appended here before it leaves the queue, which is gone with the process. */
  file: string
  onLetter(letter: DeadLetterSeen): void
}

/** Reads a dead-letter queue until `signal` is aborted: kept on disk first, then told, then deleted. */
export async function collectDeadLetters(options: CollectOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await collectOnce(options, 1, signal)
    } catch (error) {
      // Aborting the long poll is how this ends; anything else would lose letters in silence.
      if (!signal.aborted) throw error
    }
  }
}

/** One receive; returns how many letters it found. */
export async function collectOnce(
  options: CollectOptions,
  waitSeconds: number,
  signal?: AbortSignal,
): Promise<number> {
  const { client, queueUrl } = options
  const received = await client.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: waitSeconds,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['MessageGroupId', 'SentTimestamp'],
    }),
    signal === undefined ? {} : { abortSignal: signal },
  )
  const messages = received.Messages ?? []
  if (messages.length === 0) return 0
  for (const message of messages) keepLetter(options, message)
  await client.send(
    new DeleteMessageBatchCommand({
      QueueUrl: queueUrl,
      Entries: messages.map((message, index) => ({
        Id: String(index),
        ReceiptHandle: message.ReceiptHandle,
      })),
    }),
  )
  return messages.length
}

function keepLetter({ file, onLetter }: CollectOptions, message: Message): void {
  const body = message.Body ?? ''
  const attributes = Object.fromEntries(
    Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [name, value.StringValue ?? '']),
  )
  appendFileSync(file, `${JSON.stringify({ body, attributes, system: message.Attributes ?? {} })}\n`, {
    mode: 0o600,
  })
  const { errorCode, errorMessage } = attributes
  onLetter({
    body,
    ...(errorCode !== undefined && { errorCode }),
    ...(errorMessage !== undefined && { errorMessage }),
  })
}
