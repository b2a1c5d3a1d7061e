import { type BenchResult, findMeasured, type Measured, summaryOf } from '../bench-result.js'
import { judgeGrowth } from '../judge-growth.js'
import { judge } from '../targets.js'
import { formatNumber, formatSummary } from './numbers.js'
import { renderTable } from './table.js'

const rows = [
  { name: 'import, ms', key: 'importMs' },
  { name: 'first invocation, one message, ms', key: 'firstMs' },
  { name: 'import and first invocation, ms', key: 'coldMs' },
  { name: 'messages a second', key: 'messagesPerSecond' },
  { name: 'CPU ms a message', key: 'cpuMsPerMessage' },
  { name: 'peak memory (RSS), MiB', key: 'peakRssMb' },
  { name: 'kept heap, MiB', key: 'keptHeapMb' },
  { name: 'batch of 10 payments at 100 ms, ms', key: 'batchMs' },
] as const

export const renderTargets = (result: BenchResult): string[] =>
  renderTable(
    ['what payops promises', 'wanted', 'found', 'met'],
    [...judge(result), ...judgeGrowth(result)].map(({ target, wanted, found, isMet }) => [
      target,
      wanted,
      found,
      isMet ? 'yes' : '**NO**',
    ]),
  )

export function renderComparison(result: BenchResult): string[] {
  const { contenders } = result
  const order = ({ measurements }: Measured) =>
    measurements.every(({ keepsOrder }) => keepsOrder) ? 'kept' : '**broken**'
  return renderTable(
    ['median (smallest–largest)', ...contenders.map(({ name }) => name)],
    [
      ['bundle, KiB', ...contenders.map(({ kib }) => formatNumber(kib))],
      ['bundle, gzip, KiB', ...contenders.map(({ gzipKib }) => formatNumber(gzipKib))],
      ...rows.map(({ name, key }) => [
        name,
        ...contenders.map(contender => formatSummary(summaryOf(contender, key))),
      ]),
      ['ten messages of one payment: order', ...contenders.map(order)],
    ],
  )
}

export function renderRatios(result: BenchResult): string[] {
  const yardstick = findMeasured(result, 'powertools')
  const ratio = (value: number, of: number) => (value / of < 0.01 ? 'below 0.01' : (value / of).toFixed(2))
  return renderTable(
    ['ratio of the medians to powertools', ...result.contenders.map(({ name }) => name)],
    [
      ['bundle', ...result.contenders.map(({ kib }) => ratio(kib, yardstick.kib))],
      ...rows.map(({ name, key }) => [
        name.replace(/, (?:ms|MiB)$/, ''),
        ...result.contenders.map(contender =>
          ratio(summaryOf(contender, key).median, summaryOf(yardstick, key).median),
        ),
      ]),
    ],
  )
}

export function renderCalls({ contenders }: BenchResult): string[] {
  const counts = contenders.map(({ measurements }) => measurements[0]?.calls)
  const actions = [...new Set(counts.flatMap(calls => Object.keys(calls?.byAction ?? {})))].sort()
  const perMessage = (name: string, pick: (calls: (typeof counts)[number]) => number | undefined) => [
    name,
    ...counts.map(calls => formatNumber(pick(calls) ?? 0)),
  ]
  return renderTable(
    ['a message, full batches, warm', ...contenders.map(({ name }) => name)],
    [
      ...actions.map(action => perMessage(action, calls => calls?.byAction[action])),
      perMessage('DynamoDB write units, indexes included', calls => calls?.writeUnits),
      perMessage('DynamoDB read units', calls => calls?.readUnits),
      perMessage('outcome events', calls => calls?.events),
      perMessage('bytes logged', calls => calls?.loggedBytes),
      perMessage('Secrets Manager GetSecretValue in the whole run', calls => calls?.secretReads),
    ],
  )
}
