import type { Log } from '../../lib/engine/ports.js'

export type RecordedLog = Log & {
  lines: { level: string; message: string; fields: Record<string, unknown> }[]
}

export function createRecordedLog(): RecordedLog {
  const lines: RecordedLog['lines'] = []
  const at = (level: string) => (message: string, fields: Record<string, unknown>) =>
    void lines.push({ level, message, fields })
  return { lines, info: at('info'), warn: at('warn'), error: at('error') }
}
