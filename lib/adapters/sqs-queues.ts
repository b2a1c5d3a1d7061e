import {
  ChangeMessageVisibilityBatchCommand,
  type MessageAttributeValue,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { Unavailable } from '../core/errors.js'
import type { DeadLetter, DeadLetters, Log, OperationsQueue } from '../engine/ports.js'
import { chunkBySize } from './chunk-by-size.js'

type Deps = { log: Log; client: Pick<SQSClient, 'send'> }

/** A message stays invisible for at most 12 hours from its receipt; a minute is left for the time that has passed. */
const visibilityMaxSeconds = 12 * 3600 - 60
const batchMax = 10
/** SQS bounds the bodies and attributes of a batch together. */
const batchBytesMax = 1024 * 1024

export function createOperationsQueue(deps: Deps, queueUrl: string): OperationsQueue {
  return {
    delay: async messages => {
      for (const chunk of chunkBySize(messages, () => 0, { count: batchMax, bytes: 1 })) {
        const Entries = chunk.map(({ receiptHandle, delayMs }, index) => ({
          Id: String(index),
          ReceiptHandle: receiptHandle,
          // Rounded up: coming back too early would only send it away again.
          VisibilityTimeout: Math.min(visibilityMaxSeconds, Math.ceil(delayMs / 1000)),
        }))
        const answer = await ask('ChangeMessageVisibilityBatch', () =>
          deps.client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries })),
        )
        for (const { Code } of answer.Failed ?? [])
          deps.log.warn('visibility was not changed', { code: Code })
      }
    },
    send: async ({ body, groupId, deduplicationId, source }) => {
      const message = {
        QueueUrl: queueUrl,
        MessageBody: body,
        MessageGroupId: groupId,
        MessageDeduplicationId: deduplicationId,
        MessageAttributes: toAttributes({ source }),
      }
      await ask('SendMessage', () => deps.client.send(new SendMessageCommand(message)))
    },
  }
}

export function createDeadLetters(deps: Deps, queueUrl: string): DeadLetters {
  const sendChunk = async (letters: DeadLetter[]): Promise<boolean[]> => {
    const Entries = letters.map((letter, index) => ({
      Id: String(index),
      MessageBody: letter.body,
      MessageAttributes: toAttributes(letter.attributes),
      MessageGroupId: letter.groupId,
      MessageDeduplicationId: letter.deduplicationId,
    }))
    try {
      const answer = await deps.client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }))
      for (const { Code } of answer.Failed ?? [])
        deps.log.warn('the dead-letter queue refused a message', { code: Code })
      const taken = new Set((answer.Successful ?? []).map(({ Id }) => Id))
      return letters.map((_, index) => taken.has(String(index)))
    } catch (error) {
      // Not taken; the message stays in the operations queue and is told again.
      deps.log.warn('the dead-letter queue did not answer', { error: nameOf(error) })
      return letters.map(() => false)
    }
  }
  return {
    send: async letters => {
      const chunks = chunkBySize(letters, bytesOf, { count: batchMax, bytes: batchBytesMax })
      return (await Promise.all(chunks.map(sendChunk))).flat()
    },
  }
}

const toAttributes = (attributes: Record<string, string>): Record<string, MessageAttributeValue> =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
  )

const bytesOf = (letter: DeadLetter): number =>
  Object.entries(letter.attributes).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value) + 'String'.length,
    Buffer.byteLength(letter.body),
  )

async function ask<T>(action: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    // Translated at the wall: the SDK's own error may hold the whole request.
    throw new Unavailable(`SQS ${action} failed: ${nameOf(error)}`)
  }
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown error')
