import { receivesOfThrottledDay } from './receives-of-throttled-day.js'
import {
  findOf,
  ofType,
  type Properties,
  type Resource,
  type Rule,
  readList,
  readMapping,
  readNumber,
  readReference,
  type Template,
} from './template.js'

/** A queue that feeds a function: what the two say of each other only holds together. */
type Consumption = { mapping: Resource; queue: Resource; consumer: Resource }

/** What AWS takes where the template says nothing. */
const defaults = { batchSize: 10, timeoutSeconds: 3, visibilitySeconds: 30 }
const fifoBatchMax = 10
/** AWS asks for it: a batch that is refused and tried again must not come back to somebody else meanwhile. */
const visibilityTimes = 6
/** One is refused by AWS as well; without a limit the pollers take what no container is free for, and the receives count up. */
const concurrencyMin = 2

const consumptionsOf = (template: Template): Consumption[] =>
  ofType(template, 'AWS::Lambda::EventSourceMapping').flatMap(mapping => {
    const { EventSourceArn, FunctionName } = mapping.properties
    const queue = findOf(template, 'AWS::SQS::Queue', readReference(EventSourceArn)?.id)
    const consumer = findOf(template, 'AWS::Lambda::Function', readReference(FunctionName)?.id)
    return queue === undefined || consumer === undefined ? [] : [{ mapping, queue, consumer }]
  })

const timeoutOf = ({ properties }: Resource): number =>
  readNumber(properties['Timeout'], defaults.timeoutSeconds)

const visibilityOf = ({ properties }: Resource): number =>
  readNumber(properties['VisibilityTimeout'], defaults.visibilitySeconds)

export const redriveOf = (queue: Resource): Properties => readMapping(queue.properties['RedrivePolicy'])

/** Of what a queue feeds, one problem at most: `where` below the resource that has to change. */
const eachConsumption = (
  name: string,
  judge: (consumption: Consumption) => { where: string; problem: string; mend: string } | undefined,
): Rule => ({ name, find: template => consumptionsOf(template).flatMap(found => judge(found) ?? []) })

export const consumptionRules: Rule[] = [
  {
    name: 'sourceKnown',
    find: template => {
      const known = consumptionsOf(template).map(({ mapping }) => mapping.id)
      return ofType(template, 'AWS::Lambda::EventSourceMapping')
        .filter(({ id }) => !known.includes(id))
        .map(({ id }) => ({
          where: id,
          problem:
            'it reads from, or calls, what this template does not declare: nothing about it is checked',
          mend: 'name the queue and the function by Fn::GetAtt and Ref',
        }))
    },
  },
  eachConsumption('fifoBatch', ({ mapping, queue }) => {
    const size = readNumber(mapping.properties['BatchSize'], defaults.batchSize)
    if (queue.properties['FifoQueue'] !== true || size <= fifoBatchMax) return undefined
    return {
      where: `${mapping.id}.BatchSize`,
      problem: `${size} messages in a batch of a FIFO queue`,
      mend: `at most ${fifoBatchMax}`,
    }
  }),
  eachConsumption('partialAnswers', ({ mapping }) => {
    if (readList(mapping.properties['FunctionResponseTypes']).includes('ReportBatchItemFailures'))
      return undefined
    return {
      where: `${mapping.id}.FunctionResponseTypes`,
      problem: 'a partial batch answer is not read: one failure repeats the batch, payments included',
      mend: 'functionResponseType: ReportBatchItemFailures',
    }
  }),
  eachConsumption('visibility', ({ mapping, queue, consumer }) => {
    const windowSeconds = readNumber(mapping.properties['MaximumBatchingWindowInSeconds'], 0)
    const least = visibilityTimes * timeoutOf(consumer) + windowSeconds
    if (visibilityOf(queue) >= least) return undefined
    return {
      where: `${queue.id}.VisibilityTimeout`,
      problem: `${visibilityOf(queue)} s, and ${consumer.id} may run for ${timeoutOf(consumer)} s`,
      mend: `at least ${visibilityTimes} times as long, and the batching window: ${least} s`,
    }
  }),
  eachConsumption('receives', ({ queue }) => {
    const policy = redriveOf(queue)
    const receives = readNumber(policy['maxReceiveCount'], Number.NaN)
    const needed = receivesOfThrottledDay(visibilityOf(queue) * 1000)
    if (policy['deadLetterTargetArn'] === undefined || receives > needed) return undefined
    return {
      where: `${queue.id}.RedrivePolicy.maxReceiveCount`,
      problem: `${receives} receives, and a message that is throttled for a day may need ${needed}`,
      mend: 'more than that, best 1000, the most that SQS allows: attempts are counted in the ledger',
    }
  }),
  eachConsumption('concurrency', ({ mapping, consumer }) => {
    const most = readNumber(readMapping(mapping.properties['ScalingConfig'])['MaximumConcurrency'], 0)
    const reserved = readNumber(consumer.properties['ReservedConcurrentExecutions'], most)
    if (most >= concurrencyMin && reserved >= most) return undefined
    return {
      where: `${mapping.id}.ScalingConfig.MaximumConcurrency`,
      problem: 'the pollers may receive what no container is free for: the receives count up unread',
      mend: `maximumConcurrency of at least ${concurrencyMin}, and of no more than what is reserved for the function`,
    }
  }),
]
