import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs'
import { systemClock } from '../../../lib/adapters/system.js'
import { exampleStores } from '../../../lib/local/sandbox/example-stores.js'
import { type Sandbox, startSandbox } from '../../../lib/local/sandbox/start-sandbox.js'
import { credentials, region } from '../../support/embedded.js'
import { atTheEnd } from '../../support/endings.js'
import { sentinelToken } from '../../support/sentinel.js'
import { deployTemplate } from './deploy-template.js'
import { packageZips } from './package-zips.js'
import { startFunction } from './start-function.js'
import { startMoto } from './start-moto.js'
import { mendTemplate, requestedEventsQueue, type Template, toldEventsQueue } from './template-mends.js'

export type MotoDeployment = {
  url: string
  /** As it is packaged, and as moto got it. */
  templates: { packaged: Template; mended: Template }
  sandbox: Sandbox
  clients: ReturnType<typeof openClients>
  queueUrls: Record<
    'operations' | 'deadLetters' | 'eventDeadLetters' | 'webhooks' | 'requested' | 'told',
    string
  >
  accept(event: unknown): Promise<unknown>
  perform(event: unknown): Promise<unknown>
  reconcile(event: unknown): Promise<unknown>
  receive(event: unknown): Promise<unknown>
  resolve(event: unknown): Promise<unknown>
  /** What the functions are told, endpoints included. */
  env: Record<string, string>
  /** Everything that they printed. */
  lines: string[]
}

const stage = 'moto'

/** What is packaged, made by moto's CloudFormation; the zips' functions run here, before a sandbox of two stores. */
export async function deployToMoto(): Promise<MotoDeployment> {
  const stores = exampleStores({
    luma7x2: { accessToken: sentinelToken },
    nordic4b: { accessToken: 'first' },
  })
  const quota = { limit: 10_000, windowMs: 1_000 }
  const sandbox = await startSandbox({ clock: systemClock, stores, listLagMs: 0, quota })
  atTheEnd(sandbox.stop)
  const params = {
    apiBaseUrl: sandbox.url,
    storeApiBaseUrl: sandbox.storeApiUrl,
    defaultStoreHash: 'luma7x2',
    webhookDelaySeconds: '0',
  }
  const [{ url }, packaged] = await Promise.all([startMoto(), packageZips(stage, params)])
  const mended = mendTemplate(packaged.template)
  const made = await deployTemplate(url, mended)
  if (made.status !== 200) throw new Error(`moto did not make the stack: ${made.text}`)
  const clients = openClients(url)
  const urlOf = async (QueueName: string): Promise<string> =>
    (await clients.sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl ?? ''
  const queueUrls = {
    operations: await urlOf(`payops-${stage}-operations.fifo`),
    deadLetters: await urlOf(`payops-${stage}-operations-dlq.fifo`),
    eventDeadLetters: await urlOf(`payops-${stage}-events-dlq`),
    webhooks: await urlOf(`payops-${stage}-webhooks.fifo`),
    requested: await urlOf(requestedEventsQueue),
    told: await urlOf(toldEventsQueue),
  }
  const env = {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    DELAY_SCALE: '0.01',
    // moto's CloudFormation says a queue's URL with AWS's own host; the SDK would go there.
    OPERATIONS_QUEUE_URL: queueUrls.operations,
    DEAD_LETTER_QUEUE_URL: queueUrls.deadLetters,
    WEBHOOK_QUEUE_URL: queueUrls.webhooks,
  }
  const lines: string[] = []
  const start = async (key: string) =>
    startFunction({
      lambda: clients.lambda,
      functionName: `payops-${stage}-${key}`,
      directory: await packaged.unzip(key),
      environment: env,
      onLine: line => lines.push(line),
    })
  const [performing, accepting, reconciling, receiving, resolving] = await Promise.all([
    start('performOperations'),
    start('acceptOperation'),
    start('reconcilePayments'),
    start('receiveWebhook'),
    start('resolveWebhook'),
  ])
  return {
    url,
    templates: { packaged: packaged.template, mended },
    sandbox,
    clients,
    queueUrls,
    accept: accepting.invoke,
    perform: performing.invoke,
    reconcile: reconciling.invoke,
    receive: receiving.invoke,
    resolve: resolving.invoke,
    env: { ...performing.variables, EVENTS_DEAD_LETTER_QUEUE_URL: queueUrls.eventDeadLetters },
    lines,
  }
}

function openClients(endpoint: string) {
  const settings = { endpoint, region, credentials }
  const clients = {
    sqs: new SQSClient(settings),
    secrets: new SecretsManagerClient(settings),
    events: new EventBridgeClient(settings),
    lambda: new LambdaClient(settings),
  }
  for (const client of Object.values(clients)) atTheEnd(() => client.destroy())
  return clients
}
