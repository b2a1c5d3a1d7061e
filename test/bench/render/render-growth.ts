import type { BenchResult } from '../bench-result.js'
import type { Growth } from '../measure-growth.js'
import { formatNumber } from './numbers.js'
import { renderTable } from './table.js'

/** The ratio is to the row of 1,000 messages. */
export function renderGrowth({ growth }: BenchResult): string[] {
  const yardstick = growth.find(({ messages }) => messages === 1_000) ?? growth[0]
  if (yardstick === undefined) return []
  const ratio = (value: number, of: number) => (value / of).toFixed(2)
  const callsOf = ({ calls }: Growth) => Object.values(calls.byAction).reduce((sum, count) => sum + count, 0)
  return renderTable(
    [
      'messages',
      'calls a message',
      'CPU ms a message',
      'ratio',
      'messages a second',
      'peak memory, MiB',
      'kept heap, MiB',
    ],
    growth.map(row => [
      formatNumber(row.messages),
      formatNumber(callsOf(row)),
      formatNumber(row.cpuMsPerMessage),
      ratio(row.cpuMsPerMessage, yardstick.cpuMsPerMessage),
      formatNumber(row.messagesPerSecond),
      formatNumber(row.peakRssMb),
      formatNumber(row.keptHeapMb),
    ]),
  )
}
