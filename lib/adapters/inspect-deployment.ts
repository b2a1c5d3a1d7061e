import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import type { LambdaClient } from '@aws-sdk/client-lambda'
import type { SQSClient } from '@aws-sdk/client-sqs'
import type { Expectation, Observation } from '../core/diagnose.js'
import type { Inspector } from '../engine/ports.js'
import { inspectAlarm } from './inspect-alarm.js'
import { inspectBus, inspectRule } from './inspect-bus.js'
import { inspectFunction, inspectQueueSource, readFunctionArn } from './inspect-functions.js'
import { countMessages, inspectQueue, inspectQueuePolicy } from './inspect-queues.js'
import { inspectTable } from './inspect-table.js'
import { inspectWith } from './inspect-with.js'

/** A service that the embedded stack has not got is undefined: the real one must not be asked in its place. */
export type InspectedServices = {
  sqs: Pick<SQSClient, 'send'>
  dynamodb: Pick<DynamoDBClient, 'send'>
  events: Pick<EventBridgeClient, 'send'>
  lambda: Pick<LambdaClient, 'send'> | undefined
  cloudwatch: Pick<CloudWatchClient, 'send'> | undefined
}

/** Looks at what AWS, or the embedded stack, really has. */
export function createInspector(
  { sqs, dynamodb, events, lambda, cloudwatch }: InspectedServices,
  { isEmbedded, eventBusName }: { isEmbedded: boolean; eventBusName: string },
): Inspector {
  const looks = {
    queue: name => inspectQueue({ client: sqs }, name),
    'queue policy': name => inspectQueuePolicy({ client: sqs, isEmbedded }, name),
    table: name => inspectTable({ client: dynamodb, isEmbedded }, name),
    bus: name => inspectBus({ client: events }, name),
    function: name => orNotServed(lambda, client => inspectFunction({ client }, name)),
    'queue source': name => orNotServed(lambda, client => inspectQueueSource({ client }, name)),
    rule: name => orNotServed(lambda, client => inspectRuleOf(client, name, eventBusName)),
    schedule: name => orNotServed(lambda, client => inspectRuleOf(client, name, undefined)),
    alarm: name => orNotServed(cloudwatch, client => inspectAlarm({ client }, name)),
  } satisfies Record<Expectation['kind'], (name: string) => Promise<Observation>>

  /** A rule is found by the function that it calls. */
  const inspectRuleOf = (
    client: Pick<LambdaClient, 'send'>,
    functionName: string,
    busName: string | undefined,
  ): Promise<Observation> =>
    inspectWith(async () => {
      const arn = await readFunctionArn({ client }, functionName)
      return arn === undefined ? { seen: 'missing' } : inspectRule({ client: events }, arn, busName)
    })

  return {
    look: ({ kind, name }) => looks[kind](name),
    countMessages: name => countMessages({ client: sqs }, name),
  }
}

const orNotServed = async <C>(
  client: C | undefined,
  look: (client: C) => Promise<Observation>,
): Promise<Observation> => (client === undefined ? { seen: 'notServed' } : look(client))
