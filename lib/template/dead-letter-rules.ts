import { redriveOf } from './consumption-rules.js'
import { type DeadLetterExit, exitsOf, queueType, retentionOf } from './dead-letter-exits.js'
import {
  findOf,
  ofType,
  type Problem,
  type Resource,
  type Rule,
  readList,
  readMapping,
  readNumber,
  readReference,
  type Template,
} from './template.js'

/** What SQS takes, the body and its attributes together. */
const messageBytesMax = 1_048_576
/** Our failure attributes, a message of at most 1 KiB and seven short ones, with their names and types: twice what they come to. */
const attributesBytesMax = 4_096

const isFifo = (queue: Resource | undefined): boolean => queue?.properties['FifoQueue'] === true
const sizeOf = ({ properties }: Resource): number =>
  readNumber(properties['MaximumMessageSize'], messageBytesMax)

/** The queues that something dead goes to, each once. */
const deadLetterQueuesOf = (template: Template): Resource[] => {
  const targets = exitsOf(template).map(({ target }) => target)
  return ofType(template, queueType).filter(({ id }) => targets.includes(id))
}

const eachExit = (
  name: string,
  judge: (exit: DeadLetterExit, queue: Resource) => Problem | undefined,
): Rule => ({
  name,
  find: template =>
    exitsOf(template).flatMap(exit => {
      const queue = findOf(template, queueType, exit.target)
      return queue === undefined ? [] : (judge(exit, queue) ?? [])
    }),
})

/** On the number of what lies there, at its first, and telling somebody. */
const isAlarmOn =
  ({ id }: Resource) =>
  ({ properties }: Resource): boolean =>
    properties['Namespace'] === 'AWS/SQS' &&
    properties['MetricName'] === 'ApproximateNumberOfMessagesVisible' &&
    properties['ActionsEnabled'] !== false &&
    readList(properties['AlarmActions']).length > 0 &&
    properties['ComparisonOperator'] === 'GreaterThanThreshold' &&
    properties['Threshold'] === 0 &&
    readList(properties['Dimensions']).some(dimension => {
      const { Name, Value } = readMapping(dimension)
      return Name === 'QueueName' && readReference(Value)?.id === id
    })

export const deadLetterRules: Rule[] = [
  {
    name: 'deadLetterQueue',
    find: template => {
      const sources = ofType(template, 'AWS::Lambda::EventSourceMapping').flatMap(
        ({ properties }) => readReference(properties['EventSourceArn'])?.id ?? [],
      )
      const without = ofType(template, queueType).filter(
        queue => sources.includes(queue.id) && redriveOf(queue)['deadLetterTargetArn'] === undefined,
      )
      const unknown = exitsOf(template).filter(({ target }) => !findOf(template, queueType, target))
      return [
        ...without.map(({ id }) => ({
          where: `${id}.RedrivePolicy`,
          problem: 'a function reads from it, and a crash loop has no end',
          mend: 'a RedrivePolicy with a dead-letter queue of this template',
        })),
        ...unknown.map(({ where }) => ({
          where,
          problem: 'the dead-letter queue is none of this template',
          mend: 'name it by Fn::GetAtt',
        })),
      ]
    },
  },
  eachExit('deadLetterType', ({ where, source }, queue) => {
    const wanted = source.type === queueType && isFifo(source)
    if (isFifo(queue) === wanted) return undefined
    return {
      where,
      problem: `${queue.id} is ${isFifo(queue) ? 'a FIFO' : 'a standard'} queue, which ${source.id} cannot use`,
      mend: `a ${wanted ? 'FIFO' : 'standard'} queue`,
    }
  }),
  eachExit('deadLetterRetention', ({ where, keptSeconds }, queue) => {
    if (retentionOf(queue) > keptSeconds) return undefined
    return {
      where,
      problem: `${queue.id} keeps a message for ${retentionOf(queue)} s, its source for ${keptSeconds} s: it may be gone on arrival`,
      mend: 'a longer MessageRetentionPeriod, best 1209600, the most that SQS allows',
    }
  }),
  {
    name: 'deadLetterAlarm',
    find: template =>
      deadLetterQueuesOf(template)
        .filter(queue => !ofType(template, 'AWS::CloudWatch::Alarm').some(isAlarmOn(queue)))
        .map(({ id }) => ({
          where: id,
          problem: 'nobody is told that something lies in it',
          mend: 'an alarm with an action on its ApproximateNumberOfMessagesVisible, above a threshold of 0',
        })),
  },
  eachExit('deadLetterSize', ({ where, source }, queue) => {
    if (source.type !== queueType || sizeOf(source) + attributesBytesMax <= sizeOf(queue)) return undefined
    return {
      where,
      problem: `a message of ${sizeOf(source)} bytes and its failure attributes do not fit into ${queue.id}`,
      mend: `MaximumMessageSize of ${source.id} at least ${attributesBytesMax} bytes below that of ${queue.id}`,
    }
  }),
]
