import { writeSync } from 'node:fs'
import { createMetrics } from '../../../lib/adapters/metrics.js'
import { systemClock } from '../../../lib/adapters/system.js'
import { writeLine } from '../../../lib/adapters/write-line.js'
import type { WeighedFields } from './weighed-fields.js'

// Lambda's JSON log format, as the runtime does it (its public client, 3.3.0): each line is formatted there, framed, and
// written by two system calls. It makes no metrics, so they are ours, and it prints whatever it is given.
const frame = Buffer.alloc(16)
function logAsRuntime(message: object): void {
  const now = systemClock.now()
  const timestamp = new Date(now).toISOString()
  const line = JSON.stringify({ timestamp, level: 'INFO', requestId: 'r', message }, (_, value) =>
    value instanceof Error ? { ...value, errorMessage: value.message } : value,
  )
  const bytes = Buffer.from(line.replace(/\n/g, '\r'), 'utf8')
  frame.writeUInt32BE(bytes.length, 4)
  frame.writeBigInt64BE(BigInt(now) * 1000n, 8)
  writeSync(1, frame)
  writeSync(1, bytes)
}

const metrics = createMetrics({ clock: systemClock, write: writeLine }, 'payops-bench')

export function invoke(messages: WeighedFields[]): void {
  for (const fields of messages) {
    logAsRuntime({ message: 'outcome', ...fields })
    metrics.add('Succeeded')
    metrics.add('Performed')
    metrics.add('ApiLatency', fields.tookMs)
  }
  metrics.flush()
}
