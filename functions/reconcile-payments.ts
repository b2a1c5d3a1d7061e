import { reconcileApp } from '../lib/app.js'
import { scheduleHandler } from '../lib/edge/schedule-handler.js'
import { reconcile } from '../lib/engine/reconcile/reconcile.js'

const ready = reconcileApp()

export const handler = scheduleHandler(ready, invocationEnd =>
  reconcile(ready, { dryRun: false, rules: ready.rules, invocationEnd }),
)
