import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { Unavailable } from '../core/errors.js'
import type { IntakeQueue } from '../engine/webhook/ports.js'

export function createIntakeQueue(
  { client }: { client: Pick<SQSClient, 'send'> },
  queueUrl: string,
): IntakeQueue {
  return {
    send: async ({ body, groupId, deduplicationId }) => {
      const message = {
        QueueUrl: queueUrl,
        MessageBody: body,
        MessageGroupId: groupId,
        MessageDeduplicationId: deduplicationId,
      }
      try {
        await client.send(new SendMessageCommand(message))
      } catch (error) {
        // Translated at the wall: the SDK's own error may hold the whole request.
        const name = error instanceof Error ? error.name : 'unknown error'
        throw new Unavailable(`the webhook queue did not take a message: ${name}`)
      }
    },
  }
}
