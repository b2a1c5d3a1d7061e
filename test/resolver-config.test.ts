import { describe, expect, it } from '@jest/globals'
import { parseResolverConfig } from '../lib/resolver-config.js'

const env = {
  AWS_REGION: 'us-east-1',
  OPERATIONS_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/1/payops-prod-operations.fifo',
  DEAD_LETTER_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/1/payops-prod-operations-dlq.fifo',
  WEBHOOK_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/1/payops-prod-webhooks.fifo',
  LEDGER_TABLE_NAME: 'payops-prod-ledger',
  EVENT_BUS_NAME: 'payops-prod',
}

describe('parseResolverConfig', () => {
  it('lets every scope pull where no rule says otherwise', () => {
    const { webhookQueueUrl, webhookRules } = parseResolverConfig(env)
    expect(webhookQueueUrl).toBe(env.WEBHOOK_QUEUE_URL)
    expect(new Set(Object.values(webhookRules.operations))).toEqual(new Set([2]))
  })

  it('reads the rules, and the stores that are off', () => {
    const { webhookRules } = parseResolverConfig({
      ...env,
      WEBHOOK_RULES: '{"store/order/refund/created": "off"}',
      WEBHOOKS_OFF_FOR: 'abc123, def456',
    })
    expect(webhookRules.operations['store/order/refund/created']).toBe('off')
    expect([...webhookRules.offFor]).toEqual(['abc123', 'def456'])
  })

  it.each([
    ['', 'WEBHOOK_QUEUE_URL is missing: must be the URL of a queue'],
    ['the queue', 'WEBHOOK_QUEUE_URL must be the URL of a queue'],
  ])('names everything that is wrong in one message, a queue %j among it', (url, problem) => {
    const broken = {
      ...env,
      WEBHOOK_QUEUE_URL: url,
      WEBHOOK_RULES: '[]',
      WEBHOOKS_OFF_FOR: 'A',
      AWS_REGION: '',
    }
    expect(() => parseResolverConfig(broken)).toThrow(
      `The environment is not usable: ${problem}; WEBHOOK_RULES must be a JSON object of scope to operation; WEBHOOKS_OFF_FOR must be store hashes (1 to 32 of a-z 0-9) with commas between; AWS_REGION is missing`,
    )
  })
})
