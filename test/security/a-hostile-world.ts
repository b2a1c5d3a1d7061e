import { resolve } from 'node:path'
import { expect } from '@jest/globals'
import { exampleStores } from '../../lib/local/sandbox/example-stores.js'
import { functionEnvironment } from '../../lib/local/stack/function-environment.js'
import { type LambdaContainer, startLambdaContainer } from '../functions/runtime/lambda-container.js'
import { type Surroundings, startSurroundings } from '../support/built-worker.js'
import { drainQueue } from '../support/drain-queue.js'
import { atTheEnd } from '../support/endings.js'
import { scanTable } from '../support/scan-table.js'
import { sentinelToken } from '../support/sentinel.js'

/** The built functions, run as Lambda runs them, before a store whose token is the sentinel; and all that leaves them. */
export type HostileWorld = Surroundings & {
  start(functionKey: string, environment?: Record<string, string>): Promise<LambdaContainer>
  /** What `payops` needs to work on it. */
  commandEnv: Record<string, string>
  /** Everything that is to be seen from outside: printed lines, events, dead letters, messages, the ledger. */
  seen(): Promise<{ lines: string[]; events: unknown[]; letters: unknown[]; items: unknown[] }>
}

export async function startHostileWorld(): Promise<HostileWorld> {
  const [luma] = exampleStores({ luma7x2: { accessToken: sentinelToken } })
  if (luma === undefined) throw new Error('the examples hold no store')
  const surroundings = await startSurroundings(luma)
  const { declaration, emulators, sandbox, events } = surroundings
  const containers: LambdaContainer[] = []
  const environment = { ...emulators.env, B2B_API_BASE_URL: sandbox.url, DELAY_SCALE: '0.01' }
  const queue = (logicalId: string): string => emulators.queueUrls[logicalId] ?? ''
  return {
    ...surroundings,
    commandEnv: {
      ...environment,
      OPERATIONS_QUEUE_URL: queue('OperationsQueue'),
      DEAD_LETTER_QUEUE_URL: queue('OperationsDeadLetterQueue'),
      EVENTS_DEAD_LETTER_QUEUE_URL: queue('EventsDeadLetterQueue'),
      LEDGER_TABLE_NAME: declaration.table.name,
      EVENT_BUS_NAME: declaration.bus.name,
    },
    start: async (functionKey, own = {}) => {
      const declared = declaration.functions[functionKey]
      if (declared === undefined) throw new Error(`serverless.yml declares no ${functionKey}`)
      const container = await startLambdaContainer(resolve('.'), {
        ...functionEnvironment(declared, declaration.region, emulators.queueUrls),
        ...environment,
        DEFAULT_STORE_HASH: 'luma7x2',
        LOG_LEVEL: 'DEBUG',
        ...own,
      })
      containers.push(container)
      atTheEnd(container.stop)
      return container
    },
    seen: async () => {
      const sqs = emulators.env['AWS_ENDPOINT_URL_SQS'] ?? ''
      const drained = await Promise.all(Object.values(emulators.queueUrls).map(url => drainQueue(sqs, url)))
      return {
        lines: containers.flatMap(container => container.lines()),
        events,
        letters: drained.flat(),
        items: await scanTable(emulators.env['AWS_ENDPOINT_URL_DYNAMODB'] ?? '', declaration.table.name),
      }
    },
  }
}

/** What a container of Lambda's 512 MiB has to stay far below, with Node itself in it. */
export const expectMemoryBelow = (container: LambdaContainer, maxMiB: number): void =>
  expect(container.peakMiB() ?? 0).toBeLessThan(maxMiB)
