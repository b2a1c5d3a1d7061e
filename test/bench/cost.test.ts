import { describe, expect, it } from '@jest/globals'
import { billedMsPerBatch, type CostInput, costOf } from './cost.js'

const input: CostInput = {
  batchMs: 120,
  cpuMsPerMessage: 1,
  calls: {
    byAction: {},
    readUnits: 1.1,
    writeUnits: 4,
    events: 1,
    secretReads: 1,
    loggedBytes: 500,
  },
}
const deployment = { batchSize: 10, nodeOptions: undefined }
const wholeCpu = { ...deployment, memoryMb: 1_769 }
const halfCpu = { ...deployment, memoryMb: 884.5 }

describe('billedMsPerBatch', () => {
  it('is the batch as measured where the memory size buys a whole CPU', () => {
    expect(billedMsPerBatch(input, wholeCpu)).toBe(120)
  })

  it('adds what the CPU part takes longer on half a CPU', () => {
    expect(billedMsPerBatch(input, halfCpu)).toBe(130)
  })
})

describe('costOf', () => {
  it('counts requests, units and gigabytes of a million operations', () => {
    const amounts = costOf(input, { ...wholeCpu, memoryMb: 2_048 }).map(({ name, unit, amount }) => [
      `${name} ${unit}`,
      amount,
    ])
    expect(Object.fromEntries(amounts)).toEqual({
      'Lambda requests': 100_000,
      'Lambda GB-seconds': 24_000,
      'SQS FIFO requests': 1_200_000,
      'DynamoDB write units': 4_000_000,
      'DynamoDB read units': 1_100_000,
      'EventBridge events': 1_000_000,
      // 12,000 seconds of one container, one read in 300 s.
      'Secrets Manager calls': 40,
      'CloudWatch Logs GB': 0.5,
    })
  })

  it('multiplies each by its list price', () => {
    const dollars = costOf(input, wholeCpu).map(({ name, unit, dollars }) => [
      `${name} ${unit}`,
      dollars.toFixed(2),
    ])
    expect(Object.fromEntries(dollars)).toMatchObject({
      'Lambda requests': '0.02',
      'SQS FIFO requests': '0.60',
      'DynamoDB write units': '2.50',
      'EventBridge events': '1.00',
      'CloudWatch Logs GB': '0.25',
    })
  })
})
