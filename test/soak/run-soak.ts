import { SendMessageBatchCommand } from '@aws-sdk/client-sqs'
import { systemClock, systemRandom } from '../../lib/adapters/system.js'
import { type Proof, proveEffects } from '../../lib/cli/start/proof.js'
import { readLedger } from '../../lib/cli/start/read-ledger.js'
import { createRunClients, type RunClients } from '../../lib/cli/start/run-clients.js'
import { startSandbox } from '../../lib/local/sandbox/start-sandbox.js'
import { type Stack, startStack } from '../../lib/local/stack/start-stack.js'
import type { Sample } from './judge-soak.js'
import { nextRequests, soakStores } from './soak-requests.js'

export type SoakPlan = {
  minutes: number
  messagesPerSecond: number
  faults: { rate: number; seed: number }
  /** Path of the built container probe. */
  probe: string
  probeMs: number
}

export type SoakResult = { samples: Sample[]; sent: number; told: number; faults: number; proof: Proof }

/** What is waited for the last outcomes once nothing is sent any more. */
const endMaxMs = 120_000

/** The embedded stack before a sandbox with faults, fed evenly; then the proof that every effect is there exactly once. */
export async function runSoak(plan: SoakPlan): Promise<SoakResult> {
  const stores = soakStores()
  const sandbox = await startSandbox({
    clock: systemClock,
    stores: stores.map(({ seed }) => seed),
    quota: { limit: 1_000_000, windowMs: 60_000 },
    faults: plan.faults,
    timeScale: 0.01,
    listLagMs: 0,
  })
  const samples: Sample[] = []
  const stack = await startStack({
    clock: systemClock,
    random: systemRandom,
    template: 'serverless.yml',
    distDirectory: 'dist',
    environment: {
      B2B_API_BASE_URL: sandbox.url,
      DELAY_SCALE: '0.01',
      LOG_LEVEL: 'ERROR',
      // Secrets are read again and again, as over days.
      CREDENTIALS_TTL_SECONDS: '10',
      PAYOPS_PROBE_MS: String(plan.probeMs),
      NODE_OPTIONS: `--max-semi-space-size=4 --expose-gc --import ${plan.probe}`,
    },
    secrets: Object.fromEntries(stores.map(({ secretName, secret }) => [secretName, secret])),
    onFunctionLog: (key, line) => {
      if (key === 'performOperations' && line.startsWith('{"probe":')) samples.push(readSample(line))
    },
  })
  const clients = createRunClients(stack.env)
  try {
    const told = new Set<string>()
    stack.onBusEvent(({ source, detail }) => {
      if (source === 'payops') told.add(String(detail['requestId']))
    })
    const sent = await feed(stack, clients, plan)
    await awaitEnd(() => told.size >= sent)
    const entries = await readLedger(clients.dynamodb, stack.tableName)
    const faults = sandbox.calls().filter(({ fault }) => fault !== undefined).length
    return { samples, sent, told: told.size, faults, proof: proveEffects(entries, sandbox.effects()) }
  } finally {
    clients.close()
    await stack.stop()
    await sandbox.stop()
  }
}

async function feed(stack: Stack, { sqs }: RunClients, plan: SoakPlan): Promise<number> {
  const from = systemClock.now()
  let sent = 0
  while (systemClock.now() - from < plan.minutes * 60_000) {
    const due = ((systemClock.now() - from) / 1_000) * plan.messagesPerSecond
    // What waits is not let grow: then the queue would be what is measured.
    const { ready, delayed, inFlight } = stack.queueDepth('OperationsQueue')
    if (sent < due && ready + delayed + inFlight < 500) {
      const requests = nextRequests(sent, 10)
      const Entries = requests.map(({ requestId, body, group }) => ({
        Id: requestId,
        MessageBody: body,
        MessageGroupId: group,
        MessageDeduplicationId: requestId,
      }))
      await sqs.send(new SendMessageBatchCommand({ QueueUrl: stack.queueUrls['OperationsQueue'], Entries }))
      sent += requests.length
    } else await systemClock.sleep(20)
  }
  return sent
}

async function awaitEnd(isOver: () => boolean): Promise<void> {
  const until = systemClock.now() + endMaxMs
  while (!isOver() && systemClock.now() < until) await systemClock.sleep(100)
}

function readSample(line: string): Sample {
  const { probe, ...held } = JSON.parse(line) as Omit<Sample, 'pid'> & { probe: number }
  return { pid: probe, ...held }
}
