import type { MetricName } from '../../lib/core/metrics.js'
import type { Metrics } from '../../lib/engine/ports.js'

export type RecordedMetrics = Metrics & { counted: [MetricName, number][]; flushed: [MetricName, number][][] }

/** Keeps what was counted, by flush. */
export function createRecordedMetrics(): RecordedMetrics {
  const flushed: RecordedMetrics['flushed'] = []
  const counted: RecordedMetrics['counted'] = []
  return {
    counted,
    flushed,
    add: (name, value = 1) => void counted.push([name, value]),
    flush: () => void flushed.push(counted.splice(0)),
  }
}
