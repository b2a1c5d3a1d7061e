import { type BenchResult, findMeasured, type Measured, summaryOf } from '../bench-result.js'
import { billedMsPerBatch, type CostInput, costOf } from '../cost.js'
import { memoryMbOfOneCpu, prices } from '../prices.js'
import { formatNumber } from './numbers.js'
import { renderTable } from './table.js'

const compared = ['payops', 'powertools'] as const

export function renderCost(result: BenchResult): string[] {
  const inputs = compared.map(name => costInput(findMeasured(result, name)))
  const costs = inputs.map(input => costOf(input, result.deployment))
  const lines = (costs[0] ?? []).map(({ name, unit }, index) => [
    `${name}, ${unit}`,
    ...costs.flatMap(cost => [formatNumber(cost[index]?.amount ?? 0), dollars(cost[index]?.dollars ?? 0)]),
  ])
  const totals = costs.flatMap(cost => [
    '',
    `**${dollars(cost.reduce((sum, line) => sum + line.dollars, 0))}**`,
  ])
  const billed = inputs.flatMap(input => [formatNumber(billedMsPerBatch(input, result.deployment)), ''])
  return renderTable(
    ['a million operations', ...compared.flatMap(name => [name, '$'])],
    [['billed ms a batch', ...billed], ...lines, ['**together**', ...totals]],
  )
}

export function renderPrices({ deployment }: BenchResult): string[] {
  const inputs = Object.entries(prices).map(([name, price]) => [`\`${name}\``, String(price)])
  const memory = ['memory size in serverless.yml, MB', String(deployment.memoryMb)]
  return renderTable(
    ['input', 'value'],
    [...inputs, memory, ['memory of one vCPU, MB', String(memoryMbOfOneCpu)]],
  )
}

function costInput(measured: Measured): CostInput {
  const calls = measured.measurements[0]?.calls
  if (calls === undefined) throw new Error(`${measured.name} was not measured`)
  return {
    calls,
    batchMs: summaryOf(measured, 'batchMs').median,
    cpuMsPerMessage: summaryOf(measured, 'cpuMsPerMessage').median,
  }
}

const dollars = (amount: number): string => amount.toFixed(2)
