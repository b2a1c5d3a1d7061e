import { describe, expect, it } from '@jest/globals'
import { completeEnvironment, type Environment } from '../../../lib/cli/operate/complete-environment.js'

const findQueueUrl = async (name: string, region: string): Promise<string> =>
  `https://sqs.${region}/1/${name}`
const complete = (env: Environment, stage?: string): Promise<Environment> =>
  completeEnvironment({ AWS_REGION: 'eu-west-1', ...env }, stage, findQueueUrl)
const queue = (stage: string): string => `https://sqs.eu-west-1/1/payops-${stage}-operations.fifo`

describe('completeEnvironment', () => {
  it('names everything by the stage that was asked for', async () => {
    expect(await complete({}, 'prod')).toMatchObject({
      OPERATIONS_QUEUE_URL: queue('prod'),
      DEAD_LETTER_QUEUE_URL: 'https://sqs.eu-west-1/1/payops-prod-operations-dlq.fifo',
      WEBHOOK_QUEUE_URL: 'https://sqs.eu-west-1/1/payops-prod-webhooks.fifo',
      LEDGER_TABLE_NAME: 'payops-prod-ledger',
      EVENT_BUS_NAME: 'payops-prod',
      LOG_LEVEL: 'ERROR',
    })
  })

  it.each([
    ['the stage of the queue that the environment names', { OPERATIONS_QUEUE_URL: queue('local') }, 'local'],
    ['the stage of the ledger alone', { LEDGER_TABLE_NAME: 'payops-qa-1-ledger' }, 'qa-1'],
    ['the stage dev where nothing names one', { OPERATIONS_QUEUE_URL: ' ' }, 'dev'],
  ])('takes %s', async (_, env, stage) => {
    expect(await complete(env)).toMatchObject({
      LEDGER_TABLE_NAME: `payops-${stage}-ledger`,
      EVENT_BUS_NAME: `payops-${stage}`,
    })
  })

  it('leaves what the environment names as it is', async () => {
    const named = {
      OPERATIONS_QUEUE_URL: queue('prod'),
      DEAD_LETTER_QUEUE_URL: 'https://dlq',
      LEDGER_TABLE_NAME: 'mine',
      EVENT_BUS_NAME: 'my-bus',
      LOG_LEVEL: 'INFO',
    }
    expect(await complete(named, 'prod')).toMatchObject(named)
  })

  it('refuses a stage that the environment contradicts', async () => {
    await expect(complete({ OPERATIONS_QUEUE_URL: queue('local') }, 'prod')).rejects.toThrow(
      '--stage prod: OPERATIONS_QUEUE_URL is of the stage local',
    )
  })

  it.each([
    ['DEAD_LETTER_QUEUE_URL', 'https://sqs.eu-west-1/1/payops-dev-operations-dlq.fifo'],
    ['EVENTS_DEAD_LETTER_QUEUE_URL', 'https://sqs.eu-west-1/1/payops-dev-events-dlq'],
    ['WEBHOOK_QUEUE_URL', 'https://sqs.eu-west-1/1/payops-dev-webhooks.fifo'],
    ['LEDGER_TABLE_NAME', 'payops-dev-ledger'],
    ['EVENT_BUS_NAME', 'arn:aws:events:eu-west-1:1:event-bus/payops-dev'],
  ])('refuses to mix stages where %s is of another', async (name, value) => {
    const contradicted = `${name} is of the stage dev`
    await expect(complete({ [name]: value }, 'prod')).rejects.toThrow(`--stage prod: ${contradicted}`)
    await expect(complete({ [name]: value, OPERATIONS_QUEUE_URL: queue('prod') })).rejects.toThrow(
      `OPERATIONS_QUEUE_URL is of the stage prod: ${contradicted}`,
    )
    await expect(complete({ [name]: value }, 'dev')).resolves.toMatchObject({ STAGE: 'dev', [name]: value })
    await expect(complete({ [name]: value })).resolves.toMatchObject({ STAGE: 'dev' })
  })

  it('asks for the API by name where the AWS endpoints are on this machine', async () => {
    const endpoint = { AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://127.0.0.1:4566' }
    await expect(complete(endpoint)).rejects.toThrow('B2B_API_BASE_URL is missing')
    await expect(complete({ ...endpoint, B2B_API_BASE_URL: 'http://127.0.0.1:1' })).resolves.toMatchObject(
      endpoint,
    )
  })

  it("asks for the store's own API by name where its webhooks go to this machine", async () => {
    const env = {
      AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://127.0.0.1:4566',
      B2B_API_BASE_URL: 'http://127.0.0.1:1',
      WEBHOOK_URL: 'http://127.0.0.1:2/',
    }
    await expect(complete(env)).rejects.toThrow('STORE_API_BASE_URL is missing')
    await expect(complete({ ...env, STORE_API_BASE_URL: 'http://127.0.0.1:3' })).resolves.toMatchObject(env)
    // With the real payments API the store's own is the real one as well.
    const real = { ...env, B2B_API_BASE_URL: 'https://api.example.com' }
    await expect(complete(real)).resolves.toMatchObject(real)
  })

  it('asks for the region', async () => {
    await expect(complete({ AWS_REGION: '' })).rejects.toThrow('AWS_REGION is missing')
    await expect(complete({ AWS_REGION: 'no region' })).rejects.toThrow('AWS_REGION must be the name')
  })
})
