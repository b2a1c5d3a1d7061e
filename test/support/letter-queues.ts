import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { systemRandom } from '../../lib/adapters/system.js'
import { credentials, region } from './embedded.js'
import { atTheEnd } from './endings.js'
import type { PlantedDeployment } from './planted-deployment.js'

/** Puts messages into the dead-letter queues of a deployment, as SQS, EventBridge and Lambda leave them there. */
export function openLetterQueues({ stack }: PlantedDeployment) {
  const client = new SQSClient({ region, credentials, endpoint: stack.env['AWS_ENDPOINT_URL_SQS'] ?? '' })
  atTheEnd(() => client.destroy())
  const toAttributes = (attributes: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
    )
  const bury = async (
    body: string,
    groupId: string,
    { attributes = {}, id = systemRandom.uuid() }: { attributes?: Record<string, string>; id?: string } = {},
  ): Promise<string> => {
    const sent = await client.send(
      new SendMessageCommand({
        QueueUrl: stack.queueUrls['OperationsDeadLetterQueue'],
        MessageBody: body,
        MessageGroupId: groupId,
        MessageDeduplicationId: id,
        MessageAttributes: toAttributes(attributes),
      }),
    )
    return sent.MessageId ?? ''
  }
  const loseEvent = async (body: object, attributes: Record<string, string> = {}): Promise<void> => {
    await client.send(
      new SendMessageCommand({
        QueueUrl: stack.queueUrls['EventsDeadLetterQueue'],
        MessageBody: JSON.stringify(body),
        MessageAttributes: toAttributes(attributes),
      }),
    )
  }
  return { bury, loseEvent }
}

/** An event of the bus, as EventBridge hands it on. */
export const anEvent = (id: string, detail: object) => ({
  version: '0',
  id,
  'detail-type': 'Payment Operation Requested',
  source: 'erp',
  time: '2026-11-22T07:00:00Z',
  detail,
})

/** The record of an invocation that failed to the end, around an event. */
export const aFailedInvocation = (event: object) => ({
  version: '1.0',
  timestamp: '2026-11-22T07:01:00.000Z',
  requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
  requestPayload: event,
  responseContext: { statusCode: 200, functionError: 'Unhandled' },
  responsePayload: { errorType: 'Unavailable', errorMessage: 'SQS SendMessage failed' },
})
