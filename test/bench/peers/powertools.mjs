// What a good engineer assembles today: Powertools for AWS Lambda (TypeScript), as its documentation recommends for a FIFO
// queue whose messages must not be carried out twice: batch, idempotency, parser, parameters, logger, metrics; and got.
import { processPartialResponse, SqsFifoPartialProcessorAsync } from '@aws-lambda-powertools/batch'
import { recordHandler, runInvocation } from './powertools-record.mjs'

const processor = new SqsFifoPartialProcessorAsync()

export const handler = (event, context) =>
  runInvocation(context, () =>
    processPartialResponse(event, recordHandler, processor, { context, skipGroupOnError: true }),
  )
