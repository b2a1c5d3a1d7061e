import type { QueueDeclaration } from './declaration.js'
import { type Mapping, readCount, readMapping, refuseUnknownKeys } from './node-shape.js'
import { type Names, resolveToText } from './resolve-intrinsics.js'

// What the stack itself reads, and what encrypts or labels, which needs nothing locally.
const QUEUE_PASSED_OVER = [
  'QueueName',
  'Tags',
  'RedrivePolicy',
  'KmsMasterKeyId',
  'KmsDataKeyReusePeriodSeconds',
]
const QUEUE_ATTRIBUTES = [
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'DelaySeconds',
  'FifoQueue',
  'FifoThroughputLimit',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'SqsManagedSseEnabled',
  'VisibilityTimeout',
]
/** The properties of an AWS::SQS::Queue to what CreateQueue takes. */
export function readQueue(id: string, properties: Mapping, names: Names): QueueDeclaration {
  const path = `resources.${id}.Properties`
  refuseUnknownKeys(properties, [...QUEUE_PASSED_OVER, ...QUEUE_ATTRIBUTES], path)
  const attributes: Record<string, string> = {}
  for (const key of QUEUE_ATTRIBUTES) {
    if (key in properties) attributes[key] = resolveToText(properties[key], names, `${path}.${key}`)
  }
  if ('RedrivePolicy' in properties) {
    const policy = readMapping(properties['RedrivePolicy'], `${path}.RedrivePolicy`)
    attributes['RedrivePolicy'] = JSON.stringify({
      deadLetterTargetArn: resolveToText(policy['deadLetterTargetArn'], names, `${path}.RedrivePolicy`),
      maxReceiveCount: readCount(policy['maxReceiveCount'], `${path}.RedrivePolicy.maxReceiveCount`, 1),
    })
  }
  const { arn } = names.resources[id] ?? { arn: '' }
  return { name: arn.slice(arn.lastIndexOf(':') + 1), arn, attributes }
}
