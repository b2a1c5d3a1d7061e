import type { BenchResult } from './bench-result.js'
import type { Judged } from './targets.js'

/** What may be noise between two rows; a leak or a cost that grows with the amount is far beyond it. */
const tolerance = 1.1

/** Cost grows linearly and memory does not: the largest amount against the row of 1,000. Empty where no growth was measured. */
export function judgeGrowth({ growth }: BenchResult): Judged[] {
  const yardstick = growth.find(({ messages }) => messages === 1_000)
  const largest = growth.at(-1)
  if (yardstick === undefined || largest === undefined) return []
  const counts = new Set(growth.map(({ calls }) => JSON.stringify(Object.entries(calls.byAction).sort())))
  const calls = {
    target: 'calls a message, whatever the amount',
    wanted: 'the same',
    found: counts.size === 1 ? 'the same' : 'they differ',
    isMet: counts.size === 1,
  }
  const compare = (target: string, key: 'cpuMsPerMessage' | 'keptHeapMb'): Judged => {
    const ratio = largest[key] / yardstick[key]
    return {
      target: `${target}, ${largest.messages.toLocaleString('en')} messages to 1,000`,
      wanted: `at most ${tolerance}`,
      found: ratio.toFixed(2),
      isMet: ratio <= tolerance,
    }
  }
  return [calls, compare('CPU a message', 'cpuMsPerMessage'), compare('kept heap', 'keptHeapMb')]
}
