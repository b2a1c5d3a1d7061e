import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { createLedger } from '../../lib/adapters/dynamodb-ledger.js'
import { systemClock, systemRandom } from '../../lib/adapters/system.js'
import { holdKeyOf } from '../../lib/core/request.js'
import { type Sandbox, startSandbox } from '../../lib/local/sandbox/start-sandbox.js'
import { type BusEvent, type Stack, startStack } from '../../lib/local/stack/start-stack.js'
import { aDynamoDb, credentials, region } from './embedded.js'
import { atTheEnd } from './endings.js'
import type { PlantedLetter } from './planted-kinds.js'
import type { PlantedStore } from './planted-store.js'
import { scanTable } from './scan-table.js'

export type PlantedDeployment = {
  stack: Stack
  sandbox: Sandbox
  /** What `npm start -- --watch` prints, for the command. */
  env: Record<string, string>
  events: BusEvent[]
  /** All that a dry run must leave as it is. */
  snapshot(): Promise<unknown>
}

/** As short as the sandbox's own: a wait of a minute is over in a moment. */
const delayScale = '0.002'
const queues = ['OperationsQueue', 'OperationsDeadLetterQueue', 'EventsDeadLetterQueue', 'WebhookQueue']

/** The built functions before planted stores, their ledger and dead-letter queue planted as well. */
export async function startPlantedDeployment(
  stores: PlantedStore[],
  stage = 'local',
  ofFunctions: Record<string, string> = {},
): Promise<PlantedDeployment> {
  const quota = { limit: 10_000, windowMs: 1_000 }
  const sandbox = await startSandbox({
    clock: systemClock,
    stores: stores.map(({ seed }) => seed),
    listLagMs: 0,
    quota,
  })
  atTheEnd(sandbox.stop)
  const environment = {
    B2B_API_BASE_URL: sandbox.url,
    STORE_API_BASE_URL: sandbox.storeApiUrl,
    DELAY_SCALE: delayScale,
  }
  const stack = await startStack({
    clock: systemClock,
    random: systemRandom,
    template: 'serverless.yml',
    distDirectory: 'dist',
    stage,
    environment: { ...environment, ...ofFunctions },
    secrets: Object.fromEntries(
      stores.map(({ seed: { storeHash, accessToken, webhookSecret } }) => [
        `payops/${storeHash}`,
        JSON.stringify({ storeHash, accessToken, webhookSecret }),
      ]),
    ),
  })
  atTheEnd(stack.stop)
  const events: BusEvent[] = []
  stack.onBusEvent(event => events.push(event))
  await plantLedger(stack, stores)
  await plantLetters(
    stack,
    stores.flatMap(({ letters }) => letters),
  )
  const env = {
    ...stack.env,
    ...environment,
    OPERATIONS_QUEUE_URL: stack.queueUrls['OperationsQueue'] ?? '',
    DEAD_LETTER_QUEUE_URL: stack.queueUrls['OperationsDeadLetterQueue'] ?? '',
    EVENTS_DEAD_LETTER_QUEUE_URL: stack.queueUrls['EventsDeadLetterQueue'] ?? '',
    WEBHOOK_QUEUE_URL: stack.queueUrls['WebhookQueue'] ?? '',
    WEBHOOK_URL: stack.functionUrls['receiveWebhook'] ?? '',
    LEDGER_TABLE_NAME: stack.tableName,
    EVENT_BUS_NAME: stack.eventBusName,
  }
  return { stack, sandbox, env, events, snapshot: () => takeSnapshot(stack, sandbox, stores, events) }
}

async function plantLedger(stack: Stack, stores: PlantedStore[]): Promise<void> {
  const dynamodb = aDynamoDb(stack.env['AWS_ENDPOINT_URL_DYNAMODB'] ?? '')
  const ledger = createLedger({ clock: systemClock, dynamodb }, stack.tableName)
  for (const entry of stores.flatMap(({ entries }) => entries)) {
    await ledger.claim(entry, 'planted')
    // As the functions do: a doubt that no look settles holds its payment.
    if (entry.state === 'inDoubt') await ledger.holdPayment(holdKeyOf(entry.request), entry.request.requestId)
  }
}

async function plantLetters(stack: Stack, letters: PlantedLetter[]): Promise<void> {
  const client = new SQSClient({ region, credentials, endpoint: stack.env['AWS_ENDPOINT_URL_SQS'] ?? '' })
  try {
    for (const { body, groupId, attributes } of letters) {
      await client.send(
        new SendMessageCommand({
          QueueUrl: stack.queueUrls['OperationsDeadLetterQueue'],
          MessageBody: body,
          MessageGroupId: groupId,
          MessageDeduplicationId: systemRandom.uuid(),
          MessageAttributes: Object.fromEntries(
            Object.entries(attributes).map(([name, text]) => [
              name,
              { DataType: 'String', StringValue: text },
            ]),
          ),
        }),
      )
    }
  } finally {
    client.destroy()
  }
}

async function takeSnapshot(
  stack: Stack,
  sandbox: Sandbox,
  stores: PlantedStore[],
  events: BusEvent[],
): Promise<unknown> {
  const items = await scanTable(stack.env['AWS_ENDPOINT_URL_DYNAMODB'] ?? '', stack.tableName)
  return {
    effects: sandbox.effects(),
    payments: stores.map(({ seed }) => sandbox.payments(seed.storeHash)),
    ledger: items.map(item => JSON.stringify(item)).sort(),
    queues: queues.map(queue => stack.queueDepth(queue)),
    events: [...events],
  }
}
