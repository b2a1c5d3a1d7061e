// As its documentation recommends: one Logger and one Metrics for the container, published at the end of an invocation.
import { Logger } from '@aws-lambda-powertools/logger'
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'

const logger = new Logger({ serviceName: 'payops', logLevel: 'INFO' })
const metrics = new Metrics({ namespace: 'payops', serviceName: 'payops' })

export function invoke(messages) {
  for (const fields of messages) {
    logger.info('outcome', fields)
    metrics.addMetric('Succeeded', MetricUnit.Count, 1)
    metrics.addMetric('Performed', MetricUnit.Count, 1)
    metrics.addMetric('ApiLatency', MetricUnit.Milliseconds, fields.tookMs)
  }
  metrics.publishStoredMetrics()
}
