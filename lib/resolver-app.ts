import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SQSClient } from '@aws-sdk/client-sqs'
import { defaultProvider } from '@aws-sdk/credential-provider-node'
import { clientSettings, withoutLogger } from './adapters/client-settings.js'
import { createCredentials } from './adapters/credentials.js'
import { createDynamoDb } from './adapters/dynamodb.js'
import { createLedger } from './adapters/dynamodb-ledger.js'
import { createOrderWatches } from './adapters/dynamodb-order-watches.js'
import { createLog } from './adapters/log.js'
import { createMetrics } from './adapters/metrics.js'
import { createPaymentsApi } from './adapters/payments-api.js'
import { createDeadLetters, createOperationsQueue } from './adapters/sqs-queues.js'
import { systemClock, systemRandom } from './adapters/system.js'
import { writeLine } from './adapters/write-line.js'
import { createPacer } from './engine/pacer.js'
import { createServerClock } from './engine/server-clock.js'
import type { ResolverDeps } from './engine/webhook/resolve-webhooks.js'
import { parseResolverConfig, type ResolverConfig } from './resolver-config.js'

/** What the resolver needs: the payments API and the ledger as every function has them, three queues, and no bus. */
export function createResolverApp(config: ResolverConfig, write: (line: string) => void): ResolverDeps {
  const { clock, random } = { clock: systemClock, random: systemRandom }
  const { credentialsSecretPrefix: prefix, credentialsTtlMs: ttlMs, delayScale } = config
  const log = createLog({ clock, write }, config.logLevel)
  const dynamodb = createDynamoDb(
    { clock, roll: random.next, credentials: defaultProvider() },
    { endpoint: new URL(config.dynamoDbEndpoint), region: config.awsRegion },
  )
  const secrets = withoutLogger(new SecretsManagerClient(clientSettings))
  const sqs = { log, client: withoutLogger(new SQSClient(clientSettings)) }
  return {
    clock,
    random,
    log,
    metrics: createMetrics({ clock, write }, config.eventBusName),
    ledger: createLedger({ clock, dynamodb }, config.ledgerTableName),
    watches: createOrderWatches({ clock, random, dynamodb }, config.ledgerTableName),
    api: createPaymentsApi({ clock }, config.apiBaseUrl),
    credentials: createCredentials({ clock, log, client: secrets }, { prefix, ttlMs }),
    pacer: createPacer({ clock, random }, { reserve: config.quotaReserve, delayScale }),
    serverClock: createServerClock(clock),
    queue: createOperationsQueue(sqs, config.webhookQueueUrl),
    operations: createOperationsQueue(sqs, config.operationsQueueUrl),
    deadLetters: createDeadLetters(sqs, config.deadLetterQueueUrl),
    rules: config.webhookRules,
    delayScale,
  }
}

/** Of this container: made once, at its cold start. */
export const resolverApp = (): ResolverDeps => createResolverApp(parseResolverConfig(process.env), writeLine)
