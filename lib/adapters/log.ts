import { type LogLevel, logLevels } from '../config.js'
import type { Clock, Log } from '../engine/ports.js'

/** One JSON object a line on stdout, which Lambda hands to CloudWatch. JSON escapes every line break that a value may hold. */
export function createLog(deps: { clock: Clock; write: (line: string) => void }, least: LogLevel): Log {
  const at =
    (level: LogLevel) =>
    (message: string, fields: Record<string, unknown>): void => {
      if (logLevels.indexOf(level) < logLevels.indexOf(least)) return
      const own = { level, time: new Date(deps.clock.now()).toISOString(), message }
      // Ours come first, and no field of the caller's takes their place.
      deps.write(JSON.stringify({ ...own, ...fields, ...own }))
    }
  return { info: at('INFO'), warn: at('WARN'), error: at('ERROR') }
}
