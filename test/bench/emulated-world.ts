import { readFileSync } from 'node:fs'
import { systemClock, systemRandom } from '../../lib/adapters/system.js'
import { startSandbox } from '../../lib/local/sandbox/start-sandbox.js'
import { readTemplate } from '../../lib/local/stack/read-template.js'
import { startEmulators } from '../../lib/local/stack/start-emulators.js'
import { benchStore } from './bench-store.js'
import type { Traffic, WorldAnswer } from './protocol.js'

/**
 * The sandbox and the emulators of `npm start` in a process of their own: to see how far the numbers of the bench's own world
 * are from theirs, and which side sets the pace. Counts nothing but its CPU.
 */

const { storeHash, token: accessToken, secretName } = benchStore
const ids = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => first + index)
// What measureSteady asks for: the first message, the warm-up, the steady part.
const paymentIds = [1, ...ids(1_001, 1_000), ...ids(100_001, 10_000)]
const lineItems = [{ invoiceId: 1, amount: '1.0000' }]

const declaration = readTemplate(readFileSync('serverless.yml', 'utf8'), 'bench')
const { env, secrets } = await startEmulators(declaration, {
  clock: systemClock,
  random: systemRandom,
  directory: undefined,
  onEvent: () => undefined,
  endings: [],
})
const sandbox = await startSandbox({
  clock: systemClock,
  quota: { limit: 1_000_000, windowMs: 60_000 },
  stores: [
    {
      storeHash,
      accessToken,
      payments: paymentIds.map(id => ({ id, currency: 'USD', lineItems })),
      invoices: [{ id: 1, currency: 'USD', originalBalance: '100000.0000' }],
    },
  ],
})
secrets.put(secretName, JSON.stringify({ storeHash, accessToken }))

let cpuBefore = process.cpuUsage()
const tell = (answer: WorldAnswer): void => void process.send?.(answer)

process.on('message', () => {
  const { user, system } = process.cpuUsage(cpuBefore)
  cpuBefore = process.cpuUsage()
  const nothing: Omit<Traffic, 'cpuMs'> = {
    calls: {},
    units: { read: 0, write: 0 },
    effects: [],
    sidewaysMax: 0,
    events: 0,
  }
  tell({ ...nothing, cpuMs: (user + system) / 1000 })
})
process.on('disconnect', () => process.exit(0))
tell({ environment: { ...env, B2B_API_BASE_URL: sandbox.url } })
