import { type MetricName, metricsNamespace, metrics as named } from '../core/metrics.js'
import type { Clock, Metrics } from '../engine/ports.js'

/** CloudWatch reads at most so many values of one metric in a record. */
const valuesMax = 100

/**
 * CloudWatch's embedded metric format: one JSON line an invocation, which CloudWatch Logs turns into metrics. Whatever the log's
 * level, it is written; what had nothing added is left out. Its one dimension is the deployment.
 */
export function createMetrics(
  { clock, write }: { clock: Clock; write: (line: string) => void },
  deployment: string,
): Metrics {
  let values = new Map<MetricName, number[]>()
  const flush = (): void => {
    if (values.size === 0) return
    const gathered = values
    values = new Map()
    write(JSON.stringify(toRecord(gathered, clock.now(), deployment)))
  }
  return {
    flush,
    add: (name, value = 1) => {
      const { keeps } = named[name]
      const known = values.get(name)
      if (known === undefined) values.set(name, [value])
      else if (keeps === 'each') known.push(value)
      else known[0] = keeps === 'sum' ? (known[0] ?? 0) + value : Math.min(known[0] ?? value, value)
      // Only a pass of reconciliation makes so many calls in one invocation.
      if (known !== undefined && known.length >= valuesMax) flush()
    },
  }
}

function toRecord(values: Map<MetricName, number[]>, now: number, deployment: string): object {
  const Metrics = [...values.keys()].map(Name => ({ Name, Unit: named[Name].unit }))
  const CloudWatchMetrics = [{ Namespace: metricsNamespace, Dimensions: [['Deployment']], Metrics }]
  return {
    _aws: { Timestamp: now, CloudWatchMetrics },
    Deployment: deployment,
    ...Object.fromEntries(
      [...values].map(([name, [first, ...more]]) => [name, more.length > 0 ? [first, ...more] : first]),
    ),
  }
}
