import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { toGroupId } from '../../core/group-id.js'
import type { LedgerEntrySeen } from './read-ledger.js'

type Queue = { send(command: SendMessageCommand): Promise<unknown> }

const finalStates = ['succeeded', 'failed', 'inDoubt']

/**
 * What a webhook asked for stands in no file that could be fed again. A queue of AWS keeps it; this stack's queues are gone
 * with the process. So what an earlier run was killed over is put back on the queue, as it was.
 */
export async function resumeWebhookRequests(
  entries: LedgerEntrySeen[],
  { client, queueUrl }: { client: Queue; queueUrl: string },
): Promise<number> {
  const asked = entries.flatMap(({ key, storeHash, type, state, outcome, request }) => {
    const requestId = key.slice(storeHash.length + 1)
    const isOpen = !finalStates.includes(state) || outcome === undefined
    if (!requestId.startsWith('webhook:') || !isOpen) return []
    return [
      { requestId, storeHash, type, paymentId: request.paymentId, operationCode: request.operationCode },
    ]
  })
  for (const body of asked) {
    await client.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify(body),
        MessageGroupId: toGroupId(`${body.storeHash}:${body.paymentId}`),
        MessageDeduplicationId: body.requestId,
      }),
    )
  }
  return asked.length
}
