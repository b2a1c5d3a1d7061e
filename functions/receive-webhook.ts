import { doorApp } from '../lib/door-app.js'
import { urlHandler } from '../lib/edge/url-handler.js'
import { receiveWebhook } from '../lib/engine/webhook/receive-webhook.js'

const ready = doorApp()

export const handler = urlHandler(ready.metrics, call => receiveWebhook(ready, call))
