import { parseArgs } from 'node:util'
import { readAmounts } from '../support/read-amounts.js'
import { runWebhooks } from './run-webhooks.js'

const help = `Usage: npm run webhooks -- [options]

  --count <n>   webhooks at the door: a third of them repeats, 1 in 50 forged, replayed or malformed (default 10000)
  --outage <n>  seconds in the middle for which the operations queue takes nothing (default 60)
  --seed <n>    which (default 1)
  --help        this text

Exit code: 0 when every payment follows its order, nothing was pulled more often than its order changed, nothing forged got in
and nothing is left in a queue; else 1.`

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '10000' },
    outage: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
})

const percentile = (sorted: number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0

if (values.help) console.log(help)
else {
  const { help: _, ...texts } = values
  const { count, outage, seed } = readAmounts(texts, ['outage', 'seed'])
  const { plan, called, judged } = await runWebhooks({ count, seed, outageMs: outage * 1000 })
  const sorted = [...called.tookMs].sort((a, b) => a - b)
  console.log(
    `${plan.webhooks} webhooks: ${plan.changes} changes, ${plan.duplicates} repeats, ${plan.refused} forged, replayed or malformed`,
  )
  for (const [answer, often] of Object.entries(called.answers).sort()) console.log(`  ${answer}: ${often}`)
  console.log(
    `answered within ${percentile(sorted, 0.5)} ms (median), ${percentile(sorted, 0.99)} ms (99th percentile)`,
  )
  console.log(
    `${judged.looks} looks at orders, ${judged.apiCalls} API calls, ${judged.pulls} pulls, ${judged.idle} of them found nothing new`,
  )
  const problems = [...called.wrong, ...judged.problems]
  for (const problem of problems.slice(0, 20)) console.log(`  ${problem}`)
  console.log(problems.length === 0 ? 'webhooks: passed' : `webhooks: FAILED (${problems.length} problems)`)
  process.exitCode = problems.length === 0 ? 0 : 1
}
