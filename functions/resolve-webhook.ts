import { sqsHandler } from '../lib/edge/sqs-handler.js'
import { resolveWebhooks } from '../lib/engine/webhook/resolve-webhooks.js'
import { resolverApp } from '../lib/resolver-app.js'

const ready = resolverApp()

export const handler = sqsHandler(ready, (batch, invocationEnd) =>
  resolveWebhooks(ready, batch, invocationEnd),
)
