import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { defaultProvider } from '@aws-sdk/credential-provider-node'
import { busSettings, clientSettings, withoutLogger } from './adapters/client-settings.js'
import { createCredentials } from './adapters/credentials.js'
import { createDynamoDb } from './adapters/dynamodb.js'
import { createLedger } from './adapters/dynamodb-ledger.js'
import { createOutcomes } from './adapters/event-bus.js'
import { createLog } from './adapters/log.js'
import { openQueues } from './adapters/open-queues.js'
import { createPaymentsApi } from './adapters/payments-api.js'
import { systemClock, systemRandom } from './adapters/system.js'
import { type Config, parseConfig } from './config.js'
import { createPacer } from './engine/pacer.js'
import type { BatchDeps } from './engine/perform-batch.js'
import type { Log, OperationsQueue } from './engine/ports.js'
import { createServerClock } from './engine/server-clock.js'

/** Everything that the engine's verbs need, behind their ports. */
export type App = BatchDeps & { queue: OperationsQueue }

/** The one place that constructs. Nothing is connected or fetched here. */
export function createApp(config: Config, write: (line: string) => void): App {
  const clock = systemClock
  const log = createLog({ clock, write }, config.logLevel)
  const queues = createLazyQueues(config, log)
  const { prefix, ttlMs } = { prefix: config.credentialsSecretPrefix, ttlMs: config.credentialsTtlMs }
  const dynamodb = createDynamoDb(
    { clock, roll: systemRandom.next, credentials: defaultProvider() },
    { endpoint: new URL(config.dynamoDbEndpoint), region: config.awsRegion },
  )
  return {
    clock,
    random: systemRandom,
    log,
    ledger: createLedger({ clock, dynamodb }, config.ledgerTableName),
    api: createPaymentsApi({ clock }, config.apiBaseUrl),
    credentials: createCredentials(
      { clock, log, client: withoutLogger(new SecretsManagerClient(clientSettings)) },
      { prefix, ttlMs },
    ),
    pacer: createPacer(
      { clock, random: systemRandom },
      { reserve: config.quotaReserve, delayScale: config.delayScale },
    ),
    serverClock: createServerClock(clock),
    ...queues,
    outcomes: createOutcomes(
      { clock, log, client: withoutLogger(new EventBridgeClient(busSettings)) },
      config.eventBusName,
    ),
    delayScale: config.delayScale,
    ...(config.defaultStoreHash !== undefined && { defaultStoreHash: config.defaultStoreHash }),
  }
}

type Queues = Pick<App, 'queue' | 'deadLetters'>

/** A clean batch needs neither queue: the client is made by the first that does. */
function createLazyQueues(config: Config, log: Log): Queues {
  const urls = { operations: config.operationsQueueUrl, deadLetters: config.deadLetterQueueUrl }
  let opened: Queues | undefined
  const open = (): Queues => {
    opened ??= openQueues({ log }, urls)
    return opened
  }
  return {
    queue: { delay: messages => open().queue.delay(messages), send: message => open().queue.send(message) },
    deadLetters: { send: letters => open().deadLetters.send(letters) },
  }
}

let warm: App | undefined

/** The app of this container: made at its cold start, reused while it is warm. */
export function app(): App {
  warm ??= createApp(parseConfig(process.env), line => process.stdout.write(`${line}\n`))
  return warm
}
