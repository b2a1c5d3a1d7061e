import * as z from 'zod/mini'
import { metrics } from '../../lib/core/metrics.js'
import type { MetricKey } from './packaged-alarms.js'

const record = z.looseObject({
  _aws: z.object({
    Timestamp: z.number(),
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.enum(Object.keys(metrics)), Unit: z.string() })),
      }),
    ),
  }),
})

/**
 * What CloudWatch would make of log lines in the embedded metric format: of each metric its sum, or for what is no count of
 * events its largest value.
 */
export function emittedMetrics(lines: string[]): Record<MetricKey, number> {
  const values: Record<MetricKey, number> = {}
  for (const line of lines.filter(text => text.startsWith('{"_aws"'))) {
    const { _aws, ...own } = z.parse(record, JSON.parse(line))
    for (const { Namespace, Dimensions, Metrics } of _aws.CloudWatchMetrics) {
      for (const { Name } of Metrics) {
        const key = [Namespace, Name, ...Dimensions.flat().map(name => `${name}=${own[name]}`)].join(' ')
        const told = z.parse(z.array(z.number()), [own[Name]].flat())
        const known = values[key]
        const isLevel = Name === 'OpenDoubts' || Name === 'OldestDoubt' || Name === 'ApiLatency'
        values[key] = isLevel
          ? Math.max(known ?? Number.NEGATIVE_INFINITY, ...told)
          : told.reduce((sum, value) => sum + value, known ?? 0)
      }
    }
  }
  return values
}
