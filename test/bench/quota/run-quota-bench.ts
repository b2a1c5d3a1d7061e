import { build } from 'esbuild'
import { habits } from './neighbour.js'
import { type QuotaOutcome, type QuotaRun, runQuota } from './run-quota.js'

export type QuotaBenchOptions = {
  workers?: number[]
  requests?: number
  /** How long the scaled-down minute is. */
  windowMs?: number
  /** The longest waits in the function that are compared, in milliseconds of an unscaled minute. */
  waitsMs?: number[]
  say?: (line: string) => void
}

export type QuotaResult = {
  windowMs: number
  requests: number
  /** Each number of workers beside each neighbour. */
  constellations: QuotaOutcome[]
  /** Five workers beside a steady neighbour, waiting in the function for longer and longer. */
  waits: QuotaOutcome[]
}

const bundle = 'dist/bench/quota/scaled-function.mjs'

/** Fresh processes for every run, one run after the other; some ten minutes with the defaults. */
export async function runQuotaBench(options: QuotaBenchOptions = {}): Promise<QuotaResult> {
  const { workers = [1, 2, 5, 10], requests = 1_000, windowMs = 2_000 } = options
  const { waitsMs = [0, 1_000, 5_000, 20_000], say = () => undefined } = options
  await bundleFunction()
  const measure = async (run: Pick<QuotaRun, 'workers' | 'neighbour' | 'waitMaxMs'>) => {
    const outcome = await runQuota({ ...run, requests, windowMs, bundle })
    say(describeOutcome(outcome))
    return outcome
  }
  const constellations: QuotaOutcome[] = []
  for (const neighbour of habits)
    for (const count of workers) constellations.push(await measure({ workers: count, neighbour }))
  const waits: QuotaOutcome[] = []
  for (const waitMaxMs of waitsMs) waits.push(await measure({ workers: 5, neighbour: 'steady', waitMaxMs }))
  return { windowMs, requests, constellations, waits }
}

/** As scripts/build.mjs bundles the function itself. */
async function bundleFunction(): Promise<void> {
  await build({
    entryPoints: ['test/bench/quota/scaled-function.ts'],
    outfile: bundle,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    logLevel: 'error',
    banner: {
      js: "import{createRequire as payopsRequire}from'node:module';const require=payopsRequire(import.meta.url);",
    },
  })
}

const describeOutcome = (outcome: QuotaOutcome): string => {
  const { run, used, usedByClock, calls, refused, elapsedMs, deliveries, billedMs } = outcome
  const { othersCalls, othersRefused, deadLetters, lost, twice, ledgerWrites, leastLeft } = outcome
  const wait = run.waitMaxMs === undefined ? '' : `, waits up to ${run.waitMaxMs} ms`
  return `quota: ${run.workers} beside ${run.neighbour}${wait}: used ${used.toFixed(3)} (${usedByClock.toFixed(3)} by the clock), ${refused} of ${calls} calls refused (neighbour ${othersRefused} of ${othersCalls}), ${(elapsedMs / 1000).toFixed(1)} s, ${deliveries} deliveries, ${billedMs} ms billed, ${ledgerWrites} ledger writes, least left ${leastLeft}, ${deadLetters} dead letters, ${lost} lost, ${twice} twice`
}
