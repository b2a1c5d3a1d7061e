import { fork } from 'node:child_process'
import { parseArgs } from 'node:util'
import { brokenSubjects } from './broken-subjects.js'
import { type FuzzOptions, type FuzzResult, type Road, roads, runFuzz } from './run-fuzz.js'
import { production } from './subject.js'
import { addTallies } from './tally.js'

/**
 * `npm run fuzz`: generated requests and envelopes by three roads (the parser alone, SQS, the bus), in two processes, then the
 * control: broken variants that have to be caught.
 */

const help = `Usage: npm run fuzz -- [options]

  --runs <n>     how many requests to generate, in all (default 100000)
  --seed <n>     what they are generated from (default 1)
  --road <road>  only this one: ${roads.join(', ')}
  --path <path>  with --seed and --road: replay one finding
  --help         this text

Exit code: 0 when every promise held and every broken variant was caught, 1 when not, 2 for wrong usage.`

type Values = Partial<Record<'runs' | 'seed' | 'road' | 'path', string>> & { help?: boolean }

function exitWithUsage(problem: string): never {
  console.error(`fuzz: ${problem}\n\n${help}`)
  process.exit(2)
}

function readValues(): Values {
  const text = { type: 'string' } as const
  try {
    const options = { runs: text, seed: text, road: text, path: text, help: { type: 'boolean' } } as const
    return parseArgs({ options }).values
  } catch (error) {
    // Wrong usage: says the right one.
    return exitWithUsage(error instanceof Error ? error.message : 'wrong usage')
  }
}

/** fast-check takes seeds of 32 bits. */
function readNumber(name: string, text: string | undefined, byDefault: number, least: number): number {
  const value = text === undefined ? byDefault : Number(text)
  if (text?.trim() === '' || !Number.isInteger(value) || value < least || value > 2 ** 31 - 1)
    exitWithUsage(`--${name} ${text} is no whole number from ${least} to ${2 ** 31 - 1}`)
  return value
}

/** The bus takes as long as the two others together. */
function planShares({ runs, road, seed, path }: { runs: number; road?: Road; seed: number; path?: string }) {
  if (road !== undefined) return [[{ road, runs, seed, ...(path !== undefined && { path }) }]]
  const [parser, queue] = [Math.ceil(runs / 50) * 10, Math.ceil(runs / 25) * 10]
  const bus = Math.max(0, runs - parser - queue)
  return [
    [
      { road: 'parser' as const, runs: parser, seed },
      { road: 'queue' as const, runs: queue, seed },
    ],
    bus === 0 ? [] : [{ road: 'bus' as const, runs: bus, seed }],
  ]
}

function runInProcess(share: FuzzOptions[]): Promise<FuzzResult[]> {
  return new Promise((resolve, reject) => {
    const child = fork(process.argv[1] ?? '', [], {
      env: { ...process.env, PAYOPS_SHARE: JSON.stringify(share) },
    })
    child.once('message', results => resolve(results as FuzzResult[]))
    child.once('error', reject)
    child.once('exit', code => reject(new Error(`a fuzz process ended with ${code}`)))
  })
}

async function runShare(share: FuzzOptions[]): Promise<FuzzResult[]> {
  const results: FuzzResult[] = []
  for (const options of share) results.push(await runFuzz(production, options))
  return results
}

function report(results: FuzzResult[]): boolean {
  const tally = addTallies(results.map(result => result.tally))
  const invalid = Object.entries(tally.invalid).sort(([, a], [, b]) => b - a)
  const row = (count: number, what: string) => console.log(`${String(count).padStart(9)}  ${what}`)
  row(
    tally.generated,
    `generated (${results.map(({ road, tally: { generated } }) => `${road} ${generated}`).join(', ')})`,
  )
  row(tally.valid, 'valid')
  row(
    invalid.reduce((sum, [, count]) => sum + count, 0),
    'invalid, by first reason:',
  )
  for (const [reason, count] of invalid) row(count, `  ${reason}`)
  row(tally.envelopes, `event envelopes, ${tally.malformed} of them malformed`)
  row(tally.records, `SQS records, ${tally.writes} writes to the store`)
  const findings = results.flatMap(({ finding, road }) =>
    finding === undefined ? [] : [{ ...finding, road }],
  )
  const count = (kind: string) => findings.filter(finding => finding.kind === kind).length
  row(count('crash'), 'crashes')
  row(count('unnamed'), 'unnamed')
  row(count('call for invalid'), 'calls for invalid')
  row(count('other'), 'other broken promises')
  for (const { road, message, seed, path } of findings) {
    console.log(`\n${road}, commit ${process.env['PAYOPS_COMMIT'] ?? 'unknown'}: ${message}`)
    console.log(`  replay: npm run fuzz -- --road ${road} --seed ${seed} --path ${path}`)
  }
  return findings.length === 0
}

async function runControl(seed: number): Promise<boolean> {
  let missed = 0
  for (const { name, road, kind, subject } of brokenSubjects) {
    const { finding } = await runFuzz(subject, { road, runs: 10_000, seed })
    const isCaught = finding !== undefined && (kind === undefined || finding.kind === kind)
    if (!isCaught) missed += 1
    console.log(`control, ${name}: ${isCaught ? `caught (${finding.kind})` : 'NOT CAUGHT'}`)
  }
  return missed === 0
}

async function main(): Promise<number> {
  const values = readValues()
  if (values.help === true) {
    console.log(help)
    return 0
  }
  const road = roads.find(one => one === values.road)
  if (values.road !== undefined && road === undefined) exitWithUsage(`--road ${values.road} is no road`)
  if (values.path !== undefined && road === undefined) exitWithUsage('--path needs --road')
  if (values.path !== undefined && !/^\d+(:\d+)*$/.test(values.path)) exitWithUsage('--path is no path')
  const seed = readNumber('seed', values.seed, 1, -(2 ** 31))
  const shares = planShares({
    runs: readNumber('runs', values.runs, 100_000, 1),
    seed,
    ...(road !== undefined && { road }),
    ...(values.path !== undefined && { path: values.path }),
  })
  console.log(`seed ${seed}`)
  const holds = report((await Promise.all(shares.map(runInProcess))).flat())
  if (values.path !== undefined) return holds ? 0 : 1
  const isControlled = await runControl(seed)
  console.log(
    holds && isControlled ? 'Every promise held.' : 'A promise was broken, or the control not caught.',
  )
  return holds && isControlled ? 0 : 1
}

const share = process.env['PAYOPS_SHARE']
if (share === undefined) {
  process.exitCode = await main()
} else {
  process.send?.(await runShare(JSON.parse(share) as FuzzOptions[]))
}
