import { app } from '../../../lib/app.js'
import { sqsHandler } from '../../../lib/edge/sqs-handler.js'
import { createPacer } from '../../../lib/engine/pacer.js'
import { performBatch } from '../../../lib/engine/perform-batch.js'

/**
 * performOperations in a scaled-down minute. SQS knows whole seconds only, which would be half of a window of two of them: so
 * what goes back is told SQS in unscaled time, and the light queue scales it down. And the longest wait in the function
 * is given, so that waiting can be measured against giving back.
 */

const built = app()
const { delayScale } = built
const waitMaxMs = process.env['BENCH_WAIT_MAX_MS']
const ready = {
  ...built,
  queue: {
    ...built.queue,
    delay: (messages: { receiptHandle: string; delayMs: number }[]) =>
      built.queue.delay(messages.map(message => ({ ...message, delayMs: message.delayMs / delayScale }))),
  },
  ...(waitMaxMs !== undefined && {
    pacer: createPacer(built, { reserve: 0.1, delayScale, waitMaxMs: Number(waitMaxMs) }),
  }),
}

export const handler = sqsHandler(ready, (batch, invocationEnd) => performBatch(ready, batch, invocationEnd))
