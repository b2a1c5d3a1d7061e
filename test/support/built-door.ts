import { readFile } from 'node:fs/promises'
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import type { LambdaFunctionURLEvent } from 'aws-lambda'
import { systemClock, systemRandom } from '../../lib/adapters/system.js'
import { startContainer } from '../../lib/local/stack/container.js'
import { functionEnvironment } from '../../lib/local/stack/function-environment.js'
import { readTemplate } from '../../lib/local/stack/read-template.js'
import { type Emulators, startEmulators } from '../../lib/local/stack/start-emulators.js'
import { type CountingProxy, type Passage, startCountingProxy } from './counting-proxy.js'
import { atTheEnd } from './endings.js'

export type DoorAnswer = { statusCode: number; headers: Record<string, string>; body: string }

/** The built receiveWebhook in a container of its own, with real queues and secrets behind a proxy. */
export type BuiltDoor = {
  call(event: LambdaFunctionURLEvent): Promise<DoorAnswer>
  /** An event of any shape. */
  invoke(event: unknown): Promise<unknown>
  emulators: Emulators
  proxy: CountingProxy
  /** Ends the container, and returns everything that it printed: its last lines may come after its last answer. */
  printed(): Promise<string[]>
  /** What the intake queue holds, as it was sent. */
  intake(): Promise<{ body: string; groupId: string | undefined; deduplicationId: string | undefined }[]>
}

export async function startBuiltDoor(
  options: {
    environment?: Record<string, string>
    cut?: (action: string, passage: Passage) => Promise<boolean>
  } = {},
): Promise<BuiltDoor> {
  const template = await readFile('serverless.yml', 'utf8')
  // What is delayed cannot be seen.
  const declaration = readTemplate(
    template.replace(/webhookDelaySeconds: \d+/, 'webhookDelaySeconds: 0'),
    'door',
  )
  const endings: (() => unknown)[] = []
  atTheEnd(async () => {
    for (const end of endings.reverse()) await end()
  })
  const shared = { clock: systemClock, random: systemRandom, directory: undefined }
  const emulators = await startEmulators(declaration, { ...shared, onEvent: () => undefined, endings })
  const declared = declaration.functions['receiveWebhook']
  if (declared === undefined) throw new Error('serverless.yml declares no receiveWebhook')
  const proxy: CountingProxy = await startCountingProxy({
    env: emulators.env,
    apiUrl: 'http://127.0.0.1:9/none',
    cut: async (number, passage) => (await options.cut?.(proxy.calls()[number - 1] ?? '', passage)) ?? false,
  })
  atTheEnd(proxy.stop)
  const queueUrl = emulators.queueUrls['WebhookQueue'] ?? ''
  const behind = `${proxy.url}${new URL(queueUrl).pathname}`
  const endpoints = Object.entries(emulators.env).map(([name, value]) => [
    name,
    name.startsWith('AWS_ENDPOINT_URL_') ? proxy.url : value,
  ])
  const lines: string[] = []
  const container = startContainer({
    clock: systemClock,
    hostPath: 'dist/local/function-host.mjs',
    bundlePath: 'dist/functions/receive-webhook.mjs',
    handlerName: 'handler',
    environment: {
      ...functionEnvironment(declared, declaration.region, { WebhookQueue: behind }),
      ...Object.fromEntries(endpoints),
      WEBHOOK_QUEUE_URL: behind,
      ...options.environment,
    },
    onLine: line => lines.push(line),
  })
  atTheEnd(container.kill)
  await container.ready
  const invoke = (event: unknown): Promise<unknown> =>
    container.invoke(event, { functionName: declared.name, awsRequestId: systemRandom.uuid() }, 10_000)
  return {
    call: async event => (await invoke(event)) as DoorAnswer,
    invoke,
    emulators,
    proxy,
    printed: async () => {
      await container.kill()
      return lines
    },
    intake: () => receiveAll(emulators, queueUrl),
  }
}

async function receiveAll({ sqs }: Emulators, QueueUrl: string) {
  const all: Awaited<ReturnType<BuiltDoor['intake']>> = []
  for (;;) {
    const command = new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['All'],
    })
    const { Messages = [] } = await sqs.send(command)
    if (Messages.length === 0) return all
    for (const { Body = '', Attributes = {} } of Messages)
      all.push({
        body: Body,
        groupId: Attributes['MessageGroupId'],
        deduplicationId: Attributes['MessageDeduplicationId'],
      })
  }
}
