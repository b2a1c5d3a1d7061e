import { type BenchResult, findMeasured, summaryOf } from './bench-result.js'
import { summarise } from './summary.js'

/** The promises of the project that a bench can judge: against the Powertools assembly of the same run, or in counts. */
export type Judged = { target: string; wanted: string; found: string; isMet: boolean }

const ratioTargets = [
  { target: 'cold import', key: 'importMs', atMost: 0.6 },
  { target: 'import and first invocation', key: 'coldMs', atMost: 0.65 },
  { target: 'CPU a message', key: 'cpuMsPerMessage', atMost: 0.5 },
  { target: 'messages a second', key: 'messagesPerSecond', atLeast: 2.5 },
  { target: 'peak memory', key: 'peakRssMb', atMost: 0.8 },
] as const

/** Of the parts that were run. */
export function judge(result: BenchResult): Judged[] {
  return [...(result.contenders.length > 0 ? judgeContenders(result) : []), ...judgeDoor(result)]
}

function judgeContenders(result: BenchResult): Judged[] {
  const ours = findMeasured(result, 'payops')
  const theirs = findMeasured(result, 'powertools')
  const ratios = ratioTargets.map(({ target, key, ...bound }) =>
    judgeRatio(target, summaryOf(ours, key).median / summaryOf(theirs, key).median, bound),
  )
  return [
    judgeRatio('bundle', ours.kib / theirs.kib, { atMost: 0.5 }),
    ...ratios,
    judgeBatch(ours),
    ...judgeCalls(ours),
  ]
}

type Bound = { atMost: number } | { atLeast: number }

function judgeRatio(target: string, ratio: number, bound: Bound): Judged {
  const found = ratio.toFixed(2)
  return 'atMost' in bound
    ? { target, wanted: `at most ${bound.atMost}`, found, isMet: ratio <= bound.atMost }
    : { target, wanted: `at least ${bound.atLeast}`, found, isMet: ratio >= bound.atLeast }
}

function judgeDoor({ door }: BenchResult): Judged[] {
  if (door === undefined) return []
  const median = (values: number[]): number => summarise(values).median
  const most = (target: string, unit: string, bound: number, found: number): Judged => ({
    target: `door: ${target}`,
    wanted: `at most ${bound} ${unit}`,
    found: `${found.toFixed(2)} ${unit}`,
    isMet: found <= bound,
  })
  const importRatio = median(door.importMs) / median(door.powertoolsImportMs)
  return [
    judgeRatio('door: cold import', importRatio, { atMost: 0.5 }),
    ...door.loads.flatMap(({ name, rounds }) => [
      most(`CPU a webhook, ${name}`, 'ms', 5, median(rounds.map(({ cpuMs }) => cpuMs))),
      most(`99th percentile of its answers, ${name}`, 'ms', 50, median(rounds.map(({ p99Ms }) => p99Ms))),
    ]),
  ]
}

type Ours = BenchResult['contenders'][number]

function judgeBatch(ours: Ours): Judged {
  const { median } = summaryOf(ours, 'batchMs')
  const inOrder = ours.measurements.every(({ keepsOrder }) => keepsOrder)
  return {
    target: 'batch of 10 payments at 100 ms; ten messages of one payment',
    wanted: 'at most 125 ms; in order',
    found: `${median.toFixed(0)} ms; ${inOrder ? 'in order' : 'OUT OF ORDER'}`,
    isMet: median <= 125 && inOrder,
  }
}

const callTargets = [
  {
    action: 'API POST /payments/{id}/operations',
    wanted: 'exactly 1',
    holds: (count: number) => count === 1,
  },
  { action: 'DynamoDB writes', wanted: 'exactly 2', holds: (count: number) => count === 2 },
  { action: 'DynamoDB BatchGetItem', wanted: 'at most 0.1', holds: (count: number) => count <= 0.1 },
  { action: 'DynamoDB GetItem and Query', wanted: 'none', holds: (count: number) => count === 0 },
  { action: 'EventBridge PutEvents', wanted: 'at most 0.1', holds: (count: number) => count <= 0.1 },
]

function judgeCalls({ measurements }: Ours): Judged[] {
  const judged = callTargets.map(({ action, wanted, holds }) => {
    const counts = measurements.map(({ calls }) => countOf(calls.byAction, action))
    const found = [...new Set(counts)].join(', ')
    return { target: `${action} a message`, wanted, found, isMet: counts.every(holds) }
  })
  const reads = measurements.map(({ calls }) => calls.secretReads)
  const once = {
    target: 'Secrets Manager a container and store in a TTL',
    wanted: 'exactly 1',
    found: [...new Set(reads)].join(', '),
    isMet: reads.every(count => count === 1),
  }
  return [...judged, once]
}

const groups: Record<string, string[]> = {
  'DynamoDB writes': [
    'DynamoDB PutItem',
    'DynamoDB UpdateItem',
    'DynamoDB DeleteItem',
    'DynamoDB TransactWriteItems',
  ],
  'DynamoDB GetItem and Query': ['DynamoDB GetItem', 'DynamoDB Query', 'DynamoDB Scan'],
}

const countOf = (byAction: Record<string, number>, action: string): number =>
  (groups[action] ?? [action]).reduce((sum, name) => sum + (byAction[name] ?? 0), 0)
