import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { startWorker, type World } from '../start-process.js'
import { summarise } from '../summary.js'
import type { DoorAnswer, DoorQuestion } from './door-store.js'

/** What the door shows, round by round. */
export type DoorMeasured = {
  kib: number
  gzipKib: number
  webhooks: number
  importMs: number[]
  powertoolsImportMs: number[]
  loads: { name: string; rounds: DoorRound[] }[]
}
export type DoorRound = { cpuMs: number; firstMs: number; p50Ms: number; p99Ms: number }

type Options = {
  programs: string
  world: World
  nodeOptions: string | undefined
  peer: string
  rounds: number
  say: (line: string) => void
}

const doorBundle = 'dist/functions/receive-webhook.mjs'
/** As a store sends it, and as large as one may be. */
const loads = [
  { name: '600 bytes', bodyBytes: 600 },
  { name: '60 KiB', bodyBytes: 60 * 1024 },
]
const webhooks = 1_000
const warmUp = 200
/** A cold start is short, and so easily disturbed: the medians of several. */
const coldStarts = 5

export async function measureDoor(options: Options): Promise<DoorMeasured> {
  const code = readFileSync(doorBundle)
  const measured: DoorMeasured = {
    kib: code.length / 1024,
    gzipKib: gzipSync(code).length / 1024,
    webhooks,
    importMs: [],
    powertoolsImportMs: [],
    loads: loads.map(({ name }) => ({ name, rounds: [] })),
  }
  for (let round = 1; round <= options.rounds; round += 1) {
    const { ours, theirs } = await measureImports(options, round)
    measured.importMs.push(ours)
    measured.powertoolsImportMs.push(theirs)
    for (const [index, { bodyBytes }] of loads.entries())
      measured.loads[index]?.rounds.push(await measureAnswers(options, bodyBytes))
    const said = measured.loads.map(({ name, rounds }) => `${name} ${rounds.at(-1)?.cpuMs.toFixed(2)} CPU ms`)
    options.say(
      `round ${round}/${options.rounds}  door  import ${ours.toFixed(0)} ms, powertools ${theirs.toFixed(0)} ms; ${said.join(', ')}`,
    )
  }
  return measured
}

/** By turns, so that neither has the quieter time; who begins changes every round. */
async function measureImports({ programs, world, nodeOptions, peer }: Options, round: number) {
  const found = { ours: [] as number[], theirs: [] as number[] }
  const load = async (whose: keyof typeof found): Promise<void> => {
    const ours = whose === 'ours'
    const environment = ours ? environmentOf(nodeOptions) : {}
    const worker = startWorker(join(programs, 'worker.mjs'), world, environment)
    try {
      const { wallMs } = await worker.ask({ kind: 'load', bundle: ours ? doorBundle : peer })
      found[whose].push(wallMs)
    } finally {
      await worker.stop()
    }
  }
  const turns: (keyof typeof found)[] = round % 2 === 0 ? ['ours', 'theirs'] : ['theirs', 'ours']
  for (let start = 0; start < coldStarts; start += 1) for (const whose of turns) await load(whose)
  return { ours: summarise(found.ours).median, theirs: summarise(found.theirs).median }
}

let nextOrder = 1

async function measureAnswers(options: Options, bodyBytes: number): Promise<DoorRound> {
  const { programs, world, nodeOptions } = options
  const program = join(programs, 'door/door-worker.mjs')
  const worker = startWorker<DoorQuestion, DoorAnswer>(program, world, environmentOf(nodeOptions))
  const receive = (count: number): Promise<DoorAnswer> => {
    const firstOrder = nextOrder
    nextOrder += count
    return worker.ask({ kind: 'receive', firstOrder, webhooks: count, bodyBytes })
  }
  try {
    await worker.ask({ kind: 'load', bundle: doorBundle })
    const first = await receive(1)
    await receive(warmUp)
    const { wallMs, cpuMs } = await receive(webhooks)
    const sorted = [...wallMs].sort((a, b) => a - b)
    const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? 0
    const cpuMean = cpuMs.reduce((sum, value) => sum + value, 0) / cpuMs.length
    return { cpuMs: cpuMean, firstMs: first.wallMs[0] ?? 0, p50Ms: at(0.5), p99Ms: at(0.99) }
  } finally {
    await worker.stop()
  }
}

const environmentOf = (nodeOptions: string | undefined): Record<string, string> =>
  nodeOptions === undefined ? {} : { NODE_OPTIONS: nodeOptions }
