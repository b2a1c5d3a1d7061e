import type { SqsQueue } from '../../../node_modules/fauxqs/dist/sqs/sqsStore.js'

// With DeduplicationScope messageGroup, which high-throughput FIFO asks for, a deduplication id is remembered for each
// message group on its own. fauxqs keeps one memory for the whole queue, so that two stores that happen to use the same
// id would lose a message that SQS keeps. Its memory is switched off here and one for each group put in its place.

// As long as SQS remembers.
const WINDOW_MS = 5 * 60_000

type Remembered = { messageId: string; sequenceNumber: string | undefined; sentAt: number }

/** Makes a queue of fauxqs remember deduplication ids by message group. */
export function scopeDeduplicationToGroups(queue: SqsQueue): void {
  const enqueue = queue.enqueue.bind(queue)
  const memory = new Map<string, Remembered>()
  queue.checkDeduplication = () => ({ isDuplicate: false })
  queue.enqueue = message => {
    // A message that was received before comes from another queue by redrive; SQS moves it whatever its id.
    if (message.approximateReceiveCount > 0) return enqueue(message)
    const key = JSON.stringify([message.messageGroupId, message.messageDeduplicationId])
    const original = memory.get(key)
    if (original && message.sentTimestamp - original.sentAt < WINDOW_MS) {
      // The sender is told the original's ids, read from this same object after this call.
      message.messageId = original.messageId
      if (original.sequenceNumber !== undefined) message.sequenceNumber = original.sequenceNumber
      return
    }
    const { messageId, sequenceNumber, sentTimestamp } = message
    memory.delete(key)
    memory.set(key, { messageId, sequenceNumber, sentAt: sentTimestamp })
    forgetOlderThan(memory, sentTimestamp - WINDOW_MS)
    enqueue(message)
  }
}

function forgetOlderThan(memory: Map<string, Remembered>, instant: number): void {
  // Kept in the order of sending: the first one young enough ends the sweep.
  for (const [key, { sentAt }] of memory) {
    if (sentAt > instant) return
    memory.delete(key)
  }
}
