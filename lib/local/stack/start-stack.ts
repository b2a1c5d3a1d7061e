import { readFile } from 'node:fs/promises'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import type { Clock, Random } from '../../core/time.js'
import type { Declaration } from './declaration.js'
import { createDeliveries, type QueueMessage } from './deliver-events.js'
import type { BusEvent } from './event-bus.js'
import { functionEnvironment } from './function-environment.js'
import { createFunctionPool } from './function-pool.js'
import type { QueueDepth } from './queues.js'
import { readTemplate } from './read-template.js'
import { type Emulators, startEmulators } from './start-emulators.js'
import { startTriggers } from './start-triggers.js'

export type { BusEvent } from './event-bus.js'

export type StackOptions = {
  clock: Clock
  random: Random
  /** Path of serverless.yml. */
  template: string
  /** Path of dist/: the handler `dist/functions/x.handler` is `<distDirectory>/functions/x.mjs`. */
  distDirectory: string
  /** Where the table lives on disk, in `ledger` below it; absent: in memory. Secrets and queues never touch the disk. */
  directory?: string
  stage?: string
  /** Go before the template's own params, as `--param` does. */
  params?: Record<string, string>
  /** Laid over each function's declared environment. */
  environment: Record<string, string>
  /** Name to SecretString, made at the start. */
  secrets?: Record<string, string>
  /** Stdout and stderr of the containers, and what the stack has to say about a function, line by line. */
  onFunctionLog?: (functionKey: string, line: string) => void
}

export type Stack = {
  /** What an SDK client or the AWS CLI needs to speak to the stack. */
  env: Record<string, string>
  /** By logical id. */
  queueUrls: Record<string, string>
  /** The Function URLs, by key in the template. */
  functionUrls: Record<string, string>
  tableName: string
  eventBusName: string
  /** Every accepted event of the bus, in order. */
  onBusEvent(listener: (event: BusEvent) => void): void
  /** Makes the secret or a new version of it; returns the version's id. */
  putSecret(name: string, value: string): string
  queueDepth(logicalId: string): QueueDepth
  /** How often each secret's value was read since the start, by name. */
  secretReads(): ReadonlyMap<string, number>
  /** Runs a function once and returns its answer, as a synchronous invocation does. */
  invoke(functionKey: string, event: unknown): Promise<unknown>
  /** An outage, by logical id: while it is on, the queue takes no message. */
  refuseSends(logicalId: string, refuses: boolean): void
  /** An outage: the next calls to Secrets Manager fail, or the next entries of PutEvents are refused. */
  breakDown(what: 'secrets' | 'eventEntries', times: number): void
  /** Kills the containers and closes the servers; nothing keeps the process alive afterwards. */
  stop(): Promise<void>
}

/** Makes what a serverless.yml declares, on free ports of the loopback interface, and runs the built functions in it. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const text = await readFile(options.template, 'utf8')
  const declaration = readTemplate(text, options.stage ?? 'local', options.params)
  const endings: (() => unknown)[] = []
  const stop = async () => {
    for (const end of endings.splice(0).reverse()) await end()
  }
  try {
    return { ...(await assemble(declaration, options, endings)), stop }
  } catch (error) {
    // Half a stack is no stack: what runs already would keep the process alive.
    await stop()
    throw error
  }
}

async function assemble(
  declaration: Declaration,
  options: StackOptions,
  endings: (() => unknown)[],
): Promise<Omit<Stack, 'stop'>> {
  const { clock, random, directory } = options
  const listeners: ((event: BusEvent) => void)[] = []
  // The bus and the Function URLs run before the functions that they call; nobody knows their addresses before those are there.
  let functions: ReturnType<typeof startFunctions> | undefined
  const onEvent = (event: BusEvent) => {
    for (const listener of listeners) listener(event)
    functions?.deliveries.route(event)
  }
  const emulators = await startEmulators(declaration, {
    clock,
    random,
    directory,
    onEvent,
    invoke: async (key, event) => functions?.invoke(key, event),
    environment: options.environment,
    endings,
  })
  const { queues, secrets, events, env, queueUrls, functionUrls } = emulators
  for (const [name, value] of Object.entries(options.secrets ?? {})) secrets.put(name, value)
  functions = startFunctions(declaration, emulators, options)
  endings.push(functions.stop)
  return {
    env,
    queueUrls,
    functionUrls,
    tableName: declaration.table.name,
    eventBusName: declaration.bus.name,
    onBusEvent: listener => void listeners.push(listener),
    putSecret: secrets.put,
    queueDepth: logicalId => queues.depth(declaration.queues[logicalId]?.name ?? logicalId),
    refuseSends: (logicalId, refuses) =>
      queues.refuseSends(declaration.queues[logicalId]?.name ?? logicalId, refuses),
    secretReads: secrets.reads,
    invoke: functions.invoke,
    breakDown: (what, times) =>
      what === 'secrets' ? secrets.failNext(times) : events.failNextEntries(times),
  }
}

function startFunctions(declaration: Declaration, emulators: Emulators, options: StackOptions) {
  const { clock, random, distDirectory } = options
  const { env, queueUrls, functionUrls, sqs } = emulators
  const log = options.onFunctionLog ?? (() => undefined)
  const pools = new Map(
    Object.entries(declaration.functions).map(([key, declared]) => {
      const inherent = functionEnvironment(declared, declaration.region, queueUrls, functionUrls)
      const environment = { ...inherent, ...options.environment, ...env }
      const onLine = (line: string) => log(key, line)
      return [
        key,
        createFunctionPool({ clock, random, declaration: declared, distDirectory, environment, onLine }),
      ]
    }),
  )
  const invoke = async (key: string, event: unknown): Promise<unknown> => {
    const pool = pools.get(key)
    if (!pool) throw new Error(`There is no function ${key}`)
    return pool.invoke(event)
  }
  const send = async (queue: string, { body, attributes }: QueueMessage) => {
    const MessageAttributes = Object.fromEntries(
      Object.entries(attributes).map(([name, text]) => [name, { DataType: 'String', StringValue: text }]),
    )
    await sqs.send(
      new SendMessageCommand({ QueueUrl: queueUrls[queue], MessageBody: body, MessageAttributes }),
    )
  }
  const deliveries = createDeliveries(declaration.functions, { clock, random, invoke, send, onLine: log })
  const { invokeAsynchronously } = deliveries
  const triggers = startTriggers(declaration, {
    clock,
    random,
    sqs,
    queueUrls,
    invoke,
    invokeAsynchronously,
    onLine: log,
  })
  const stop = async () => {
    // Whoever starts work is told to stop first and, its containers killed, ends at once.
    const ended = [...triggers, deliveries].map(worker => worker.stop())
    await Promise.all([...pools.values()].map(pool => pool.stop()))
    await Promise.all(ended)
  }
  return { invoke, deliveries, stop }
}
