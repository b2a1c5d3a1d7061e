import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BenchResult, Emulated, Measured } from './bench-result.js'
import { bundlePrograms } from './bundle-programs.js'
import { bundleContenders, contenderNames } from './contenders.js'
import { type Deployment, readDeployment } from './deployment.js'
import { describeRun } from './describe-run.js'
import { type DoorMeasured, measureDoor } from './door/measure-door.js'
import { type Load, measureContender, measureSteady } from './measure-contender.js'
import { type Growth, measureGrowth } from './measure-growth.js'
import { measureQuota } from './quota-part.js'
import { type BenchArguments, readArguments, usage } from './read-arguments.js'
import { renderCalls, renderComparison, renderRatios, renderTargets } from './render/render-comparison.js'
import { renderDocument } from './render/render-document.js'
import { renderDoor } from './render/render-door.js'
import { renderGrowth } from './render/render-growth.js'
import { startWorld, type World } from './start-process.js'
import { judge } from './targets.js'

/** `npm run bench`: measures, says how it goes, and writes docs/performance.md. */

const programs = 'dist/bench'
const say = (line: string): void => console.error(line)

async function measureContenders(rounds: number, load: Load, deployment: Deployment): Promise<Measured[]> {
  const contenders = await bundleContenders(contenderNames, deployment.nodeOptions)
  const measured = contenders.map((contender): Measured => ({ ...contender, measurements: [] }))
  await withWorld('world', async world => {
    for (let round = 1; round <= rounds; round += 1) {
      // Whoever comes first, just after a build, would have it a little worse each time.
      const first = (round - 1) % measured.length
      for (const contender of [...measured.slice(first), ...measured.slice(0, first)]) {
        const found = await measureContender(join(programs, 'worker.mjs'), world, contender, load)
        contender.measurements.push(found)
        const { importMs, firstMs, messagesPerSecond, cpuMsPerMessage, peakRssMb, batchMs } = found
        say(
          `round ${round}/${rounds}  ${contender.name.padEnd(22)}  import ${importMs.toFixed(0)} ms, first ${firstMs.toFixed(0)} ms, ${messagesPerSecond.toFixed(0)} messages/s, ${cpuMsPerMessage.toFixed(3)} CPU ms, ${peakRssMb.toFixed(0)} MiB, batch ${batchMs.toFixed(0)} ms; world ${found.worldCpuMsPerMessage.toFixed(3)} CPU ms`,
        )
      }
    }
  })
  return measured
}

async function measureAmounts(full: boolean, deployment: Deployment): Promise<Growth[]> {
  const amounts = full ? [100, 1_000, 10_000, 100_000] : [100, 1_000, 10_000]
  const [payops] = await bundleContenders(['payops'], deployment.nodeOptions)
  if (payops === undefined) return []
  say(`growth: ${amounts.join(', ')} messages`)
  return withWorld('world', world => measureGrowth(join(programs, 'worker.mjs'), world, payops, amounts))
}

/** payops before the sandbox and the emulators. */
async function measureEmulated(deployment: Deployment): Promise<Emulated | undefined> {
  const [payops] = await bundleContenders(['payops'], deployment.nodeOptions)
  if (payops === undefined) return undefined
  say('payops before the sandbox and the emulators of npm start')
  const load = { warmUp: 300, steady: 1_000 }
  return withWorld('emulated-world', world =>
    measureSteady(join(programs, 'worker.mjs'), world, payops, load),
  )
}

async function measureTheDoor(rounds: number, deployment: Deployment): Promise<DoorMeasured> {
  const [powertools] = await bundleContenders(['powertools'], deployment.nodeOptions)
  if (powertools === undefined) throw new Error('there is no peer to measure the door against')
  say("the stores' webhooks")
  return withWorld('door/door-world', world =>
    measureDoor({
      programs,
      world,
      nodeOptions: deployment.nodeOptions,
      peer: powertools.bundle,
      rounds,
      say,
    }),
  )
}

async function withWorld<T>(name: string, run: (world: World) => Promise<T>): Promise<T> {
  const world = await startWorld(join(programs, `${name}.mjs`))
  try {
    return await run(world)
  } finally {
    await world.stop()
  }
}

async function runBench(args: BenchArguments, argv: string[]): Promise<number> {
  await bundlePrograms(['world', 'emulated-world', 'worker', 'door/door-world', 'door/door-worker'], programs)
  const deployment = readDeployment()
  const load = { warmUp: 300, steady: args.messages }
  const wants = (part: BenchArguments['only']): boolean => args.only === undefined || args.only === part
  const result: BenchResult = {
    run: describeRun(argv),
    rounds: args.rounds,
    load,
    deployment,
    contenders: wants('contenders') ? await measureContenders(args.rounds, load, deployment) : [],
    emulated: args.only === undefined ? await measureEmulated(deployment) : undefined,
    growth: wants('growth') ? await measureAmounts(args.full, deployment) : [],
    ...(wants('door') && { door: await measureTheDoor(args.rounds, deployment) }),
  }
  if (args.only === 'contenders') {
    const parts = [renderComparison, renderRatios, renderCalls, renderTargets]
    for (const render of parts) console.log(`${render(result).join('\n')}\n`)
  }
  if (args.only === 'door') console.log([...renderDoor(result), '', ...renderTargets(result)].join('\n'))
  if (args.only === 'growth') console.log(renderGrowth(result).join('\n'))
  const quotaLines = wants('quota') ? await sayAndMeasureQuota() : []
  if (args.only === 'quota') console.log(quotaLines.join('\n'))
  if (args.only === undefined) {
    writeFileSync(args.out, renderDocument(result, quotaLines))
    say(`written: ${args.out}`)
  }
  return args.check ? sayMissed(result) : 0
}

function sayAndMeasureQuota(): Promise<string[]> | string[] {
  if (measureQuota === undefined) return []
  say("the store's quota")
  return measureQuota()
}

function sayMissed(result: BenchResult): number {
  const missed = judge(result).filter(({ isMet }) => !isMet)
  for (const { target, wanted, found } of missed) say(`missed: ${target}: wanted ${wanted}, found ${found}`)
  return missed.length === 0 ? 0 : 1
}

async function main(argv: string[]): Promise<number> {
  let args: BenchArguments
  try {
    args = readArguments(argv)
  } catch (error) {
    // Wrong usage: says the right one.
    say(`bench: ${error instanceof Error ? error.message : 'wrong usage'}\n\n${usage}`)
    return 2
  }
  if (args.help) {
    console.log(usage)
    return 0
  }
  return runBench(args, argv)
}

process.exitCode = await main(process.argv.slice(2))
