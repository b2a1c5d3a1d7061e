import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { afterEach, describe, expect, it } from '@jest/globals'
import { clientSettings } from '../lib/adapters/client-settings.js'
import { createApp } from '../lib/app.js'
import { parseConfig } from '../lib/config.js'
import { credentials, region } from './support/embedded.js'
import { atTheEnd, endAll } from './support/endings.js'
import { startHttpServer } from './support/http-server.js'
import { catchError } from './support/sentinel.js'

afterEach(endAll)

const env = {
  OPERATIONS_QUEUE_URL: 'http://127.0.0.1:1/operations.fifo',
  DEAD_LETTER_QUEUE_URL: 'http://127.0.0.1:1/operations-dlq.fifo',
  LEDGER_TABLE_NAME: 'payops-trial-ledger',
  EVENT_BUS_NAME: 'payops-trial',
  AWS_REGION: 'us-east-1',
}

describe('createApp', () => {
  it('binds every port, and hands on what the engine has to know of the environment', () => {
    const config = parseConfig({ ...env, DELAY_SCALE: '0.5', DEFAULT_STORE_HASH: 'luma7x2' })
    const app = createApp(config, () => undefined)
    expect(app).toMatchObject({ delayScale: 0.5, defaultStoreHash: 'luma7x2' })
    const ports = [
      'api',
      'credentials',
      'deadLetters',
      'ledger',
      'log',
      'outcomes',
      'pacer',
      'queue',
    ] as const
    for (const port of ports) expect(app[port]).toEqual(expect.any(Object))
  })

  it('has no default store where the environment names none', () => {
    expect(createApp(parseConfig(env), () => undefined)).not.toHaveProperty('defaultStoreHash')
  })

  it('writes its log where it is told, from the level of the environment up', () => {
    const lines: string[] = []
    const { log } = createApp(parseConfig({ ...env, LOG_LEVEL: 'error' }), line => lines.push(line))
    log.warn('quiet', {})
    log.error('loud', { requestId: 'r-1' })
    expect(lines.map(line => JSON.parse(line))).toMatchObject([{ message: 'loud', requestId: 'r-1' }])
  })
})

describe('clientSettings', () => {
  it('end a call to an AWS service that takes it and never answers', async () => {
    const silent = await startHttpServer(() => undefined)
    const requestHandler = { ...clientSettings.requestHandler, requestTimeout: 100 }
    const settings = { ...clientSettings, requestHandler, maxAttempts: 1 }
    const client = new SecretsManagerClient({ ...settings, region, credentials, endpoint: silent.url })
    atTheEnd(() => client.destroy())
    const asked = () => client.send(new GetSecretValueCommand({ SecretId: 'payops/luma7x2' }))
    expect(await catchError(asked)).toMatchObject({ name: 'TimeoutError' })
    expect(silent.received).toHaveLength(1)
  })
})
