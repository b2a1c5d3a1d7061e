import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { SQSBatchResponse } from 'aws-lambda'
import { systemClock, systemRandom } from '../../../lib/adapters/system.js'
import { startSandbox } from '../../../lib/local/sandbox/start-sandbox.js'
import { type Container, startContainer } from '../../../lib/local/stack/container.js'
import { functionEnvironment } from '../../../lib/local/stack/function-environment.js'
import { readTemplate } from '../../../lib/local/stack/read-template.js'
import { benchStore } from '../bench-store.js'
import { benchTables } from '../protocol.js'
import { startBenchAws } from './bench-aws.js'
import { judgeWindows, type Verdict } from './judge-windows.js'
import { createLightQueue, type LightQueue } from './light-queue.js'
import { type Habit, startNeighbour } from './neighbour.js'

export type QuotaRun = {
  workers: number
  neighbour: Habit
  /** Of the scaled-down minute. */
  windowMs: number
  requests: number
  bundle: string
  /** For the patient variant: the longest wait in the function, before DELAY_SCALE. */
  waitMaxMs?: number
}

export type QuotaOutcome = Verdict & {
  run: QuotaRun
  elapsedMs: number
  deliveries: number
  invocations: number
  billedMs: number
  ledgerWrites: number
  deadLetters: number
  /** Requests without an effect in the store, or with more than one. */
  lost: number
  twice: number
}

const limit = 150
const reserve = 15
const batchMax = 10
const pollMs = 5
const invocationMs = 30_000
const { storeHash, token } = benchStore

/** N fresh processes of the bundle before one store, until every request is done. */
export async function runQuota(run: QuotaRun): Promise<QuotaOutcome> {
  if (!existsSync(run.bundle)) throw new Error(`${run.bundle} is not there: run npm run build first`)
  const ids = Array.from({ length: run.requests }, (_, index) => index + 1)
  const quota = { limit, windowMs: run.windowMs }
  const sandbox = await startSandbox({
    clock: systemClock,
    stores: [createStore(ids)],
    quota,
    timeScale: run.windowMs / 60_000,
  })
  const queue = createLightQueue(
    systemClock,
    ids.map(paymentId => JSON.stringify({ requestId: `r-${paymentId}`, paymentId, operationCode: 0 })),
    run.windowMs / 60_000,
  )
  const aws = await startBenchAws(queue)
  const environment = await createEnvironment(run, sandbox.url, aws.url)
  const containers = Array.from({ length: run.workers }, () => startWorker(run, environment))
  const neighbour = startNeighbour({
    clock: systemClock,
    random: systemRandom,
    habit: run.neighbour,
    url: sandbox.url,
    headers: { 'X-Auth-Token': token, 'X-Store-Hash': storeHash },
    quota,
  })
  try {
    const startedAt = systemClock.now()
    const totals = { deliveries: 0, invocations: 0, billedMs: 0 }
    await Promise.all(containers.map(container => serveQueue(container, queue, totals)))
    const elapsedMs = systemClock.now() - startedAt
    await neighbour.stop()
    const effects = new Map<number, number>()
    for (const { paymentId } of sandbox.effects()) effects.set(paymentId, (effects.get(paymentId) ?? 0) + 1)
    return {
      run,
      ...judgeWindows(sandbox.calls(), { ...quota, reserve }, run.requests),
      ...totals,
      elapsedMs,
      ledgerWrites: aws.calls()['DynamoDB PutItem'] ?? 0,
      deadLetters: queue.deadLetters(),
      lost: ids.filter(id => !effects.has(id)).length,
      twice: [...effects.values()].filter(times => times > 1).length,
    }
  } finally {
    await neighbour.stop()
    await Promise.all(containers.map(container => container.kill()))
    await aws.stop()
    await sandbox.stop()
  }
}

/** What an event source mapping does, for one container. */
async function serveQueue(
  container: Container,
  queue: LightQueue,
  totals: { deliveries: number; invocations: number; billedMs: number },
): Promise<void> {
  await container.ready
  while (queue.left() > 0) {
    const Records = queue.receive(batchMax)
    if (Records.length === 0) {
      await systemClock.sleep(pollMs)
      continue
    }
    const startedAt = systemClock.now()
    const context = { functionName: 'performOperations', awsRequestId: systemRandom.uuid() }
    const answer = (await container.invoke({ Records }, context, invocationMs)) as SQSBatchResponse
    totals.billedMs += systemClock.now() - startedAt
    totals.invocations += 1
    totals.deliveries += Records.length
    const returned = new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))
    queue.remove(Records.map(({ messageId }) => messageId).filter(messageId => !returned.has(messageId)))
  }
}

const startWorker = (run: QuotaRun, environment: Record<string, string>): Container =>
  startContainer({
    clock: systemClock,
    hostPath: 'dist/local/function-host.mjs',
    bundlePath: run.bundle,
    handlerName: 'handler',
    environment,
    onLine: line => {
      if (line.includes('"ERROR"')) console.error(line)
    },
  })

async function createEnvironment(
  run: QuotaRun,
  apiUrl: string,
  awsUrl: string,
): Promise<Record<string, string>> {
  const declaration = readTemplate(await readFile('serverless.yml', 'utf8'), 'bench')
  const declared = declaration.functions['performOperations']
  if (declared === undefined) throw new Error('serverless.yml declares no performOperations')
  return {
    ...functionEnvironment(declared, declaration.region, {
      OperationsQueue: `${awsUrl}/000000000000/operations.fifo`,
      OperationsDeadLetterQueue: `${awsUrl}/000000000000/operations-dlq.fifo`,
    }),
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_REGION: declaration.region,
    AWS_ENDPOINT_URL: awsUrl,
    B2B_API_BASE_URL: apiUrl,
    LEDGER_TABLE_NAME: benchTables.ledger,
    DEFAULT_STORE_HASH: storeHash,
    DELAY_SCALE: String(run.windowMs / 60_000),
    LOG_LEVEL: 'WARN',
    ...(run.waitMaxMs !== undefined && { BENCH_WAIT_MAX_MS: String(run.waitMaxMs) }),
  }
}

const createStore = (ids: number[]) => ({
  storeHash,
  accessToken: token,
  payments: ids.map(id => ({ id, currency: 'USD', lineItems: [{ invoiceId: 1, amount: '1.0000' }] })),
  invoices: [{ id: 1, currency: 'USD', originalBalance: '1000000.0000' }],
})
