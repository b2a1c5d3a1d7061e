import type { Contender } from './contenders.js'
import type { Traffic, Weather } from './protocol.js'
import { startWorker, type World } from './start-process.js'
import { summarise } from './summary.js'

/** What one contender shows in one round, in fresh processes. */
export type Measurement = {
  importMs: number
  firstMs: number
  messagesPerSecond: number
  cpuMsPerMessage: number
  peakRssMb: number
  /** What the heap holds after all of it, once the garbage is gone. */
  keptHeapMb: number
  /** A batch of ten payments while the API takes 100 ms. */
  batchMs: number
  /** Ten messages of one payment reached the API one by one and in their order. */
  keepsOrder: boolean
  calls: CallCounts
  worldCpuMsPerMessage: number
}

/** Of the steady part, a message; `secretReads` of the whole life of the container. */
export type CallCounts = {
  byAction: Record<string, number>
  readUnits: number
  writeUnits: number
  events: number
  secretReads: number
  loggedBytes: number
}

export type Load = { warmUp: number; steady: number }

const batchSize = 10
/** So much quota that no one waits for it: what is measured here is the work. */
const ampleQuota: Weather = { apiLatenciesMs: [0], quota: { limit: 1_000_000, windowMs: 60_000 } }
/** The store's real window, with an API that takes its time. */
const slowApi: Weather = { apiLatenciesMs: [100], quota: { limit: 150, windowMs: 60_000 } }
/** Each call quicker than the one before it: calls side by side would end in the wrong order. */
const overtakingApi: Weather = {
  apiLatenciesMs: [20, 18, 16, 14, 12, 10, 8, 6, 4, 2],
  quota: slowApi.quota,
}

export async function measureContender(
  program: string,
  world: World,
  contender: Contender,
  load: Load,
): Promise<Measurement> {
  const steady = await measureSteady(program, world, contender, load)
  const cold = await measureColdStarts(program, world, contender)
  const batch = await measureBatch(program, world, contender, load)
  return { ...steady, ...cold, ...batch }
}

/** A cold start is short, and so easily disturbed: the medians of several. */
const coldStarts = 5

async function measureColdStarts(program: string, world: World, contender: Contender) {
  const importsMs: number[] = []
  const firstsMs: number[] = []
  for (let start = 0; start < coldStarts; start += 1) {
    await begin(world, ampleQuota)
    const worker = startWorker(program, world, contender.environment)
    try {
      const first = { firstId: 1, messages: 1, batchSize: 1, payments: 'distinct' } as const
      importsMs.push((await worker.ask({ kind: 'load', bundle: contender.bundle })).wallMs)
      firstsMs.push((await worker.ask({ kind: 'invoke', ...first })).wallMs)
    } finally {
      await worker.stop()
    }
  }
  return { importMs: summarise(importsMs).median, firstMs: summarise(firstsMs).median }
}

export async function measureSteady(
  program: string,
  world: World,
  contender: Contender,
  { warmUp, steady }: Load,
): Promise<Omit<Measurement, 'batchMs' | 'keepsOrder'>> {
  await begin(world, ampleQuota)
  const worker = startWorker(program, world, contender.environment)
  const payments = 'distinct'
  try {
    const loaded = await worker.ask({ kind: 'load', bundle: contender.bundle })
    const first = await worker.ask({ kind: 'invoke', firstId: 1, messages: 1, batchSize: 1, payments })
    const warm = await worker.ask({ kind: 'invoke', firstId: 1_001, messages: warmUp, batchSize, payments })
    const cold = await world.ask({ kind: 'take' })
    const loggedBefore = worker.loggedBytes()
    const run = await worker.ask({ kind: 'invoke', firstId: 100_001, messages: steady, batchSize, payments })
    const traffic = await world.ask({ kind: 'take' })
    const { heapMb: keptHeapMb } = await worker.ask({ kind: 'collect' })
    if (first.returned + warm.returned + run.returned > 0)
      throw new Error(`${contender.name} gave messages back: nothing of it can be compared`)
    return {
      importMs: loaded.wallMs,
      firstMs: first.wallMs,
      messagesPerSecond: (steady / run.wallMs) * 1000,
      cpuMsPerMessage: run.cpuMs / steady,
      peakRssMb: run.peakRssMb,
      keptHeapMb,
      calls: countCalls(cold, traffic, steady, worker.loggedBytes() - loggedBefore),
      worldCpuMsPerMessage: traffic.cpuMs / steady,
    }
  } finally {
    await worker.stop()
  }
}

function countCalls(cold: Traffic, steady: Traffic, messages: number, loggedBytes: number): CallCounts {
  const readSecret = 'SecretsManager GetSecretValue'
  const byAction = Object.entries(steady.calls).map(([action, count]) => [action, count / messages] as const)
  return {
    byAction: Object.fromEntries(byAction),
    readUnits: steady.units.read / messages,
    writeUnits: steady.units.write / messages,
    events: steady.events / messages,
    secretReads: (cold.calls[readSecret] ?? 0) + (steady.calls[readSecret] ?? 0),
    loggedBytes: loggedBytes / messages,
  }
}

/** In a warm container that has seen the store's window, for that is what a queue with work in it meets; the median of three. */
async function measureBatch(program: string, world: World, contender: Contender, { warmUp }: Load) {
  await begin(world, ampleQuota)
  const worker = startWorker(program, world, contender.environment)
  const distinct = { messages: batchSize, batchSize, payments: 'distinct' } as const
  try {
    await worker.ask({ kind: 'load', bundle: contender.bundle })
    await worker.ask({ kind: 'invoke', firstId: 1, ...distinct, messages: warmUp })
    await world.ask({ kind: 'set', weather: { ...slowApi, apiLatenciesMs: [0] } })
    await worker.ask({ kind: 'invoke', firstId: 100_001, ...distinct })
    await world.ask({ kind: 'set', weather: slowApi })
    const slow = await worker.ask({ kind: 'invoke', firstId: 200_001, ...distinct, messages: 3 * batchSize })
    await world.ask({ kind: 'set', weather: overtakingApi })
    const asked = { firstId: 300_001, messages: batchSize, batchSize, payments: 'one' } as const
    await worker.ask({ kind: 'invoke', ...asked })
    const { effects, sidewaysMax } = await world.ask({ kind: 'take' })
    const codes = effects.map(({ operationCode }) => operationCode).join('')
    const [, batchMs = Number.NaN] = slow.invocationsMs.toSorted((one, other) => one - other)
    return { batchMs, keepsOrder: codes === '0213012031' && sidewaysMax === 1 }
  } finally {
    await worker.stop()
  }
}

async function begin(world: World, weather: Weather): Promise<void> {
  await world.ask({ kind: 'clear' })
  await world.ask({ kind: 'set', weather })
}
