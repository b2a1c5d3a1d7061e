import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock, systemRandom } from '../../lib/adapters/system.js'
import { exampleStores } from '../../lib/local/sandbox/example-stores.js'
import { type Sandbox, startSandbox } from '../../lib/local/sandbox/start-sandbox.js'
import { type BusEvent, type Stack, startStack } from '../../lib/local/stack/start-stack.js'
import { startCountingProxy } from './counting-proxy.js'
import { atTheEnd } from './endings.js'
import { sentinelToken } from './sentinel.js'
import { waitUntil } from './wait-until.js'

export type ContendedDeployment = {
  stack: Stack
  sandbox: Sandbox
  lines: string[]
  events: BusEvent[]
  /** Batches that found the request in another's hands and went back, until the first write was let through. */
  turnedAway(): number
}

/** Two are certain to come: no batch holds more than ten of the deliveries, however they fall. */
const turnedAwayMin = 2
/** The write has ten seconds; one whose answer comes too late would be another test's matter. */
const heldMaxMs = 8_000

/**
 * The full stack before a store whose first write is held up until other deliveries have met the one that made it. The time-out
 * is shortened, and with it the lease, which is what those others wait for.
 */
export async function startContendedDeployment(): Promise<ContendedDeployment> {
  if (!existsSync('dist/functions')) throw new Error('dist/functions is not there: run npm run build first')
  const stores = exampleStores({ luma7x2: { accessToken: sentinelToken } })
  const sandbox = await startSandbox({ clock: systemClock, stores })
  atTheEnd(sandbox.stop)
  const lines: string[] = []
  const countTurnedAway = () =>
    lines.filter(line => line.includes('another delivery of it is being worked on')).length
  let turnedAway = 0
  const proxy = await startCountingProxy({
    env: {},
    apiUrl: sandbox.url,
    cut: async (number, passage) => {
      if (number > 1 || passage !== 'arrived') return false
      await waitUntil(() => countTurnedAway() >= turnedAwayMin, heldMaxMs)
      turnedAway = countTurnedAway()
      return false
    },
  })
  atTheEnd(proxy.stop)
  const stack = await startStack({
    clock: systemClock,
    random: systemRandom,
    template: await writeTemplate(),
    distDirectory: 'dist',
    environment: {
      B2B_API_BASE_URL: `${proxy.url}${new URL(sandbox.url).pathname}`,
      DELAY_SCALE: '0.01',
    },
    secrets: { 'payops/luma7x2': JSON.stringify({ storeHash: 'luma7x2', accessToken: sentinelToken }) },
    onFunctionLog: (_, line) => lines.push(line),
  })
  atTheEnd(stack.stop)
  const events: BusEvent[] = []
  stack.onBusEvent(event => events.push(event))
  return { stack, sandbox, lines, events, turnedAway: () => turnedAway }
}

async function writeTemplate(): Promise<string> {
  const template = await readFile('serverless.yml', 'utf8')
  const shortened = template.replace('timeout: 30\n', 'timeout: 20\n')
  if (shortened === template) throw new Error('serverless.yml gives no function a time-out of 30 seconds')
  const directory = await mkdtemp(join(tmpdir(), 'payops-contended-'))
  atTheEnd(() => rm(directory, { recursive: true, force: true }))
  const path = join(directory, 'serverless.yml')
  await writeFile(path, shortened)
  return path
}
