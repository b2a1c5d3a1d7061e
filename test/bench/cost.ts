import type { Deployment } from './deployment.js'
import type { CallCounts } from './measure-contender.js'
import { memoryMbOfOneCpu, prices } from './prices.js'

/** What a million operations come to, from what was counted and measured. */
export type CostLine = { name: string; amount: number; unit: string; dollars: number }

export type CostInput = { calls: CallCounts; batchMs: number; cpuMsPerMessage: number }

const operations = 1_000_000
const secretTtlMs = 300_000

/**
 * Billed is the batch of ten at 100 ms, stretched by what its CPU part takes longer on the share of a CPU that the memory size
 * buys. Full batches; a queue that trickles has smaller ones, for every contender alike.
 */
export function billedMsPerBatch({ batchMs, cpuMsPerMessage }: CostInput, deployment: Deployment): number {
  const slowness = Math.max(1, memoryMbOfOneCpu / deployment.memoryMb)
  return batchMs + cpuMsPerMessage * deployment.batchSize * (slowness - 1)
}

export function costOf(input: CostInput, deployment: Deployment): CostLine[] {
  const { calls } = input
  const batches = operations / deployment.batchSize
  const billedMs = batches * billedMsPerBatch(input, deployment)
  const gbSeconds = (billedMs / 1000) * (deployment.memoryMb / 1024)
  // Sent once; received and deleted once a batch.
  const sqsRequests = operations + 2 * batches
  const secretReads = calls.secretReads === 0 ? 0 : Math.ceil(billedMs / secretTtlMs)
  const logGb = (operations * calls.loggedBytes) / 1e9
  const million = (name: string, unit: string, amount: number, price: number): CostLine => ({
    name,
    unit,
    amount,
    dollars: (amount / 1e6) * price,
  })
  return [
    million('Lambda', 'requests', batches, prices.lambdaRequestsPerMillion),
    { name: 'Lambda', unit: 'GB-seconds', amount: gbSeconds, dollars: gbSeconds * prices.lambdaGbSecond },
    million('SQS FIFO', 'requests', sqsRequests, prices.sqsFifoRequestsPerMillion),
    million('DynamoDB', 'write units', operations * calls.writeUnits, prices.dynamodbWriteUnitsPerMillion),
    million('DynamoDB', 'read units', operations * calls.readUnits, prices.dynamodbReadUnitsPerMillion),
    million('EventBridge', 'events', operations * calls.events, prices.eventBridgeCustomEventsPerMillion),
    million('Secrets Manager', 'calls', secretReads, prices.secretsManagerCallsPer10000 * 100),
    { name: 'CloudWatch Logs', unit: 'GB', amount: logGb, dollars: logGb * prices.cloudWatchLogsGb },
  ]
}
