import { type BenchResult, findMeasured, summaryOf } from '../bench-result.js'
import { formatNumber } from './numbers.js'
import { renderCalls, renderComparison, renderRatios, renderTargets } from './render-comparison.js'
import { renderCost, renderPrices } from './render-cost.js'
import { renderDoor } from './render-door.js'
import { renderGrowth } from './render-growth.js'
import { renderTable } from './table.js'

/** docs/performance.md from one run. The prose is the same in every run; every number is the run's. */
export function renderDocument(result: BenchResult, quotaLines: string[]): string {
  const { warmUp, steady } = result.load
  return `${[
    '# Performance',
    '',
    'Written by `npm run bench`. Nothing here is typed by hand: to change it, change `test/bench/` and run it again.',
    '',
    ...renderRun(result),
    '',
    '## What payops promises, and what this run found',
    '',
    'Ratios are to *powertools*, measured in the same run. `npm run bench -- --check` fails when one is missed.',
    '',
    ...renderTargets(result),
    '',
    '## The same work, done by each',
    '',
    ...renderComparison(result),
    '',
    ...renderRatios(result),
    '',
    ...contendersAre,
    '',
    '### How it is measured',
    '',
    ...howItIsMeasured(warmUp, steady),
    ...renderWorlds(result),
    ...renderNodeOptions(result),
    '',
    '## Calls a message, by service',
    '',
    ...renderCalls(result),
    '',
    '## More and more of it',
    '',
    'payops alone, each amount in a fresh process, after 1,000 messages of warm-up; the ratio is to the row of 1,000. Peak memory rises to what V8 lets its young generation take before it collects; what is *kept* is what would grow if anything did.',
    `${result.growth.some(({ messages }) => messages === 100_000) ? '' : 'The row of 100,000 is measured with `--full`.'}`,
    '',
    ...renderGrowth(result),
    '',
    ...renderDoor(result),
    '',
    '## What a million operations cost',
    '',
    ...howItIsCosted,
    '',
    ...renderCost(result),
    '',
    'The inputs: list prices, us-east-1, in US dollars, without free tiers, to be checked by the reader (`test/bench/prices.ts`).',
    '',
    ...renderPrices(result),
    '',
    ...(quotaLines.length === 0 ? [] : ["## The store's quota", '', ...quotaLines, '']),
  ]
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trimEnd()}\n`
}

function renderRun({ run, rounds, load }: BenchResult): string[] {
  const measured = `${rounds} ${rounds === 1 ? 'round' : 'rounds'}, ${load.steady} messages each after ${load.warmUp} of warm-up`
  return renderTable(
    ['this run', ''],
    [
      ['command', `\`${run.command}\``],
      ['commit', run.commit],
      ['date', run.date],
      ['machine', `${run.cpu}, ${run.cores} cores, ${run.memoryGb} GB`],
      ['Node.js', run.node],
      ['measured', measured],
    ],
  )
}

const contendersAre = [
  '- **payops**: `dist/functions/perform-operations.mjs` as `npm run build` makes it and as it is deployed, with the ledger, the outcome events and all guarantees on.',
  '- **powertools**: what its documentation recommends for this: `SqsFifoPartialProcessorAsync`, `makeIdempotent` with DynamoDB, Parser, Parameters, Logger, Metrics, and got. It tells no outcome and writes no log of a payment that succeeds.',
  '- **powertools, concurrent**: the same with `BatchProcessor`, which takes all records at once and gives up the order of a payment.',
  '- **middy + got**: middy, got, zod, payments side by side and in order, no ledger: a message delivered twice is carried out twice.',
  '- **bare node:http**: the floor; no order, no ledger, no check, no secret.',
  '',
  'The peers are in `test/bench/peers/`, a package of its own with a lock file. They are bundled by esbuild as payops is (one minified ES module for Node 24, `mainFields` "module,main"), which is what their documentation says too, with the AWS SDK inside on both sides; what `scripts/build.mjs` adds beyond that for payops alone, it does not do for them.',
]

const howItIsMeasured = (warmUp: number, steady: number): string[] => [
  '- Interleaved: each contender once a round, each round beginning with another, every measurement in a fresh Node process that holds nothing but the bundle. Medians, smallest and largest.',
  "- The world is another process: an API with the sandbox's answers and quota headers, DynamoDB with real conditions, Secrets Manager and EventBridge, all in memory on loopback (`test/bench/world/`). It answers at once unless a latency is named; it is the same for all, and counts the calls.",
  '- *Import* is the dynamic import of the bundle; *first invocation* is one message, right after it, with every connection still to be made. Both are the medians of five processes a round.',
  `- *Messages a second* and *CPU* are of ${steady} messages on distinct payments in batches of ten, one invocation at a time as in one Lambda container, after ${warmUp} of warm-up. CPU is user and system time of the process, all threads, within the invocations. *Peak memory* is the process's largest RSS by then, most of it garbage that V8 has not collected yet; *kept heap* is what is left of the heap after a full collection.`,
  "- *Batch of 10 at 100 ms*: a warm container, the store's real window (150 a minute), every call of the API takes 100 ms; the median of three batches.",
  '- *Order*: ten messages of one payment, each answered quicker than the one before; kept means that the API saw one at a time, in order.',
]

/** Why the bench has a world of its own. */
function renderWorlds(result: BenchResult): string[] {
  const { emulated } = result
  if (emulated === undefined) return []
  const own = summaryOf(findMeasured(result, 'payops'), 'worldCpuMsPerMessage')
  return [
    `- For a message of payops that world needs ${formatNumber(own.median)} CPU ms. The sandbox and the emulators of \`npm start\` (dynalite among them) need ${formatNumber(emulated.worldCpuMsPerMessage)}, and payops comes to ${formatNumber(emulated.messagesPerSecond)} messages a second before them, at ${formatNumber(emulated.cpuMsPerMessage)} CPU ms of its own. They are the same for all, and would flatten every ratio.`,
  ]
}

function renderNodeOptions({ deployment }: BenchResult): string[] {
  if (deployment.nodeOptions === undefined) return []
  return [
    `- payops runs with what its \`serverless.yml\` declares for Node: \`${deployment.nodeOptions}\`. The peers' documentation declares nothing of the kind, so they run as Node comes.`,
  ]
}

const howItIsCosted = [
  'Requests and units are those counted above. *Billed* is the batch of ten at 100 ms as measured, its CPU part stretched by what the memory size leaves of a vCPU; the same size for both.',
  "payops' share of DynamoDB is the index that answers what was done to a payment; its events are the outcomes. The assembly has neither. Left out on both sides: storage, secrets kept, custom metrics, empty polls.",
]
