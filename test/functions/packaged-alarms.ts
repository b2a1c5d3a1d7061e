import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod/mini'
import { packageDeployment } from '../support/package-deployment.js'
import { evaluateMath } from './evaluate-math.js'

/** What an alarm looks at, as CloudWatch knows it: `payops Succeeded Deployment=payops-local`. */
export type MetricKey = string

export type PackagedAlarm = {
  name: string
  description: string
  actions: unknown
  metrics: MetricKey[]
  /** How long it stays after one such period. */
  staysForSeconds: number
  /** Whether breaches at these seconds, and at no others, raise it. */
  isRaisedBy(seconds: number[]): boolean
  /** Whether one period with these values is what it waits for; a metric without a value has no data. */
  isBreached(values: Record<MetricKey, number>): boolean
}

const mapping = z.record(z.string(), z.unknown())
const dimensions = z.array(z.object({ Name: z.string(), Value: z.unknown() }))
const single = { Namespace: z.string(), MetricName: z.string(), Dimensions: dimensions }
const query = z.object({
  Id: z.string(),
  Expression: z.optional(z.string()),
  MetricStat: z.optional(z.object({ Metric: z.object(single), Period: z.number() })),
})
const alarm = z.object({
  AlarmName: z.string(),
  AlarmDescription: z.string(),
  AlarmActions: z.unknown(),
  ComparisonOperator: z.enum(['GreaterThanThreshold', 'GreaterThanOrEqualToThreshold']),
  Threshold: z.number(),
  Period: z.optional(z.number()),
  EvaluationPeriods: z.number(),
  DatapointsToAlarm: z.optional(z.number()),
  Namespace: z.optional(z.string()),
  MetricName: z.optional(z.string()),
  Dimensions: z.optional(dimensions),
  Metrics: z.optional(z.array(query)),
})
const resource = z.object({
  Type: z.string(),
  Condition: z.optional(z.string()),
  Properties: z.optional(mapping),
})
const template = z.object({ Resources: z.record(z.string(), resource) })

export type Resources = z.infer<typeof template>['Resources']

/** The CloudFormation template that `serverless package` makes of serverless.yml. */
export async function packageTemplate(stage: string): Promise<Resources> {
  const directory = await packageDeployment('--stage', stage)
  const text = await readFile(join(directory, 'cloudformation-template-update-stack.json'), 'utf8')
  return z.parse(template, JSON.parse(text)).Resources
}

export const alarmsOf = (resources: Resources): PackagedAlarm[] =>
  Object.values(resources)
    .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
    .map(({ Properties }) => readAlarm(z.parse(alarm, Properties), resources))

function readAlarm(declared: z.infer<typeof alarm>, resources: Resources): PackagedAlarm {
  const { AlarmName, AlarmDescription, AlarmActions, ComparisonOperator, Threshold, Metrics = [] } = declared
  const keys = new Map(
    Metrics.flatMap(({ Id, MetricStat }) =>
      MetricStat === undefined ? [] : [[Id, keyOf(MetricStat.Metric, resources)] as const],
    ),
  )
  const own = keyOf(declared, resources)
  const expression = Metrics.find(({ Expression }) => Expression !== undefined)?.Expression
  const watchedIn = (values: Record<MetricKey, number>): number | undefined =>
    expression === undefined
      ? values[own]
      : evaluateMath(expression, id => {
          const key = keys.get(id)
          if (key === undefined) throw new Error(`${AlarmName}: ${id} is no metric of it`)
          return values[key]
        })
  return {
    name: AlarmName,
    description: AlarmDescription,
    actions: AlarmActions,
    staysForSeconds: staysFor(declared),
    isRaisedBy: seconds => isRaisedBy(declared, seconds),
    metrics: expression === undefined ? [own] : [...keys.values()],
    isBreached: values => {
      const value = watchedIn(values) ?? Number.NaN
      return ComparisonOperator === 'GreaterThanThreshold' ? value > Threshold : value >= Threshold
    },
  }
}

/** Where several periods in a row are asked for, it goes with the first that is not. */
const staysFor = (declared: z.infer<typeof alarm>): number =>
  periodSecondsOf(declared) * (declared.EvaluationPeriods - datapointsOf(declared) + 1)

function isRaisedBy(declared: z.infer<typeof alarm>, seconds: number[]): boolean {
  const breached = [...new Set(seconds.map(second => Math.floor(second / periodSecondsOf(declared))))]
  return breached.some(last => {
    const evaluated = breached.filter(period => period <= last && period > last - declared.EvaluationPeriods)
    return evaluated.length >= datapointsOf(declared)
  })
}

const periodSecondsOf = ({ Period, Metrics = [] }: z.infer<typeof alarm>): number =>
  [Period, ...Metrics.map(({ MetricStat }) => MetricStat?.Period)].find(period => period !== undefined) ??
  Number.NaN

const datapointsOf = ({ EvaluationPeriods, DatapointsToAlarm }: z.infer<typeof alarm>): number =>
  DatapointsToAlarm ?? EvaluationPeriods

type Named = {
  Namespace?: string | undefined
  MetricName?: string | undefined
  Dimensions?: z.infer<typeof dimensions> | undefined
}

const keyOf = ({ Namespace, MetricName, Dimensions = [] }: Named, resources: Resources): MetricKey =>
  [Namespace, MetricName, ...Dimensions.map(({ Name, Value }) => `${Name}=${nameOf(Value, resources)}`)].join(
    ' ',
  )

/** A name as it is once deployed: the bus by `Ref`, a queue by its attribute `QueueName`. */
function nameOf(value: unknown, resources: Resources): string {
  if (typeof value === 'string') return value
  const { Ref, 'Fn::GetAtt': attribute } = z.parse(mapping, value)
  const [id, property] = Array.isArray(attribute) ? attribute : [Ref, 'Name']
  return String(resources[String(id)]?.Properties?.[String(property)])
}
