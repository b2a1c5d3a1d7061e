// The same with the processor that takes all records at once. Quicker, and wrong here: it gives up the order of a payment.
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch'
import { recordHandler, runInvocation } from './powertools-record.mjs'

const processor = new BatchProcessor(EventType.SQS)

export const handler = (event, context) =>
  runInvocation(context, () => processPartialResponse(event, recordHandler, processor, { context }))
