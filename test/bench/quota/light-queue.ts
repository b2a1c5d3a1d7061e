import type { SQSRecord } from 'aws-lambda'
import type { Clock } from '../../../lib/core/time.js'

/**
 * As much of SQS as a quota bench needs: messages of payments of their own, so that groups hold nothing up; received, given
 * back for whole seconds, deleted. What the dead-letter queue is sent is only counted.
 */
export type LightQueue = {
  receive(most: number): SQSRecord[]
  remove(messageIds: string[]): void
  /** The actions of the SQS protocol that performOperations uses. */
  ask(action: string, input: unknown): unknown
  left(): number
  deadLetters(): number
}

type Entry = { Id: string; ReceiptHandle?: string; VisibilityTimeout?: number }
type Message = { messageId: string; body: string; visibleAt: number; receives: number }

const visibilityMs = 180_000

/** `scale` shortens a second of its own, as the minute is shortened. */
export function createLightQueue(clock: Clock, bodies: string[], scale: number): LightQueue {
  const messages = new Map<string, Message>()
  for (const [index, body] of bodies.entries()) {
    messages.set(`m-${index}`, { messageId: `m-${index}`, body, visibleAt: 0, receives: 0 })
  }
  let deadLetters = 0
  return {
    receive: most => {
      const now = clock.now()
      const batch = [...messages.values()].filter(({ visibleAt }) => visibleAt <= now).slice(0, most)
      for (const message of batch) {
        message.visibleAt = now + visibilityMs
        message.receives += 1
      }
      return batch.map(message => toRecord(message, now))
    },
    remove: messageIds => {
      for (const messageId of messageIds) messages.delete(messageId)
    },
    ask: (action, input) => {
      const { Entries } = input as { Entries: Entry[] }
      if (action === 'SendMessageBatch') deadLetters += Entries.length
      for (const { ReceiptHandle = '', VisibilityTimeout } of Entries) {
        const message = messages.get(ReceiptHandle)
        if (message !== undefined && VisibilityTimeout !== undefined)
          message.visibleAt = clock.now() + VisibilityTimeout * 1_000 * scale
      }
      return {
        Successful: Entries.map(({ Id }) => ({ Id, MessageId: Id, MD5OfMessageBody: '' })),
        Failed: [],
      }
    },
    left: () => messages.size,
    deadLetters: () => deadLetters,
  }
}

const toRecord = ({ messageId, body, receives }: Message, now: number): SQSRecord => ({
  messageId,
  receiptHandle: messageId,
  body,
  attributes: {
    ApproximateReceiveCount: String(receives),
    SentTimestamp: String(now),
    SenderId: 'bench',
    ApproximateFirstReceiveTimestamp: String(now),
    MessageGroupId: `luma7x2:${messageId}`,
    MessageDeduplicationId: messageId,
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:payops-bench-operations.fifo',
  awsRegion: 'us-east-1',
})
