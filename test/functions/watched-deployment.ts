import type { MetricName } from '../../lib/core/metrics.js'
import type { aRecord, Deployment } from './a-deployment.js'
import { startDeployment } from './a-deployment.js'
import { emittedMetrics } from './emitted-metrics.js'
import {
  alarmsOf,
  type MetricKey,
  type PackagedAlarm,
  packageTemplate,
  type Resources,
} from './packaged-alarms.js'

/** A deployment beside the alarms of the template that would be deployed. */
export type WatchedDeployment = Deployment & {
  resources: Resources
  alarms: PackagedAlarm[]
  alarm(name: string): PackagedAlarm
  perform(...records: ReturnType<typeof aRecord>[]): Promise<unknown>
  /** What `run` makes the functions tell. */
  emitted(run: () => Promise<unknown>): Promise<Record<MetricKey, number>>
}

export async function startWatchedDeployment(): Promise<WatchedDeployment> {
  const resources = await packageTemplate('local')
  const alarms = alarmsOf(resources)
  const deployment = await startDeployment()
  return {
    ...deployment,
    resources,
    alarms,
    alarm: name => {
      const found = alarms.find(one => one.name === `payops-local-${name}`)
      if (found === undefined) throw new Error(`the template has no alarm ${name}`)
      return found
    },
    perform: (...Records) => deployment.stack.invoke('performOperations', { Records }),
    emitted: async run => {
      const before = deployment.lines.length
      await run()
      return emittedMetrics(deployment.lines.slice(before))
    },
  }
}

export const own = (name: MetricName): MetricKey => `payops ${name} Deployment=payops-local`
export const ofQueue = (name: string, queue: string): MetricKey =>
  `AWS/SQS ${name} QueueName=payops-local-${queue}`
export const ofFunction = (name: string, key: string): MetricKey =>
  `AWS/Lambda ${name} FunctionName=payops-local-${key}`

export const requestBody = (requestId: string, paymentId: number, operationCode = 0): string =>
  JSON.stringify({ requestId, paymentId, operationCode })
