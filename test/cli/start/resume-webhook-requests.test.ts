import type { SendMessageCommand } from '@aws-sdk/client-sqs'
import { describe, expect, it } from '@jest/globals'
import type { LedgerEntrySeen } from '../../../lib/cli/start/read-ledger.js'
import { resumeWebhookRequests } from '../../../lib/cli/start/resume-webhook-requests.js'

const anEntry = (
  requestId: string,
  state: string,
  outcome?: LedgerEntrySeen['outcome'],
): LedgerEntrySeen => ({
  key: `luma7x2#${requestId}`,
  storeHash: 'luma7x2',
  type: 'performOperation',
  state,
  attempts: 1,
  request: { paymentId: 148, operationCode: 2 },
  ...(outcome && { outcome }),
})
const succeeded: LedgerEntrySeen['outcome'] = {
  requestId: 'webhook:b:148',
  storeHash: 'luma7x2',
  status: 'succeeded',
  effect: 'performed',
  attempts: 1,
}

describe('resumeWebhookRequests', () => {
  it('puts back what webhooks asked for and a kill left unfinished, under its own key, and nothing else', async () => {
    const sent: unknown[] = []
    const client = {
      send: async ({ input }: SendMessageCommand) => void sent.push(input),
    }
    const entries = [
      anEntry('webhook:a:148', 'sending'),
      anEntry('webhook:b:148', 'succeeded', succeeded),
      anEntry('erp-1', 'sending'),
    ]
    expect(await resumeWebhookRequests(entries, { client, queueUrl: 'http://queue' })).toBe(1)
    expect(sent).toEqual([
      {
        QueueUrl: 'http://queue',
        MessageBody:
          '{"requestId":"webhook:a:148","storeHash":"luma7x2","type":"performOperation","paymentId":148,"operationCode":2}',
        MessageGroupId: 'luma7x2:148',
        MessageDeduplicationId: 'webhook:a:148',
      },
    ])
  })
})
