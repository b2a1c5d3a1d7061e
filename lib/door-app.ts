import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SQSClient } from '@aws-sdk/client-sqs'
import { doorSettings, withoutLogger } from './adapters/client-settings.js'
import { createIntakeQueue } from './adapters/intake-queue.js'
import { createLog } from './adapters/log.js'
import { createMetrics } from './adapters/metrics.js'
import { systemClock } from './adapters/system.js'
import { createWebhookCredentials } from './adapters/webhook-credentials.js'
import { verifySignature } from './adapters/webhook-signature.js'
import { writeLine } from './adapters/write-line.js'
import { type DoorConfig, parseDoorConfig } from './door-config.js'
import type { DoorDeps } from './engine/webhook/receive-webhook.js'

/** What the door needs, and nothing of the rest: no payments API, no ledger, no bus. Nothing is connected or fetched here. */
export function createDoorApp(config: DoorConfig, write: (line: string) => void): DoorDeps {
  const clock = systemClock
  const log = createLog({ clock, write }, config.logLevel)
  const secrets = withoutLogger(new SecretsManagerClient(doorSettings))
  const sqs = withoutLogger(new SQSClient(doorSettings))
  return {
    clock,
    log,
    metrics: createMetrics({ clock, write }, config.eventBusName),
    rules: config.webhookRules,
    webhookCredentials: createWebhookCredentials(
      { clock, log, client: secrets },
      { prefix: config.credentialsSecretPrefix, ttlMs: config.credentialsTtlMs },
    ),
    verifySignature,
    intake: createIntakeQueue({ client: sqs }, config.webhookQueueUrl),
  }
}

/** Of this container: made once, at its cold start. */
export const doorApp = (): DoorDeps => createDoorApp(parseDoorConfig(process.env), writeLine)
