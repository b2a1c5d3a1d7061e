import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readAmounts } from '../support/read-amounts.js'
import { type Growth, judgeSoak } from './judge-soak.js'
import { runSoak, type SoakResult } from './run-soak.js'

const help = `Usage: npm run soak -- [options]

  --minutes <n>  how long requests are sent (default 10)
  --rate <n>     requests a second (default 60)
  --faults <n>   the share of API calls that is hit by a fault (default 0.1)
  --seed <n>     which faults (default 1)
  --help         this text

Exit code: 0 when nothing grew by more than 10 % after the warm-up and every effect is there exactly once, else 1.`

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    rate: { type: 'string', default: '60' },
    faults: { type: 'string', default: '0.1' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
})

const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`
const isMemory = (what: string): boolean => what.includes('memory') || what.includes('heap')

function renderGrowth({ what, early, late, ratio, isMet }: Growth): string {
  const show = isMemory(what) ? megabytes : String
  return `${what.padEnd(22)} ${show(early).padStart(10)} -> ${show(late).padStart(10)}   ${ratio.toFixed(2)}   ${isMet ? 'flat' : 'GREW'}`
}

function report(minutes: number, result: SoakResult): boolean {
  const warmUpMs = Math.max(60_000, minutes * 12_000)
  const growth = judgeSoak(result.samples, warmUpMs)
  const containers = new Set(result.samples.map(({ pid }) => pid)).size
  const { proof, sent, told, faults } = result
  console.log(
    `${minutes} minutes, ${sent} requests, ${faults} faults, ${containers} containers, ${result.samples.length} samples`,
  )
  console.log(
    `of the container that grew most, after a full collection; first ${warmUpMs / 1000} s left out:`,
  )
  for (const row of growth) console.log(`  ${renderGrowth(row)}`)
  console.log(`outcomes told: ${told} of ${sent}; effects exact: ${proof.found} of ${proof.expected}`)
  for (const problem of proof.problems.slice(0, 20)) console.log(`  ${problem}`)
  const isWell = growth.every(({ isMet }) => isMet) && proof.holds && told === sent
  console.log(isWell ? 'soak: passed' : 'soak: FAILED')
  return isWell
}

if (values.help) console.log(help)
else {
  const { help: _, ...texts } = values
  const { minutes, rate, faults, seed } = readAmounts(texts, ['faults', 'seed'])
  const result = await runSoak({
    minutes,
    messagesPerSecond: rate,
    faults: { rate: faults, seed },
    probe: join(import.meta.dirname, 'container-probe.mjs'),
    probeMs: minutes < 3 ? 1_000 : 3_000,
  })
  process.exitCode = report(minutes, result) ? 0 : 1
}
