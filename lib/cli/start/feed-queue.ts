import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { planBatches } from './plan-batches.js'
import type { RequestLine } from './read-request-lines.js'

/** Batches in flight at once. More gain nothing against a queue on the same machine. */
const laneCount = 4

export type FeedOptions = {
  client: SQSClient
  queueUrl: string
  lines: RequestLine[]
  signal: AbortSignal
  /** The queue refused this line for good. */
  onRefused(line: RequestLine, problem: string): void
}

/** Sends every line to the operations queue, byte for byte; ends when the queue has them all, or when `signal` is aborted. */
export async function feedQueue(options: FeedOptions): Promise<void> {
  const lanes = planBatches(options.lines, laneCount)
  await Promise.all(
    lanes.map(async lane => {
      for (const batch of lane) {
        if (options.signal.aborted) return
        await sendBatch(options, batch)
      }
    }),
  )
}

async function sendBatch({ client, queueUrl, onRefused }: FeedOptions, batch: RequestLine[]): Promise<void> {
  const sent = await client.send(
    new SendMessageBatchCommand({
      QueueUrl: queueUrl,
      Entries: batch.map(line => ({
        Id: `line-${line.number}`,
        MessageBody: line.body,
        MessageGroupId: line.groupId,
        MessageDeduplicationId: line.deduplicationId,
      })),
    }),
  )
  for (const failure of sent.Failed ?? []) {
    const line = batch.find(({ number }) => `line-${number}` === failure.Id)
    if (line === undefined || failure.SenderFault !== true) {
      throw new Error(
        `the operations queue did not take ${failure.Id}: ${failure.Code} ${failure.Message ?? ''}`,
      )
    }
    onRefused(line, `the queue refused it: ${failure.Code} ${failure.Message ?? ''}`)
  }
}
