import { systemClock, systemRandom } from '../../lib/adapters/system.js'
import { proveEffects } from '../../lib/cli/start/proof.js'
import { readLedger } from '../../lib/cli/start/read-ledger.js'
import { createRunClients } from '../../lib/cli/start/run-clients.js'
import type { Sandbox } from '../../lib/local/sandbox/sandbox.js'
import { startSandbox } from '../../lib/local/sandbox/start-sandbox.js'
import { type Stack, startStack } from '../../lib/local/stack/start-stack.js'
import { type Called, createCaller } from './call-door.js'
import { type Judged, judgeWebhooks } from './judge-webhooks.js'
import { planWebhooks, type WebhookPlan } from './plan-webhooks.js'
import { webhookStores } from './webhook-stores.js'

export type RunOptions = { count: number; seed: number; outageMs: number }
export type RunResult = { plan: WebhookPlan; judged: Judged; called: Called }

const callersAtOnce = 4
const endMaxMs = 300_000
const queues = ['WebhookQueue', 'OperationsQueue'] as const

/** Webhooks over HTTP at the Function URL of the embedded stack, real bundles behind it, until nothing is left in any queue. */
export async function runWebhooks({ count, seed, outageMs }: RunOptions): Promise<RunResult> {
  const stores = webhookStores()
  const plan = planWebhooks(count, seed)
  const sandbox = await startSandbox({
    clock: systemClock,
    stores: stores.map(store => store.seed),
    quota: { limit: 1_000_000, windowMs: 60_000 },
    timeScale: 0.01,
  })
  const stack = await startStack({
    clock: systemClock,
    random: systemRandom,
    template: 'serverless.yml',
    distDirectory: 'dist',
    params: { webhookDelaySeconds: '1' },
    environment: { B2B_API_BASE_URL: sandbox.url, DELAY_SCALE: '0.1', LOG_LEVEL: 'ERROR' },
    secrets: Object.fromEntries(stores.map(({ secretName, secret }) => [secretName, secret])),
  })
  const clients = createRunClients(stack.env)
  try {
    const url = stack.functionUrls['receiveWebhook'] ?? ''
    const caller = createCaller({ clock: systemClock, random: systemRandom, url, stores })
    await callAll(plan, { sandbox, stack, caller, outageMs })
    await awaitEmpty(stack)
    const proof = proveEffects(await readLedger(clients.dynamodb, stack.tableName), sandbox.effects())
    const letters = stack.queueDepth('OperationsDeadLetterQueue').ready
    return { plan, called: caller.called(), judged: judgeWebhooks({ plan, sandbox, proof, letters }) }
  } finally {
    clients.close()
    await stack.stop()
    await sandbox.stop()
  }
}

type Parts = { sandbox: Sandbox; stack: Stack; caller: ReturnType<typeof createCaller>; outageMs: number }

/** A few at a time, as a store does; for a while in the middle the operations queue takes nothing. */
async function callAll({ steps }: WebhookPlan, { sandbox, stack, caller, outageMs }: Parts): Promise<void> {
  let next = 0
  let outage: Promise<void> | undefined
  const lane = async (): Promise<void> => {
    for (let step = steps[next]; step !== undefined; step = steps[next]) {
      next += 1
      if (next === Math.floor(steps.length / 2)) outage = refuseFor(stack, outageMs)
      const hash =
        step.kind === 'change'
          ? sandbox.changeOrder(step.storeHash, { id: step.orderId, fundingStatus: step.fundingStatus })
          : ''
      await caller.call(step, hash)
    }
  }
  await Promise.all(Array.from({ length: callersAtOnce }, lane))
  await outage
}

async function refuseFor(stack: Stack, outageMs: number): Promise<void> {
  stack.refuseSends('OperationsQueue', true)
  await systemClock.sleep(outageMs)
  stack.refuseSends('OperationsQueue', false)
}

/** Several looks in a row: between two queues a message may be in neither for a moment. */
async function awaitEmpty(stack: Stack): Promise<void> {
  const until = systemClock.now() + endMaxMs
  const isEmpty = () =>
    queues.every(queue => {
      const { ready, delayed, inFlight } = stack.queueDepth(queue)
      return ready + delayed + inFlight === 0
    })
  for (let empty = 0; empty < 5 && systemClock.now() < until; ) {
    empty = isEmpty() ? empty + 1 : 0
    await systemClock.sleep(200)
  }
}
