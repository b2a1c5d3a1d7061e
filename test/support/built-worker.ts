import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { SQSBatchResponse, SQSRecord } from 'aws-lambda'
import { systemClock, systemRandom } from '../../lib/adapters/system.js'
import { type Sandbox, type StoreSeed, startSandbox } from '../../lib/local/sandbox/start-sandbox.js'
import { startContainer } from '../../lib/local/stack/container.js'
import type { Declaration, FunctionDeclaration } from '../../lib/local/stack/declaration.js'
import type { BusEvent } from '../../lib/local/stack/event-bus.js'
import { functionEnvironment } from '../../lib/local/stack/function-environment.js'
import { readTemplate } from '../../lib/local/stack/read-template.js'
import { type Emulators, startEmulators } from '../../lib/local/stack/start-emulators.js'
import { type CountingProxy, type Passage, startCountingProxy } from './counting-proxy.js'
import { credentials, region } from './embedded.js'
import { atTheEnd } from './endings.js'
import { sentinelToken } from './sentinel.js'

/** What performOperations calls, as serverless.yml declares it, with nothing that would deliver a message by itself. */
export type Surroundings = {
  declaration: Declaration
  emulators: Emulators
  sandbox: Sandbox
  /** Asks the table itself, past every proxy. */
  dynamodb: DynamoDBClient
  events: BusEvent[]
  /** Everything that any container printed. */
  lines: string[]
}

/** A fresh container of the built bundle, which reaches the world through a proxy of its own. */
export type BuiltWorker = {
  proxy: CountingProxy
  /** One invocation with `invocationMs` left. Rejects when the container is killed meanwhile. */
  deliver(records: SQSRecord[], invocationMs: number): Promise<SQSBatchResponse>
  invoke(event: unknown, invocationMs: number): Promise<unknown>
  /** Resolves when its process and its proxy are gone. */
  stop(): Promise<void>
}

/** Where a container dies: as its call of this number passes the proxy. */
export type Kill = { call: number; passage: Passage }

export const delayScale = 0.01
const storeHash = 'luma7x2'

/** One store, `luma7x2`, with the given payments and so much quota that nothing waits for it. */
export async function startSurroundings(seed: Omit<StoreSeed, 'storeHash'>): Promise<Surroundings> {
  if (!existsSync('dist/functions')) throw new Error('dist/functions is not there: run npm run build first')
  const sandbox = await startSandbox({
    clock: systemClock,
    stores: [{ storeHash, accessToken: sentinelToken, ...seed }],
    quota: { limit: 100_000, windowMs: 60_000 },
    timeScale: delayScale,
  })
  atTheEnd(sandbox.stop)
  const declaration = readTemplate(await readFile('serverless.yml', 'utf8'), 'killed')
  const events: BusEvent[] = []
  const emulators = await startServices(declaration, event => events.push(event))
  emulators.secrets.put(`payops/${storeHash}`, JSON.stringify({ storeHash, accessToken: sentinelToken }))
  const dynamodb = new DynamoDBClient({
    region,
    credentials,
    endpoint: emulators.env['AWS_ENDPOINT_URL_DYNAMODB'] ?? '',
  })
  atTheEnd(() => dynamodb.destroy())
  return { declaration, emulators, sandbox, dynamodb, events, lines: [] }
}

async function startServices(
  declaration: Declaration,
  onEvent: (event: BusEvent) => void,
): Promise<Emulators> {
  const endings: (() => unknown)[] = []
  atTheEnd(async () => {
    for (const end of endings.reverse()) await end()
  })
  const shared = { clock: systemClock, random: systemRandom, directory: undefined }
  return startEmulators(declaration, { ...shared, onEvent, endings })
}

export type BuiltFunction = { functionKey: string; file: string; environment?: Record<string, string> }

const performOperations: BuiltFunction = { functionKey: 'performOperations', file: 'perform-operations' }

/** Its process is started and the bundle imported; with `kill` it dies by SIGKILL where that says. */
export async function startBuiltWorker(
  surroundings: Surroundings,
  kill?: Kill,
  { functionKey, file, environment }: BuiltFunction = performOperations,
): Promise<BuiltWorker> {
  const { declaration, emulators, sandbox, lines } = surroundings
  const declared = declaration.functions[functionKey]
  if (declared === undefined) throw new Error(`serverless.yml declares no ${functionKey}`)
  const proxy = await startCountingProxy({
    env: emulators.env,
    apiUrl: sandbox.url,
    cut: async (number, passage) => {
      if (number !== kill?.call || passage !== kill.passage) return false
      await container.kill()
      return true
    },
  })
  const container = startContainer({
    clock: systemClock,
    hostPath: 'dist/local/function-host.mjs',
    bundlePath: `dist/functions/${file}.mjs`,
    handlerName: 'handler',
    environment: { ...environmentBehind(proxy.url, surroundings, declared), ...environment },
    onLine: line => lines.push(line),
  })
  const stop = async () => {
    await container.kill()
    await proxy.stop()
  }
  try {
    await container.ready
  } catch (error) {
    // A bundle that does not start fails the test; its proxy must not outlive it.
    await stop()
    throw error
  }
  const invoke = (event: unknown, invocationMs: number): Promise<unknown> =>
    container.invoke(event, { functionName: declared.name, awsRequestId: systemRandom.uuid() }, invocationMs)
  return {
    proxy,
    deliver: async (Records, invocationMs) => (await invoke({ Records }, invocationMs)) as SQSBatchResponse,
    invoke,
    stop,
  }
}

/** What the template declares, with every endpoint replaced by the proxy. */
function environmentBehind(
  proxyUrl: string,
  { declaration, emulators, sandbox }: Surroundings,
  declared: FunctionDeclaration,
): Record<string, string> {
  const { env, queueUrls } = emulators
  const behind = (url: string) => `${proxyUrl}${new URL(url).pathname.replace(/\/$/, '')}`
  const queues = Object.entries(queueUrls).map(([id, url]) => [id, behind(url)])
  const endpoints = Object.entries(env).map(([name, value]) => [
    name,
    name.startsWith('AWS_ENDPOINT_URL_') ? proxyUrl : value,
  ])
  return {
    ...functionEnvironment(declared, declaration.region, Object.fromEntries(queues)),
    ...Object.fromEntries(endpoints),
    B2B_API_BASE_URL: behind(sandbox.url),
    DEFAULT_STORE_HASH: storeHash,
    DELAY_SCALE: String(delayScale),
    LOG_LEVEL: 'DEBUG',
  }
}
