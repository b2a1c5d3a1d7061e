import middy from '@middy/core'
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import { asEpochMs, type Clock, type EpochMs } from '../core/time.js'
import type { Incoming, Metrics } from '../engine/ports.js'
import { meter } from './meter.js'

type PerformBatch = (batch: Incoming[], invocationEnd: EpochMs) => Promise<SQSBatchResponse>

/** An SQS event source mapping with ReportBatchItemFailures: records in, the partial batch answer out as it was built. */
export function sqsHandler(
  { clock, metrics }: { clock: Clock; metrics: Metrics },
  performBatch: PerformBatch,
) {
  const handle = (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    const invocationEnd = asEpochMs(clock.now() + context.getRemainingTimeInMillis())
    return performBatch(event.Records.map(readRecord), invocationEnd)
  }
  // Lambda's own time-out is the only one: an early answer of middy's would fail records that are being finished.
  return middy<SQSEvent, SQSBatchResponse, Error, Context>(handle, { timeoutEarlyInMillis: 0 })
    .use(meter(metrics))
    .use({
      before: ({ event }) => {
        if (!Array.isArray(event.Records))
          throw new TypeError('The event holds no Records: this function takes SQS events')
      },
    })
}

function readRecord(record: SQSRecord): Incoming {
  const { attributes } = record
  const texts = Object.entries(record.messageAttributes ?? {}).flatMap(([name, { stringValue }]) =>
    typeof stringValue === 'string' ? [[name, stringValue] as const] : [],
  )
  return {
    messageId: record.messageId,
    receiptHandle: record.receiptHandle,
    body: record.body,
    // A message of a standard queue has no group: then each stands alone.
    groupId: attributes.MessageGroupId ?? record.messageId,
    ...(attributes.MessageDeduplicationId !== undefined && {
      deduplicationId: attributes.MessageDeduplicationId,
    }),
    sentAt: asEpochMs(Number(attributes.SentTimestamp)),
    receives: Number(attributes.ApproximateReceiveCount),
    attributes: Object.fromEntries(texts),
  }
}
