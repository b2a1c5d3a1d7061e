import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { build } from 'esbuild'
import { systemClock, systemRandom } from '../../../lib/adapters/system.js'
import {
  type BusEvent,
  type Stack,
  type StackOptions,
  startStack,
} from '../../../lib/local/stack/start-stack.js'

// A stack with functions of the test's own: each a few lines of JavaScript, written where a build would put its bundle.
// What they print comes back as log lines: a test waits for a line instead of for a time.

export type RunningStack = Stack & {
  lines: string[]
  events: BusEvent[]
  directory: string
  /** Resolves with the first log line, printed already or still to come, that the predicate accepts. */
  line(accepts: (line: string) => boolean): Promise<string>
  clients: {
    sqs: SQSClient
    dynamodb: DynamoDBClient
    secrets: SecretsManagerClient
    events: EventBridgeClient
  }
  send(logicalId: string, body: string, options?: { group?: string; id?: string }): Promise<string>
  /** Long polls until a message is there, takes it out of the queue and returns it. */
  take(logicalId: string): Promise<Message>
}

const cleanups: (() => Promise<unknown>)[] = []

/** For `afterEach`: stops and removes whatever the test has started. */
export async function cleanUp(): Promise<void> {
  for (const clean of cleanups.splice(0).reverse()) await clean()
}

/** A temporary directory laid out like dist/, with the real function host in it and each handler's source. */
export async function aDistDirectory(handlers: Record<string, string>): Promise<string> {
  const directory = await aDirectory()
  await mkdir(join(directory, 'functions'))
  await build({
    entryPoints: ['lib/local/function-host.ts'],
    outfile: join(directory, 'local', 'function-host.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
  })
  for (const [name, source] of Object.entries(handlers)) {
    await writeFile(join(directory, 'functions', `${name}.mjs`), source)
  }
  return directory
}

export async function aDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'payops-stack-'))
  cleanups.push(() => rm(directory, { recursive: true, force: true }))
  return directory
}

export async function aStack(
  template: string,
  handlers: Record<string, string>,
  overrides: Partial<StackOptions> = {},
): Promise<RunningStack> {
  const distDirectory = await aDistDirectory(handlers)
  const templatePath = join(distDirectory, 'serverless.yml')
  await writeFile(templatePath, template)
  const lines: string[] = []
  const waiters = new Set<() => void>()
  const stack = await startStack({
    clock: systemClock,
    random: systemRandom,
    template: templatePath,
    distDirectory,
    environment: {},
    onFunctionLog: (_, line) => {
      lines.push(line)
      for (const wake of waiters) wake()
    },
    ...overrides,
  })
  cleanups.push(stack.stop)
  const events: BusEvent[] = []
  stack.onBusEvent(event => events.push(event))
  const options = { region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } }
  const clients = {
    sqs: new SQSClient({ ...options, endpoint: endpoint(stack, 'SQS') }),
    dynamodb: new DynamoDBClient({ ...options, endpoint: endpoint(stack, 'DYNAMODB') }),
    secrets: new SecretsManagerClient({
      ...options,
      endpoint: endpoint(stack, 'SECRETS_MANAGER'),
      maxAttempts: 1,
    }),
    events: new EventBridgeClient({ ...options, endpoint: endpoint(stack, 'EVENTBRIDGE') }),
  }
  cleanups.push(async () => {
    for (const client of Object.values(clients)) client.destroy()
  })
  const line = async (accepts: (line: string) => boolean): Promise<string> => {
    for (;;) {
      const found = lines.find(accepts)
      if (found !== undefined) return found
      await new Promise<void>(resolve => {
        const wake = () => {
          waiters.delete(wake)
          resolve()
        }
        waiters.add(wake)
      })
    }
  }
  return Object.assign({}, stack, {
    lines,
    events,
    directory: distDirectory,
    line,
    clients,
    send: async (logicalId: string, body: string, { group, id }: { group?: string; id?: string } = {}) => {
      const fifo =
        group === undefined
          ? {}
          : { MessageGroupId: group, MessageDeduplicationId: id ?? systemRandom.uuid() }
      const QueueUrl = stack.queueUrls[logicalId]
      const { MessageId } = await clients.sqs.send(
        new SendMessageCommand({ QueueUrl, MessageBody: body, ...fifo }),
      )
      return String(MessageId)
    },
    take: (logicalId: string) => takeMessage(clients.sqs, String(stack.queueUrls[logicalId])),
  })
}

async function takeMessage(sqs: SQSClient, QueueUrl: string): Promise<Message> {
  for (;;) {
    const command = new ReceiveMessageCommand({
      QueueUrl,
      WaitTimeSeconds: 20,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
    })
    const [message] = (await sqs.send(command)).Messages ?? []
    if (!message) continue
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }))
    return message
  }
}

const endpoint = (stack: Stack, name: string): string => String(stack.env[`AWS_ENDPOINT_URL_${name}`])

type TemplateParts = {
  /** YAML of the `functions` mapping, indented by two. */
  functions: string
  visibilitySeconds?: number
  maxReceiveCount?: number
}

/** A template with a FIFO queue, its dead letter queue, a standard queue, a table and a bus. */
export const aTemplate = ({
  functions,
  visibilitySeconds = 1,
  maxReceiveCount = 3,
}: TemplateParts): string => `
service: trial
provider: { name: aws, region: us-east-1, environment: { QUEUE_URL: !Ref Work, TABLE: !Ref Ledger, BUS: !Ref Bus } }
functions:
${functions}
resources:
  Resources:
    Work:
      Type: AWS::SQS::Queue
      Properties:
        QueueName: work-\${sls:stage}.fifo
        FifoQueue: true
        DeduplicationScope: messageGroup
        FifoThroughputLimit: perMessageGroupId
        VisibilityTimeout: ${visibilitySeconds}
        RedrivePolicy: { deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: ${maxReceiveCount} }
    Dead:
      Type: AWS::SQS::Queue
      Properties: { QueueName: !Sub 'dead-\${sls:stage}.fifo', FifoQueue: true }
    Undelivered:
      Type: AWS::SQS::Queue
      Properties: { QueueName: undelivered }
    Bus:
      Type: AWS::Events::EventBus
      Properties: { Name: trial-bus }
    Ledger:
      Type: AWS::DynamoDB::Table
      Properties:
        TableName: trial-ledger
        AttributeDefinitions: [{ AttributeName: pk, AttributeType: S }]
        KeySchema: [{ AttributeName: pk, KeyType: HASH }]
`
