import { app } from '../lib/app.js'
import { scheduleHandler } from '../lib/edge/schedule-handler.js'
import { reconcileOnce } from '../lib/engine/reconcile.js'

const ready = app()

export const handler = scheduleHandler(ready.clock, invocationEnd => reconcileOnce(ready, invocationEnd))
