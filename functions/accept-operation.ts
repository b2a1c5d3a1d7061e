import { app } from '../lib/app.js'
import { eventHandler } from '../lib/edge/event-handler.js'
import { accept } from '../lib/engine/accept.js'

const ready = app()

export const handler = eventHandler(ready.metrics, ({ id, time, detail }) =>
  accept(ready, { id, at: time, detail, source: 'eventbridge' }),
)
