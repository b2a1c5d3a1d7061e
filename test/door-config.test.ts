import { describe, expect, it } from '@jest/globals'
import { parseDoorConfig } from '../lib/door-config.js'
import { catchError, expectNoSentinel, sentinelToken } from './support/sentinel.js'

const least = {
  AWS_REGION: 'us-east-1',
  EVENT_BUS_NAME: 'payops-trial',
  WEBHOOK_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/000000000000/payops-trial-webhooks.fifo',
}

describe('parseDoorConfig', () => {
  it('needs a region, a bus and a queue, and knows the rest by itself', () => {
    expect(parseDoorConfig(least)).toMatchObject({
      webhookQueueUrl: least.WEBHOOK_QUEUE_URL,
      eventBusName: 'payops-trial',
      credentialsSecretPrefix: 'payops/',
      credentialsTtlMs: 300_000,
      logLevel: 'INFO',
      webhookRules: { operations: { 'store/order/statusUpdated': 2 }, offFor: new Set() },
    })
  })

  it('takes an empty variable for an absent one', () => {
    const empty = { CREDENTIALS_SECRET_PREFIX: ' ', CREDENTIALS_TTL_SECONDS: '', WEBHOOK_RULES: '' }
    expect(parseDoorConfig({ ...least, ...empty })).toEqual(parseDoorConfig(least))
  })

  it('reads what is set', () => {
    const set = {
      CREDENTIALS_SECRET_PREFIX: 'stage/',
      CREDENTIALS_TTL_SECONDS: '0.5',
      LOG_LEVEL: 'debug',
      WEBHOOKS_OFF_FOR: 'luma7x2, nordic4b',
    }
    expect(parseDoorConfig({ ...least, ...set })).toMatchObject({
      credentialsSecretPrefix: 'stage/',
      credentialsTtlMs: 500,
      logLevel: 'DEBUG',
      webhookRules: { offFor: new Set(['luma7x2', 'nordic4b']) },
    })
  })

  it('names everything that is wrong in one message, and no value', async () => {
    const wrong = {
      AWS_REGION: sentinelToken,
      WEBHOOK_QUEUE_URL: sentinelToken,
      CREDENTIALS_SECRET_PREFIX: sentinelToken,
      CREDENTIALS_TTL_SECONDS: '-1',
      LOG_LEVEL: 'loud',
      WEBHOOK_RULES: '[]',
      WEBHOOKS_OFF_FOR: 'A B',
    }
    const error = await catchError(() => parseDoorConfig(wrong))
    expectNoSentinel(error)
    expect(String(error)).toBe(
      'InvalidConfig: The environment is not usable: AWS_REGION must be the name of an AWS region; WEBHOOK_QUEUE_URL must be the URL of a queue; EVENT_BUS_NAME is missing: must be the name of an event bus; CREDENTIALS_SECRET_PREFIX must be 1 to 200 characters of A-Z a-z 0-9 / _ + = . @ -; CREDENTIALS_TTL_SECONDS must be a number of seconds, 0 to 86400; LOG_LEVEL must be one of DEBUG, INFO, WARN, ERROR; WEBHOOK_RULES must be a JSON object of scope to operation; WEBHOOKS_OFF_FOR must be store hashes (1 to 32 of a-z 0-9) with commas between',
    )
  })
})
