import { readFile } from 'node:fs/promises'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SQSClient } from '@aws-sdk/client-sqs'
import { createDynamoDb, type DynamoDb } from '../../lib/adapters/dynamodb.js'
import { systemClock, systemRandom } from '../../lib/adapters/system.js'
import type { Declaration } from '../../lib/local/stack/declaration.js'
import { type BusEvent, startEventBus } from '../../lib/local/stack/event-bus.js'
import { type QueueDepth, startQueues } from '../../lib/local/stack/queues.js'
import { readTemplate } from '../../lib/local/stack/read-template.js'
import { startSecretsManager } from '../../lib/local/stack/secrets-manager.js'
import { startTables } from '../../lib/local/stack/table.js'
import { atTheEnd } from './endings.js'

/** One embedded AWS service each, as serverless.yml declares it, with a real SDK client that asks once. */

export const region = 'us-east-1'
export const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
const readDeclaration = async (): Promise<Declaration> =>
  readTemplate(await readFile('serverless.yml', 'utf8'), 'trial')

export async function startEmbeddedTable() {
  const { table } = await readDeclaration()
  const tables = await startTables(undefined)
  const stop = once(tables.stop)
  atTheEnd(stop)
  const client = new DynamoDBClient({ region, credentials, endpoint: tables.url, maxAttempts: 1 })
  atTheEnd(() => client.destroy())
  await tables.create(client, table)
  return { client, dynamodb: aDynamoDb(tables.url), tableName: table.name, stop }
}

/** What the functions speak to DynamoDB with; a retry does not wait. */
export const aDynamoDb = (url: string, silenceMs?: number): DynamoDb =>
  createDynamoDb(
    { clock: systemClock, roll: () => 0, credentials: async () => credentials },
    { endpoint: new URL(url), region, ...(silenceMs !== undefined && { silenceMs }) },
  )

export async function startEmbeddedQueues() {
  const { queues: declared } = await readDeclaration()
  const queues = await startQueues(region)
  const stop = once(queues.stop)
  atTheEnd(stop)
  const client = new SQSClient({ region, credentials, endpoint: queues.url, maxAttempts: 1 })
  atTheEnd(() => client.destroy())
  const urls = await queues.create(client, declared)
  const depth = (logicalId: string): QueueDepth => queues.depth(declared[logicalId]?.name ?? logicalId)
  return {
    client,
    operationsQueueUrl: urls['OperationsQueue'] ?? '',
    deadLetterQueueUrl: urls['OperationsDeadLetterQueue'] ?? '',
    depth,
    stop,
  }
}

export async function startEmbeddedSecrets() {
  const secrets = await startSecretsManager({ clock: systemClock, random: systemRandom, region })
  const stop = once(secrets.stop)
  atTheEnd(stop)
  const client = new SecretsManagerClient({ region, credentials, endpoint: secrets.url, maxAttempts: 1 })
  atTheEnd(() => client.destroy())
  return { client, put: secrets.put, failNext: secrets.failNext, stop }
}

export async function startEmbeddedBus() {
  const { bus: declared } = await readDeclaration()
  const events: BusEvent[] = []
  const onEvent = (event: BusEvent) => void events.push(event)
  const bus = await startEventBus({
    clock: systemClock,
    random: systemRandom,
    region,
    bus: declared,
    onEvent,
  })
  const stop = once(bus.stop)
  atTheEnd(stop)
  const client = new EventBridgeClient({ region, credentials, endpoint: bus.url, maxAttempts: 1 })
  atTheEnd(() => client.destroy())
  return { client, eventBusName: declared.name, events, failNextEntries: bus.failNextEntries, stop }
}

/** A test may stop a service itself, to see it gone; the end of the test stops it only where it did not. */
function once(stop: () => Promise<void>): () => Promise<void> {
  let stopping: Promise<void> | undefined
  return () => {
    stopping ??= stop()
    return stopping
  }
}
