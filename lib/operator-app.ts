import { LambdaClient } from '@aws-sdk/client-lambda'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { defaultProvider } from '@aws-sdk/credential-provider-node'
import { clientSettings, withoutLogger } from './adapters/client-settings.js'
import { createDynamoDb } from './adapters/dynamodb.js'
import { createAudit } from './adapters/dynamodb-audit.js'
import { createOrderWatches } from './adapters/dynamodb-order-watches.js'
import { createFunctionSettings } from './adapters/function-settings.js'
import { openInspector } from './adapters/open-inspector.js'
import { openLetterBox } from './adapters/open-letter-box.js'
import { createSecretWriter } from './adapters/secret-writer.js'
import { systemRandom } from './adapters/system.js'
import { createReconcileApp, type ReconcileApp } from './app.js'
import type { OperatorConfig } from './cli/operate/read-config.js'
import type { JoinDeps } from './engine/join-letter.js'
import { noMetrics } from './engine/no-metrics.js'
import type { Audit, FunctionSettings, Inspector, LetterBox, SecretWriter } from './engine/ports.js'
import { isAnswered } from './engine/webhook/is-answered.js'

/** For a store whose secret is at hand, as the sandbox's are. */
export { createStoreHooks } from './adapters/store-hooks.js'

/** Everything that the commands need, behind ports; no function carries it. */
export type OperatorApp = ReconcileApp & {
  inspector: Inspector
  functionSettings: FunctionSettings
  /** Of the function that knows where the stores send their webhooks to. */
  webhookSettings: FunctionSettings
  audit: Audit
  letterBox: LetterBox
  secretWriter: SecretWriter
  isAnswered: JoinDeps['isAnswered']
  config: OperatorConfig
}

/** The one place that constructs for the commands. Nothing is connected or fetched here. */
export function createOperatorApp(config: OperatorConfig, write: (line: string) => void): OperatorApp {
  const app = createReconcileApp(config, write)
  const dynamodb = createDynamoDb(
    { clock: app.clock, roll: systemRandom.next, credentials: defaultProvider() },
    { endpoint: new URL(config.dynamoDbEndpoint), region: config.awsRegion },
  )
  const watches = createOrderWatches(
    { clock: app.clock, random: systemRandom, dynamodb },
    config.ledgerTableName,
  )
  return {
    ...app,
    isAnswered: webhook => isAnswered({ watches, rules: app.webhooks.rules }, webhook),
    metrics: noMetrics,
    config,
    inspector: openInspector({ ...config.place, eventBusName: config.eventBusName }),
    functionSettings: settingsOf(config, 'performOperations'),
    webhookSettings: settingsOf(config, 'reconcilePayments'),
    secretWriter: createSecretWriter(
      { client: withoutLogger(new SecretsManagerClient(clientSettings)) },
      { prefix: config.credentialsSecretPrefix },
    ),
    letterBox: openLetterBox(app, {
      operations: config.operationsQueueUrl,
      deadLetters: config.deadLetterQueueUrl,
      events: config.eventsDeadLetterQueueUrl,
      webhooks: config.webhookQueueUrl,
    }),
    audit: createAudit({ random: systemRandom, dynamodb }, config.ledgerTableName),
  }
}

const settingsOf = ({ place, stage }: OperatorConfig, key: string): FunctionSettings =>
  createFunctionSettings(
    () => (place.serves.lambda ? new LambdaClient(clientSettings) : undefined),
    `payops-${stage}-${key}`,
  )
