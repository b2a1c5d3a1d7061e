import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { SQSClient } from '@aws-sdk/client-sqs'
import type { Inspector } from '../engine/ports.js'
import { clientSettings } from './client-settings.js'
import { createInspector } from './inspect-deployment.js'

export type InspectorSettings = {
  eventBusName: string
  /** The services are emulators on this machine. */
  isEmbedded: boolean
  /** Which of the two that an embedded stack may lack are there to be asked. */
  serves: { lambda: boolean; cloudwatch: boolean }
}

/** On clients that are made by the first look: only doctor needs them. */
export function openInspector(settings: InspectorSettings): Inspector {
  let opened: Inspector | undefined
  const open = (): Inspector => {
    opened ??= createInspector(
      {
        sqs: new SQSClient(clientSettings),
        dynamodb: new DynamoDBClient(clientSettings),
        events: new EventBridgeClient(clientSettings),
        lambda: settings.serves.lambda ? new LambdaClient(clientSettings) : undefined,
        cloudwatch: settings.serves.cloudwatch ? new CloudWatchClient(clientSettings) : undefined,
      },
      settings,
    )
    return opened
  }
  return { look: expected => open().look(expected), countMessages: name => open().countMessages(name) }
}
