import { describe, expect, it } from '@jest/globals'
import { isLoopback, parseConfig, parseReconcileConfig } from '../lib/config.js'
import { InvalidConfig } from '../lib/core/errors.js'
import { catchError, expectNoSentinel, sentinelToken } from './support/sentinel.js'

const required = {
  OPERATIONS_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/123456789012/payops-prod-operations.fifo',
  DEAD_LETTER_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/123456789012/payops-prod-operations-dlq.fifo',
  LEDGER_TABLE_NAME: 'payops-prod-ledger',
  EVENT_BUS_NAME: 'payops-prod',
  AWS_REGION: 'eu-central-1',
}

const problemsOf = async (env: Record<string, string | undefined>): Promise<string> => {
  const error = await catchError(() => parseConfig(env))
  if (!(error instanceof InvalidConfig)) throw error
  return error.message
}

describe('parseConfig', () => {
  it('fills in every default of the contract', () => {
    expect(parseConfig(required)).toEqual({
      apiBaseUrl: 'https://api-b2b.bigcommerce.com/api/v3/io/ip',
      credentialsSecretPrefix: 'payops/',
      credentialsTtlMs: 300_000,
      operationsQueueUrl: required.OPERATIONS_QUEUE_URL,
      deadLetterQueueUrl: required.DEAD_LETTER_QUEUE_URL,
      ledgerTableName: 'payops-prod-ledger',
      eventBusName: 'payops-prod',
      awsRegion: 'eu-central-1',
      dynamoDbEndpoint: 'https://dynamodb.eu-central-1.amazonaws.com',
      quotaReserve: 0.1,
      delayScale: 1,
      logLevel: 'INFO',
    })
  })

  it('takes every variable that is set', () => {
    const env = {
      ...required,
      B2B_API_BASE_URL: 'https://api.example.test/ip',
      CREDENTIALS_SECRET_PREFIX: 'team+x/payops_',
      CREDENTIALS_TTL_SECONDS: '12.5',
      DEFAULT_STORE_HASH: 'luma7x2',
      QUOTA_RESERVE: '0',
      DELAY_SCALE: '0.01',
      LOG_LEVEL: 'warn',
    }
    expect(parseConfig(env)).toMatchObject({
      apiBaseUrl: 'https://api.example.test/ip',
      credentialsSecretPrefix: 'team+x/payops_',
      credentialsTtlMs: 12_500,
      defaultStoreHash: 'luma7x2',
      quotaReserve: 0,
      delayScale: 0.01,
      logLevel: 'WARN',
    })
  })

  it('counts an empty or blank variable as absent', () => {
    const env = { ...required, DEFAULT_STORE_HASH: '', LOG_LEVEL: '  ', QUOTA_RESERVE: '' }
    expect(parseConfig(env)).toEqual(parseConfig(required))
  })

  it('takes the spaces off around a value, and the slashes off the end of the base URL', () => {
    const env = { ...required, LEDGER_TABLE_NAME: ' table ', B2B_API_BASE_URL: 'https://a.example.test/ip//' }
    expect(parseConfig(env)).toMatchObject({
      ledgerTableName: 'table',
      apiBaseUrl: 'https://a.example.test/ip',
    })
  })

  it.each([
    ['B2B_API_BASE_URL', 'api.example.test'],
    ['B2B_API_BASE_URL', 'ftp://api.example.test'],
    ['B2B_API_BASE_URL', 'https://api.example.test/ip?x=1'],
    ['B2B_API_BASE_URL', 'https://api.example.test/ip#x'],
    ['B2B_API_BASE_URL', 'https://user:password@api.example.test/ip'],
    ['CREDENTIALS_SECRET_PREFIX', 'pay ops/'],
    ['CREDENTIALS_SECRET_PREFIX', 'arn:aws:secretsmanager:us-east-1:1:secret:x'],
    ['CREDENTIALS_SECRET_PREFIX', 'x'.repeat(201)],
    ['CREDENTIALS_TTL_SECONDS', 'five'],
    ['CREDENTIALS_TTL_SECONDS', '-1'],
    ['CREDENTIALS_TTL_SECONDS', '86401'],
    ['CREDENTIALS_TTL_SECONDS', '1e3'],
    ['CREDENTIALS_TTL_SECONDS', 'NaN'],
    ['OPERATIONS_QUEUE_URL', 'payops-prod-operations.fifo'],
    ['OPERATIONS_QUEUE_URL', 'file:///queue'],
    ['DEAD_LETTER_QUEUE_URL', 'arn:aws:sqs:us-east-1:1:dlq'],
    ['LEDGER_TABLE_NAME', 'a b'],
    ['LEDGER_TABLE_NAME', 'ab'],
    ['EVENT_BUS_NAME', 'a bus'],
    ['DEFAULT_STORE_HASH', 'Luma'],
    ['DEFAULT_STORE_HASH', 'stores/luma7x2'],
    ['DEFAULT_STORE_HASH', 'x'.repeat(33)],
    ['QUOTA_RESERVE', '1'],
    ['QUOTA_RESERVE', '-0.1'],
    ['QUOTA_RESERVE', '10%'],
    ['DELAY_SCALE', '0'],
    ['DELAY_SCALE', '10.1'],
    ['DELAY_SCALE', 'Infinity'],
    ['LOG_LEVEL', 'TRACE'],
  ])('refuses %s of "%s" by its name', async (name, value) => {
    expect(await problemsOf({ ...required, [name]: value })).toMatch(
      new RegExp(`^The environment is not usable: ${name} `),
    )
  })

  it('names every variable that is missing in one message', async () => {
    const message = await problemsOf({})
    expect(message.split('; ')).toEqual([
      'The environment is not usable: AWS_REGION is missing: must be the name of an AWS region',
      'OPERATIONS_QUEUE_URL is missing: must be the URL of a queue',
      'DEAD_LETTER_QUEUE_URL is missing: must be the URL of a queue',
      'LEDGER_TABLE_NAME is missing: must be the name of a table',
      'EVENT_BUS_NAME is missing: must be the name of an event bus',
    ])
  })

  it('names what is missing beside what is malformed, each once', async () => {
    const message = await problemsOf({
      B2B_API_BASE_URL: 'nowhere',
      DEFAULT_STORE_HASH: '?',
      DELAY_SCALE: 'x',
      LOG_LEVEL: 'x',
    })
    for (const name of [
      'B2B_API_BASE_URL',
      'DEFAULT_STORE_HASH',
      'OPERATIONS_QUEUE_URL',
      'DEAD_LETTER_QUEUE_URL',
      'LEDGER_TABLE_NAME',
      'EVENT_BUS_NAME',
      'DELAY_SCALE',
      'LOG_LEVEL',
    ]) {
      expect(message.split(name)).toHaveLength(2)
    }
  })

  it.each([
    'http://127.0.0.1:4000/ip',
    'http://127.9.8.7/ip',
    'http://localhost:4000/ip',
    'http://[::1]:4000/ip',
  ])('takes plain http to loopback: %s', url => {
    expect(parseConfig({ ...required, B2B_API_BASE_URL: url }).apiBaseUrl).toBe(url)
  })

  it.each([
    'http://api-b2b.bigcommerce.com/api/v3/io/ip',
    'http://127.0.0.1.example.test/ip',
    'http://localhost.example.test/ip',
    'http://10.0.0.1/ip',
    'http://0.0.0.0/ip',
    'http://[::]/ip',
  ])('refuses plain http to anywhere else: %s', async url => {
    expect(await problemsOf({ ...required, B2B_API_BASE_URL: url })).toContain('B2B_API_BASE_URL')
  })

  it('never repeats a value, which may be a secret in the wrong place', async () => {
    const names = [
      'CREDENTIALS_TTL_SECONDS',
      'LEDGER_TABLE_NAME',
      'EVENT_BUS_NAME',
      'DEFAULT_STORE_HASH',
      'QUOTA_RESERVE',
      'DELAY_SCALE',
      'LOG_LEVEL',
      'OPERATIONS_QUEUE_URL',
      'CREDENTIALS_SECRET_PREFIX',
    ]
    const misplaced = Object.fromEntries(names.map(name => [name, sentinelToken]))
    const env = {
      ...misplaced,
      B2B_API_BASE_URL: `https://user:${encodeURI(sentinelToken)}@api.example.test`,
    }
    expectNoSentinel(await catchError(() => parseConfig(env)))
  })
})

describe('isLoopback', () => {
  it.each(['127.0.0.1', '127.255.255.254', 'localhost', '[::1]'])('knows %s', hostname => {
    expect(isLoopback(hostname)).toBe(true)
  })

  it.each(['128.0.0.1', '127.0.0.1.nip.io', 'localhost.', '::', 'example.test'])(
    'does not take %s for it',
    hostname => {
      expect(isLoopback(hostname)).toBe(false)
    },
  )
})

describe('parseReconcileConfig', () => {
  it('only reports, on a third of the quota, where nothing else is said', () => {
    const { rules, quotaShare, webhooks, ...config } = parseReconcileConfig(required)
    expect(new Set(Object.values(rules))).toEqual(new Set(['report']))
    expect(quotaShare).toBe(0.33)
    expect(webhooks).toMatchObject({ storeApiBaseUrl: 'https://api.bigcommerce.com' })
    expect(config).toEqual(parseConfig(required))
  })

  it('takes the rules and the share that are set', () => {
    const env = { ...required, RECONCILE_RULES: '{"orderStale":"enqueue"}', RECONCILE_QUOTA_SHARE: '1' }
    expect(parseReconcileConfig(env)).toMatchObject({ rules: { orderStale: 'enqueue' }, quotaShare: 1 })
  })

  it('names what is wrong with the rules beside everything else, in one message', async () => {
    const env = { RECONCILE_RULES: '{"orderStale":"settle"}', RECONCILE_QUOTA_SHARE: '0' }
    const error = await catchError(() => parseReconcileConfig(env))
    for (const name of ['RECONCILE_QUOTA_SHARE', 'orderStale', 'LEDGER_TABLE_NAME'])
      expect(String(error)).toContain(name)
    expect(error).toBeInstanceOf(InvalidConfig)
  })
})
