import { join } from 'node:path'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'
import type { Clock, Random } from '../../core/time.js'
import type { Declaration } from './declaration.js'
import { describeRules } from './describe-rules.js'
import { type BusEvent, type EventBus, startEventBus } from './event-bus.js'
import { startFunctionUrl } from './function-url.js'
import { startLambdaApi } from './lambda-api.js'
import { type Queues, startQueues } from './queues.js'
import { type SecretsManager, startSecretsManager } from './secrets-manager.js'
import { startTables } from './table.js'

export type Emulators = {
  /** Endpoints, region and credentials, as the SDK and the AWS CLI read them. */
  env: Record<string, string>
  /** By logical id. */
  queueUrls: Record<string, string>
  /** By key of the function. */
  functionUrls: Record<string, string>
  sqs: SQSClient
  queues: Queues
  secrets: SecretsManager
  events: EventBus
}

export type EmulatorOptions = {
  clock: Clock
  random: Random
  directory: string | undefined
  onEvent: (event: BusEvent) => void
  /** What a call of a Function URL leads to; absent: nobody is there who could answer it. */
  invoke?: (functionKey: string, event: unknown) => Promise<unknown>
  /** Laid over what the functions declare. */
  environment?: Record<string, string>
  /** Each thing that is started adds how it ends, so that a start that fails half-way can be undone. */
  endings: (() => unknown)[]
}

// The emulators check that a request is signed, not by whom.
const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' }

/** The five services on free ports of the loopback interface, with the declared queues and table in them. */
export async function startEmulators(declaration: Declaration, options: EmulatorOptions): Promise<Emulators> {
  const { clock, random, directory, onEvent, endings } = options
  const invoke = options.invoke ?? (() => Promise.reject(new Error('No function runs here')))
  const { region, bus } = declaration
  const started = async <T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
    const thing = await starting
    endings.push(thing.stop)
    return thing
  }
  const queues = await started(startQueues(region))
  const tables = await started(startTables(directory === undefined ? undefined : join(directory, 'ledger')))
  const secrets = await started(startSecretsManager({ clock, random, region }))
  const events = await started(
    startEventBus({ clock, random, region, bus, onEvent, describing: describeRules(declaration) }),
  )
  const functionUrls: Record<string, string> = {}
  for (const [key, { hasUrl }] of Object.entries(declaration.functions)) {
    if (!hasUrl) continue
    const server = await started(startFunctionUrl({ clock, random, invoke: event => invoke(key, event) }))
    functionUrls[key] = server.url
  }
  const lambda = await started(startLambdaApi(declaration, options.environment, functionUrls))

  const sqs = new SQSClient({ endpoint: queues.url, region, credentials: CREDENTIALS })
  endings.push(() => sqs.destroy())
  const queueUrls = await queues.create(sqs, declaration.queues)
  const dynamodb = new DynamoDBClient({ endpoint: tables.url, region, credentials: CREDENTIALS })
  await tables.create(dynamodb, declaration.table).finally(() => dynamodb.destroy())

  const env = {
    AWS_ENDPOINT_URL_SQS: queues.url,
    AWS_ENDPOINT_URL_DYNAMODB: tables.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
    AWS_ENDPOINT_URL_EVENTBRIDGE: events.url,
    AWS_ENDPOINT_URL_LAMBDA: lambda.url,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  }
  return { env, queueUrls, functionUrls, sqs, queues, secrets, events }
}
