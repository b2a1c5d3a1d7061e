import type { Context, EventBridgeEvent, SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { parseRequest } from '../../lib/core/request.js'
import { eventHandler } from '../../lib/edge/event-handler.js'
import { sqsHandler } from '../../lib/edge/sqs-handler.js'
import { accept } from '../../lib/engine/accept.js'
import { performBatch } from '../../lib/engine/perform-batch.js'
import type { World } from '../support/world.js'

export type QueueHandler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>
export type BusHandler = (event: EventBridgeEvent<string, unknown>, context: Context) => Promise<void>

/** What is fuzzed: the production code, or a variant that is broken on purpose. */
export type Subject = {
  parse: typeof parseRequest
  queueHandler: (world: World) => QueueHandler
  busHandler: (world: World) => BusHandler
}

/** Wired as functions/ wires them, on fakes. */
export const production: Subject = {
  parse: parseRequest,
  queueHandler: world => {
    const handler = sqsHandler(world.deps, (batch, end) => performBatch(world.deps, batch, end))
    return (event, context) => handler(event, context)
  },
  busHandler: world => {
    const deps = { ...world.deps, queue: world.queue }
    const handler = eventHandler(world.deps.metrics, ({ id, time, detail }) =>
      accept(deps, { id, at: time, detail, source: 'eventbridge' }),
    )
    return (event, context) => handler(event, context)
  },
}
