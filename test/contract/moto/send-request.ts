import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { systemRandom } from '../../../lib/adapters/system.js'
import type { MotoDeployment } from './a-moto-deployment.js'

/** Puts a request on the operations queue, as a producer does. */
export async function sendRequest(
  { clients, queueUrls }: MotoDeployment,
  request: object,
  group: string,
): Promise<void> {
  await clients.sqs.send(
    new SendMessageCommand({
      QueueUrl: queueUrls.operations,
      MessageBody: JSON.stringify(request),
      MessageGroupId: group,
      MessageDeduplicationId: systemRandom.uuid(),
    }),
  )
}

export const anApply = (paymentId: number, fields: object = {}) => ({
  requestId: `apply-${paymentId}`,
  paymentId,
  operationCode: 0,
  ...fields,
})
