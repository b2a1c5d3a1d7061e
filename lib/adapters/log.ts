import { type LogLevel, logLevels } from '../config.js'
import { type LogFields, logFields } from '../core/log-fields.js'
import type { Clock, Log } from '../engine/ports.js'

/** Longer texts, such as a stack, are cut: a line that CloudWatch Logs splits is no JSON any more. */
const textMax = 4096

/** One JSON object a line on stdout, which Lambda hands to CloudWatch. JSON escapes every line break that a value may hold. */
export function createLog(deps: { clock: Clock; write: (line: string) => void }, least: LogLevel): Log {
  const at =
    (level: LogLevel) =>
    (message: string, fields: LogFields): void => {
      if (logLevels.indexOf(level) < logLevels.indexOf(least)) return
      const time = new Date(deps.clock.now()).toISOString()
      deps.write(JSON.stringify({ level, time, message, ...pickListed(fields) }))
    }
  return { info: at('INFO'), warn: at('WARN'), error: at('ERROR') }
}

/** By the list and not by what is there: a field that nobody listed cannot get out. */
function pickListed(fields: LogFields): LogFields {
  const picked: LogFields = {}
  for (const name of logFields) {
    const value: unknown = fields[name]
    if (typeof value === 'string') picked[name] = value.slice(0, textMax)
    else if (typeof value === 'number' || typeof value === 'boolean') picked[name] = value
  }
  return picked
}
