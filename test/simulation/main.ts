import { fork } from 'node:child_process'
import { parseArgs } from 'node:util'
import { brokenVariants } from './broken-variants.js'
import { type CaseResult, kinds, runEveryCase } from './exhaustive.js'
import { seedsThatFailed } from './seeds.js'
import { type SimulationResult, simulate } from './simulate.js'

/**
 * `npm run simulate`: the proof of docs/exactly-once.md. Seeds in as many processes as there are cores to use, then every
 * single fault and pair of one request of each kind, then the control: broken variants that have to be caught.
 */

const help = `Usage: npm run simulate -- [options]

  --seeds <n>    how many seeds (default 5000)
  --from <n>     the first of them (default 1)
  --seed <n>     run only this one and say what became of it
  --workers <n>  processes side by side (default 2)
  --help         this text

Exit code: 0 when nothing was violated and every broken variant was caught, else 1.`

/** A broken variant that survives this many seeds has not been caught. */
const controlSeedsMax = 1_000

const number = (text: string | undefined, byDefault: number): number => {
  const value = text === undefined ? byDefault : Number(text)
  if (!Number.isInteger(value) || value < 0) {
    console.error(`simulate: ${text} is no whole number\n\n${help}`)
    process.exit(2)
  }
  return value
}

type Share = { from: number; seeds: number }
type Tally = {
  seeds: number
  requests: number
  effects: number
  steps: number
  violations: SimulationResult[]
}

const noTally = (): Tally => ({ seeds: 0, requests: 0, effects: 0, steps: 0, violations: [] })

async function runShare({ from, seeds }: Share): Promise<Tally> {
  const tally = noTally()
  for (let seed = from; seed < from + seeds; seed += 1) add(tally, await simulate(seed))
  return tally
}

function add(tally: Tally, result: SimulationResult): void {
  tally.seeds += 1
  tally.requests += result.requests
  tally.effects += result.effects
  tally.steps += result.steps
  if (result.violations.length > 0) tally.violations.push(result)
}

/** Each process runs every so-manieth block, so that all end at about the same time. */
function runInProcess(share: Share): Promise<Tally> {
  return new Promise((resolve, reject) => {
    const child = fork(process.argv[1] ?? '', [], {
      env: { ...process.env, PAYOPS_SHARE: JSON.stringify(share) },
    })
    child.once('message', tally => resolve(tally as Tally))
    child.once('error', reject)
    child.once('exit', code => reject(new Error(`a simulation process ended with ${code}`)))
  })
}

function sayViolations(results: SimulationResult[]): void {
  for (const { seed, violations } of results) {
    console.log(`seed ${seed}, commit ${process.env['PAYOPS_COMMIT'] ?? 'unknown'}: ${violations.join('; ')}`)
    console.log(`  replay: npm run simulate -- --seed ${seed}`)
  }
}

async function runSeeds(from: number, seeds: number, workers: number): Promise<boolean> {
  const share = Math.ceil(seeds / workers)
  const shares = Array.from({ length: workers }, (_, index) => ({
    from: from + index * share,
    seeds: Math.max(0, Math.min(share, seeds - index * share)),
  }))
  const tallies = await Promise.all(shares.map(runInProcess))
  const known = noTally()
  for (const seed of seedsThatFailed) add(known, await simulate(seed))
  const all = [...tallies, known]
  const sum = (key: 'seeds' | 'requests' | 'effects' | 'steps'): number =>
    all.reduce((total, tally) => total + tally[key], 0)
  const violations = all.flatMap(tally => tally.violations)
  sayViolations(violations)
  console.log(
    `seeds: ${sum('seeds')}, requests: ${sum('requests')}, effects: ${sum('effects')}, steps: ${sum('steps')}, violations: ${violations.length}`,
  )
  return violations.length === 0
}

async function runExhaustive(): Promise<boolean> {
  let bad = 0
  for (const kind of kinds) {
    const found: CaseResult[] = []
    const cases = await runEveryCase(kind, result => {
      if (result.violations.length > 0) found.push(result)
    })
    bad += found.length
    for (const { plan, violations } of found) console.log(`${kind}, ${plan}: ${violations.join('; ')}`)
    console.log(`every fault and pair, ${kind}: ${cases} cases, violations: ${found.length}`)
  }
  return bad === 0
}

async function runControl(): Promise<boolean> {
  let missed = 0
  for (const variant of brokenVariants) {
    let seed = 1
    let caught: string | undefined
    for (; seed <= controlSeedsMax && caught === undefined; seed += 1)
      caught = (await simulate(seed, variant)).violations[0]
    if (caught === undefined) missed += 1
    console.log(
      caught === undefined
        ? `control, ${variant.name}: NOT CAUGHT in ${controlSeedsMax} seeds`
        : `control, ${variant.name}: caught at seed ${seed - 1} (${caught})`,
    )
  }
  return missed === 0
}

function readOptions(): Partial<Record<'seeds' | 'from' | 'seed' | 'workers', string>> & { help?: boolean } {
  const text = { type: 'string' } as const
  try {
    const options = { seeds: text, from: text, seed: text, workers: text, help: { type: 'boolean' } } as const
    return parseArgs({ options }).values
  } catch (error) {
    // Wrong usage: says the right one.
    console.error(`simulate: ${error instanceof Error ? error.message : 'wrong usage'}\n\n${help}`)
    process.exit(2)
  }
}

async function main(): Promise<number> {
  const values = readOptions()
  if (values.help === true) {
    console.log(help)
    return 0
  }
  if (values.seed !== undefined) {
    const result = await simulate(number(values.seed, 0))
    sayViolations(result.violations.length > 0 ? [result] : [])
    console.log(JSON.stringify(result))
    return result.violations.length === 0 ? 0 : 1
  }
  const seedsHold = await runSeeds(
    number(values.from, 1),
    number(values.seeds, 5_000),
    number(values.workers, 2),
  )
  const casesHold = await runExhaustive()
  const controlsHold = await runControl()
  console.log(seedsHold && casesHold && controlsHold ? 'The protocol holds.' : 'The protocol does NOT hold.')
  return seedsHold && casesHold && controlsHold ? 0 : 1
}

const share = process.env['PAYOPS_SHARE']
if (share === undefined) {
  process.exitCode = await main()
} else {
  const tally = await runShare(JSON.parse(share) as Share)
  process.send?.(tally)
}
