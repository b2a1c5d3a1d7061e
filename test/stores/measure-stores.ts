import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs'
import { systemClock, systemRandom } from '../../lib/adapters/system.js'
import { type Sandbox, startSandbox } from '../../lib/local/sandbox/start-sandbox.js'
import { type Stack, startStack } from '../../lib/local/stack/start-stack.js'
import { firstPaymentId, type PlantedStores, plantStores } from './plant-stores.js'

export type StoresPlan = {
  stores: number
  ailing: number
  /** Requests of each store, each on a payment of its own. */
  payments: number
  quota: { limit: number; windowMs: number }
  delayScale: number
}

export type StoresMeasured = {
  /** From the first message sent until the last request of a well store had its outcome. */
  tookMs: number
  /** Effects of the well stores, and of them those that were not wanted exactly once. */
  effects: number
  wrong: number
  callsOfAiling: number
  /** The most reads of one well store's secret. */
  secretReadsMax: number
  containers: number
}

// NODE_OPTIONS takes double quotes and spaces for its own.
const sayPid = `data:text/javascript,${encodeURIComponent("console.log('container ' + process.pid)")}`

/** One fresh deployment, the well stores' requests on it and, unless they are `alone`, those of the ailing among them. */
export async function measureStores(plan: StoresPlan, alone: boolean): Promise<StoresMeasured> {
  const planted = plantStores(plan)
  const sandbox = await startSandbox({
    clock: systemClock,
    stores: planted.seeds,
    quota: plan.quota,
    slowMs: 3_600_000,
  })
  try {
    return await measureOn(sandbox, planted, plan, alone)
  } finally {
    await sandbox.stop()
  }
}

async function measureOn(
  sandbox: Sandbox,
  planted: PlantedStores,
  plan: StoresPlan,
  alone: boolean,
): Promise<StoresMeasured> {
  for (const { storeHash, ailment } of planted.ailing) {
    if (ailment.fault !== undefined)
      sandbox.misbehave({ fault: ailment.fault, storeHash, times: Number.POSITIVE_INFINITY })
  }
  // Each container says its process id when it starts.
  const containers = new Set<string>()
  const stack = await startStack({
    clock: systemClock,
    random: systemRandom,
    template: 'serverless.yml',
    distDirectory: 'dist',
    environment: {
      B2B_API_BASE_URL: sandbox.url,
      DELAY_SCALE: String(plan.delayScale),
      NODE_OPTIONS: `--max-semi-space-size=4 --import ${sayPid}`,
    },
    secrets: planted.secrets,
    onFunctionLog: (key, line) => {
      if (key === 'performOperations' && line.startsWith('container ')) containers.add(line)
    },
  })
  try {
    const well = new Set(planted.well)
    const wanted = planted.well.length * plan.payments
    const ended = awaitOutcomes(stack, well, wanted)
    const from = systemClock.now()
    await feed(stack, planted, plan.payments, alone)
    await ended
    const tookMs = systemClock.now() - from
    const reads = planted.well.map(storeHash => stack.secretReads().get(`payops/${storeHash}`) ?? 0)
    const counted = { secretReadsMax: Math.max(...reads), containers: containers.size }
    return { tookMs, ...judge(sandbox, well, wanted), ...counted }
  } finally {
    await stack.stop()
  }
}

function awaitOutcomes(stack: Stack, stores: Set<string>, wanted: number): Promise<void> {
  const seen = new Set<string>()
  return new Promise(resolve => {
    stack.onBusEvent(({ source, detail }) => {
      if (source !== 'payops' || !stores.has(String(detail['storeHash']))) return
      seen.add(`${detail['storeHash']}#${detail['requestId']}`)
      if (seen.size === wanted) resolve()
    })
  })
}

/** Payment by payment through all stores, as many producers side by side would. */
async function feed(stack: Stack, planted: PlantedStores, payments: number, alone: boolean): Promise<void> {
  const ailing = new Set(planted.ailing.map(({ storeHash }) => storeHash))
  const bodies: { group: string; id: string; body: string }[] = []
  for (let index = 0; index < payments; index += 1) {
    for (const { storeHash } of planted.seeds) {
      if (alone && ailing.has(storeHash)) continue
      const paymentId = firstPaymentId + index
      const requestId = `${storeHash}-${paymentId}`
      const body = JSON.stringify({ requestId, storeHash, paymentId, operationCode: 0 })
      bodies.push({ group: `${storeHash}:${paymentId}`, id: requestId, body })
    }
  }
  const client = new SQSClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    endpoint: stack.env['AWS_ENDPOINT_URL_SQS'] ?? '',
  })
  try {
    for (let from = 0; from < bodies.length; from += 10) {
      const Entries = bodies.slice(from, from + 10).map(({ group, id, body }) => ({
        Id: id,
        MessageBody: body,
        MessageGroupId: group,
        MessageDeduplicationId: id,
      }))
      await client.send(
        new SendMessageBatchCommand({ QueueUrl: stack.queueUrls['OperationsQueue'], Entries }),
      )
    }
  } finally {
    client.destroy()
  }
}

function judge(sandbox: Sandbox, well: Set<string>, wanted: number) {
  const counts = new Map<string, number>()
  for (const { storeHash, paymentId } of sandbox.effects()) {
    if (!well.has(storeHash)) continue
    const key = `${storeHash}#${paymentId}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const twice = [...counts.values()].filter(count => count !== 1).length
  const callsOfAiling = sandbox.calls().filter(({ storeHash }) => !well.has(storeHash ?? '')).length
  return { effects: counts.size, wrong: twice + (wanted - counts.size), callsOfAiling }
}
