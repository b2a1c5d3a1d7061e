import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { defaultProvider } from '@aws-sdk/credential-provider-node'
import { busSettings, clientSettings, withoutLogger } from './adapters/client-settings.js'
import { createCredentials } from './adapters/credentials.js'
import { createDynamoDb } from './adapters/dynamodb.js'
import { createCheckpoints } from './adapters/dynamodb-checkpoints.js'
import { createHistory } from './adapters/dynamodb-history.js'
import { createLedger } from './adapters/dynamodb-ledger.js'
import { createOutcomes, createReports } from './adapters/event-bus.js'
import { createLog } from './adapters/log.js'
import { createMetrics } from './adapters/metrics.js'
import { openDeadLetterPeek, openQueues } from './adapters/open-queues.js'
import { createPaymentsApi } from './adapters/payments-api.js'
import { createStoreHooks } from './adapters/store-hooks.js'
import { createStoreList } from './adapters/store-list.js'
import { systemClock, systemRandom } from './adapters/system.js'
import { writeLine } from './adapters/write-line.js'
import { type Config, parseConfig, parseReconcileConfig, type ReconcileConfig } from './config.js'
import { createPacer } from './engine/pacer.js'
import type { BatchDeps } from './engine/perform-batch.js'
import type { Log, OperationsQueue, PaymentRecord } from './engine/ports.js'
import type { ReconcileDeps } from './engine/reconcile/deps.js'
import { createServerClock } from './engine/server-clock.js'
import { createSharePacer } from './engine/share-pacer.js'

/** Everything that the engine's verbs need, behind their ports. */
export type App = BatchDeps & { queue: OperationsQueue }
/** The same for reconciliation, and what it is allowed to do. */
export type ReconcileApp = ReconcileDeps & Pick<ReconcileConfig, 'rules'> & { ledger: PaymentRecord }

/** The one place that constructs. Nothing is connected or fetched here. */
export const createApp = (config: Config, write: (line: string) => void): App =>
  construct(config, openClients(config, write))

/** What reconciliation needs beside; the requests' functions do not carry it. */
export function createReconcileApp(config: ReconcileConfig, write: (line: string) => void): ReconcileApp {
  const clients = openClients(config, write)
  const { clock, log, dynamodb, secrets, bus } = clients
  const prefix = config.credentialsSecretPrefix
  const app = construct(config, clients)
  return {
    ...app,
    rules: config.rules,
    ledger: { ...app.ledger, ...createHistory({ dynamodb }, config.ledgerTableName) },
    pacer: createSharePacer({ clock }, { reserve: config.quotaReserve, share: config.quotaShare }),
    checkpoints: createCheckpoints({ clock, dynamodb }, config.ledgerTableName),
    stores: createStoreList({ client: secrets }, { prefix }),
    letters: openDeadLetterPeek(config.deadLetterQueueUrl),
    storeHooks: createStoreHooks(config.webhooks.storeApiBaseUrl),
    webhooks: config.webhooks,
    reports: createReports({ clock, log, client: bus }, config.eventBusName),
  }
}

type Clients = ReturnType<typeof openClients>

function openClients(config: Config, write: (line: string) => void) {
  const clock = systemClock
  return {
    clock,
    log: createLog({ clock, write }, config.logLevel),
    metrics: createMetrics({ clock, write }, config.eventBusName),
    dynamodb: createDynamoDb(
      { clock, roll: systemRandom.next, credentials: defaultProvider() },
      { endpoint: new URL(config.dynamoDbEndpoint), region: config.awsRegion },
    ),
    secrets: withoutLogger(new SecretsManagerClient(clientSettings)),
    bus: withoutLogger(new EventBridgeClient(busSettings)),
  }
}

function construct(config: Config, { clock, log, metrics, dynamodb, secrets, bus }: Clients): App {
  const { prefix, ttlMs } = { prefix: config.credentialsSecretPrefix, ttlMs: config.credentialsTtlMs }
  return {
    clock,
    random: systemRandom,
    log,
    metrics,
    ledger: createLedger({ clock, dynamodb }, config.ledgerTableName),
    api: createPaymentsApi({ clock }, config.apiBaseUrl),
    credentials: createCredentials({ clock, log, client: secrets }, { prefix, ttlMs }),
    pacer: createPacer(
      { clock, random: systemRandom },
      { reserve: config.quotaReserve, delayScale: config.delayScale },
    ),
    serverClock: createServerClock(clock),
    ...createLazyQueues(config, log),
    outcomes: createOutcomes({ clock, log, client: bus }, config.eventBusName),
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
  warm ??= createApp(parseConfig(process.env), writeLine)
  return warm
}

/** The same for the function that reconciles; made once, at its cold start. */
export const reconcileApp = (): ReconcileApp =>
  createReconcileApp(parseReconcileConfig(process.env), writeLine)
