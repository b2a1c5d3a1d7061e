import { app } from '../lib/app.js'
import { sqsHandler } from '../lib/edge/sqs-handler.js'
import { performBatch } from '../lib/engine/perform-batch.js'

const ready = app()

export const handler = sqsHandler(ready, (batch, invocationEnd) => performBatch(ready, batch, invocationEnd))
