import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SQSClient } from '@aws-sdk/client-sqs'
import { createCredentials } from './adapters/credentials.js'
import { createLedger } from './adapters/dynamodb-ledger.js'
import { createOutcomes } from './adapters/event-bus.js'
import { createLog } from './adapters/log.js'
import { createPaymentsApi } from './adapters/payments-api.js'
import { createDeadLetters, createOperationsQueue } from './adapters/sqs-queues.js'
import { systemClock, systemRandom } from './adapters/system.js'
import { type Config, parseConfig } from './config.js'
import { createPacer } from './engine/pacer.js'
import type { BatchDeps } from './engine/perform-batch.js'
import type { OperationsQueue } from './engine/ports.js'
import { createServerClock } from './engine/server-clock.js'

/** Everything that the engine's verbs need, behind their ports. */
export type App = BatchDeps & { queue: OperationsQueue }

/**
 * AWS answers within a second or it is better asked again; left to itself the SDK only warns of a request that takes longer
 * than its time-out. Endpoints and credentials are the SDK's own business.
 */
export const clientSettings = {
  maxAttempts: 3,
  // The steps of a call are put together once a client, not once a call.
  cacheMiddleware: true,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
}

/** The bus is told at the end of an invocation, and the adapter has tries of its own: each is short. */
const busSettings = {
  ...clientSettings,
  maxAttempts: 1,
  requestHandler: { ...clientSettings.requestHandler, requestTimeout: 1_500 },
}

/** Without the step that prepares each call's input and output for a logger, which there is none of. */
function withoutLogger<T extends { middlewareStack: { remove(name: string): boolean } }>(client: T): T {
  client.middlewareStack.remove('loggerMiddleware')
  return client
}

/** The one place that constructs. Nothing is connected or fetched here. */
export function createApp(config: Config, write: (line: string) => void): App {
  const clock = systemClock
  const log = createLog({ clock, write }, config.logLevel)
  const sqs = withoutLogger(new SQSClient(clientSettings))
  const { prefix, ttlMs } = { prefix: config.credentialsSecretPrefix, ttlMs: config.credentialsTtlMs }
  return {
    clock,
    random: systemRandom,
    log,
    ledger: createLedger(
      { clock, client: withoutLogger(new DynamoDBClient(clientSettings)) },
      config.ledgerTableName,
    ),
    api: createPaymentsApi({ clock }, config.apiBaseUrl),
    credentials: createCredentials(
      { clock, log, client: withoutLogger(new SecretsManagerClient(clientSettings)) },
      { prefix, ttlMs },
    ),
    pacer: createPacer({ clock, random: systemRandom }, config.quotaReserve, config.delayScale),
    serverClock: createServerClock(clock),
    queue: createOperationsQueue({ log, client: sqs }, config.operationsQueueUrl),
    deadLetters: createDeadLetters({ log, client: sqs }, config.deadLetterQueueUrl),
    outcomes: createOutcomes(
      { clock, log, client: withoutLogger(new EventBridgeClient(busSettings)) },
      config.eventBusName,
    ),
    delayScale: config.delayScale,
    ...(config.defaultStoreHash !== undefined && { defaultStoreHash: config.defaultStoreHash }),
  }
}

let warm: App | undefined

/** The app of this container: made at its cold start, reused while it is warm. */
export function app(): App {
  warm ??= createApp(parseConfig(process.env), line => process.stdout.write(`${line}\n`))
  return warm
}
