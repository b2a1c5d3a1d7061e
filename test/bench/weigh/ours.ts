import { createLog } from '../../../lib/adapters/log.js'
import { createMetrics } from '../../../lib/adapters/metrics.js'
import { systemClock } from '../../../lib/adapters/system.js'
import { writeLine } from '../../../lib/adapters/write-line.js'
import type { WeighedFields } from './weighed-fields.js'

const log = createLog({ clock: systemClock, write: writeLine }, 'INFO')
const metrics = createMetrics({ clock: systemClock, write: writeLine }, 'payops-bench')

/** One invocation: a line for each message, and its counts. */
export function invoke(messages: WeighedFields[]): void {
  for (const fields of messages) {
    log.info('outcome', fields)
    metrics.add('Succeeded')
    metrics.add('Performed')
    metrics.add('ApiLatency', fields.tookMs)
  }
  metrics.flush()
}
