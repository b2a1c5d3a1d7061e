import { existsSync } from 'node:fs'
import { type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import type { SQSRecord } from 'aws-lambda'
import { systemClock, systemRandom } from '../../lib/adapters/system.js'
import { exampleStores } from '../../lib/local/sandbox/example-stores.js'
import { type Sandbox, startSandbox } from '../../lib/local/sandbox/start-sandbox.js'
import { type BusEvent, type Stack, startStack } from '../../lib/local/stack/start-stack.js'
import { atTheEnd } from '../support/endings.js'
import { sentinelToken } from '../support/sentinel.js'

export type Deployment = {
  stack: Stack
  sandbox: Sandbox
  /** Everything that the functions printed, by line. */
  lines: string[]
  events: BusEvent[]
  /** The first event that fits, as soon as it is there. */
  event(fits: (detail: Record<string, unknown>) => boolean): Promise<BusEvent>
  deadLetters(): Promise<Message[]>
}

/** What serverless.yml declares with the built functions in it, before two stores of the sandbox; only luma7x2 has a secret. */
export async function startDeployment(template = 'serverless.yml'): Promise<Deployment> {
  if (!existsSync('dist/functions')) throw new Error('dist/functions is not there: run npm run build first')
  const stores = exampleStores({ luma7x2: { accessToken: sentinelToken } })
  const sandbox = await startSandbox({ clock: systemClock, stores, listLagMs: 0 })
  atTheEnd(sandbox.stop)
  const lines: string[] = []
  const secret = JSON.stringify({ storeHash: 'luma7x2', accessToken: sentinelToken })
  const stack = await startStack({
    clock: systemClock,
    random: systemRandom,
    template,
    distDirectory: 'dist',
    environment: {
      B2B_API_BASE_URL: sandbox.url,
      STORE_API_BASE_URL: sandbox.storeApiUrl,
      DEFAULT_STORE_HASH: 'luma7x2',
      DELAY_SCALE: '0.01',
    },
    secrets: { 'payops/luma7x2': secret },
    onFunctionLog: (_, line) => lines.push(line),
  })
  atTheEnd(stack.stop)
  return { stack, sandbox, lines, ...listenTo(stack), deadLetters: () => readDeadLetters(stack) }
}

function listenTo(stack: Stack): Pick<Deployment, 'events' | 'event'> {
  const events: BusEvent[] = []
  let wakes: (() => void)[] = []
  stack.onBusEvent(event => {
    events.push(event)
    const waking = wakes
    wakes = []
    for (const wake of waking) wake()
  })
  return {
    events,
    event: async fits => {
      for (;;) {
        const found = events.find(({ detail }) => fits(detail))
        if (found !== undefined) return found
        await new Promise<void>(wake => wakes.push(wake))
      }
    },
  }
}

async function readDeadLetters(stack: Stack): Promise<Message[]> {
  const client = new SQSClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    endpoint: stack.env['AWS_ENDPOINT_URL_SQS'] ?? '',
  })
  try {
    const command = new ReceiveMessageCommand({
      QueueUrl: stack.queueUrls['OperationsDeadLetterQueue'],
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
      VisibilityTimeout: 0,
    })
    return (await client.send(command)).Messages ?? []
  } finally {
    client.destroy()
  }
}

/** A message of the operations queue, as Lambda hands it over. */
export const aRecord = (messageId: string, body: string, group = messageId): SQSRecord => ({
  messageId,
  receiptHandle: `handle of ${messageId}`,
  body,
  attributes: {
    ApproximateReceiveCount: '1',
    SentTimestamp: '1795334400000',
    SenderId: 'AIDA',
    ApproximateFirstReceiveTimestamp: '1795334400000',
    MessageGroupId: group,
    MessageDeduplicationId: `dedup of ${messageId}`,
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:payops-local-operations.fifo',
  awsRegion: 'us-east-1',
})
