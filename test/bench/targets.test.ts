import { describe, expect, it } from '@jest/globals'
import type { BenchResult } from './bench-result.js'
import type { Measurement } from './measure-contender.js'
import { judge } from './targets.js'

const aMeasurement = (change: Partial<Measurement>): Measurement => ({
  importMs: 100,
  firstMs: 40,
  messagesPerSecond: 400,
  cpuMsPerMessage: 2,
  peakRssMb: 250,
  keptHeapMb: 16,
  batchMs: 1_050,
  keepsOrder: true,
  worldCpuMsPerMessage: 0.3,
  calls: { byAction: {}, readUnits: 0, writeUnits: 2, events: 0, secretReads: 1, loggedBytes: 0 },
  ...change,
})

const cleanCalls = {
  'API POST /payments/{id}/operations': 1,
  'DynamoDB PutItem': 2,
  'DynamoDB BatchGetItem': 0.1,
  'EventBridge PutEvents': 0.1,
}

const ourBest: Partial<Measurement> = {
  importMs: 60,
  firstMs: 31,
  messagesPerSecond: 1_000,
  cpuMsPerMessage: 1,
  peakRssMb: 200,
  batchMs: 125,
  calls: { byAction: cleanCalls, readUnits: 1.1, writeUnits: 4, events: 1, secretReads: 1, loggedBytes: 0 },
}

function missed(change: Partial<Measurement>): string[] {
  const shape = { bundle: '', gzipKib: 100, environment: {} }
  const contenders: BenchResult['contenders'] = [
    { ...shape, name: 'payops', kib: 500, measurements: [aMeasurement({ ...ourBest, ...change })] },
    { ...shape, name: 'powertools', kib: 1_000, measurements: [aMeasurement({})] },
  ]
  const run = { command: '', commit: '', date: '', node: '', cpu: '', cores: 2, memoryGb: 24 }
  const deployment = { memoryMb: 512, batchSize: 10, nodeOptions: undefined }
  const load = { warmUp: 300, steady: 3_000 }
  const judged = judge({ run, rounds: 1, load, deployment, contenders, emulated: undefined, growth: [] })
  return judged.filter(({ isMet }) => !isMet).map(({ target }) => target)
}

const withCalls = (calls: Record<string, number>, secretReads = 1): Partial<Measurement> => ({
  calls: { ...aMeasurement(ourBest).calls, byAction: { ...cleanCalls, ...calls }, secretReads },
})

describe('judge', () => {
  it('finds every promise kept at its very bound', () => {
    expect(missed({})).toEqual([])
  })

  it.each([
    { change: { importMs: 61, firstMs: 30 }, target: 'cold import' },
    { change: { firstMs: 32 }, target: 'import and first invocation' },
    { change: { cpuMsPerMessage: 1.01 }, target: 'CPU a message' },
    { change: { messagesPerSecond: 999 }, target: 'messages a second' },
    { change: { peakRssMb: 201 }, target: 'peak memory' },
    { change: { batchMs: 126 }, target: 'batch of 10 payments at 100 ms; ten messages of one payment' },
    { change: { keepsOrder: false }, target: 'batch of 10 payments at 100 ms; ten messages of one payment' },
    { change: withCalls({ 'DynamoDB UpdateItem': 0.1 }), target: 'DynamoDB writes a message' },
    { change: withCalls({ 'DynamoDB GetItem': 0.01 }), target: 'DynamoDB GetItem and Query a message' },
    { change: withCalls({ 'DynamoDB BatchGetItem': 0.2 }), target: 'DynamoDB BatchGetItem a message' },
    { change: withCalls({}, 2), target: 'Secrets Manager a container and store in a TTL' },
  ])('misses "$target" for $change', ({ change, target }) => {
    expect(missed(change)).toEqual([target])
  })
})

describe("judge, of the door's part alone", () => {
  const rounds = (cpuMs: number, p99Ms: number) => [{ cpuMs, p99Ms, firstMs: 30, p50Ms: 2 }]
  const door = (importMs: number, cpuMs: number, p99Ms: number): NonNullable<BenchResult['door']> => ({
    kib: 200,
    gzipKib: 70,
    webhooks: 1_000,
    importMs: [importMs],
    powertoolsImportMs: [100],
    loads: [{ name: '600 bytes', rounds: rounds(cpuMs, p99Ms) }],
  })
  const run = { command: '', commit: '', date: '', node: '', cpu: '', cores: 2, memoryGb: 24 }
  const deployment = { memoryMb: 512, batchSize: 10, nodeOptions: undefined }
  const nothing = { run, rounds: 1, load: { warmUp: 1, steady: 1 }, deployment, contenders: [], growth: [] }

  it.each<[measured: [number, number, number], missed: string[]]>([
    [[50, 5, 50], []],
    [[51, 5, 50], ['door: cold import']],
    [[50, 5.01, 50], ['door: CPU a webhook, 600 bytes']],
    [[50, 5, 51], ['door: 99th percentile of its answers, 600 bytes']],
  ])('finds of %j missed: %j', (measured, missed) => {
    const judged = judge({ ...nothing, emulated: undefined, door: door(...measured) })
    expect(judged.filter(({ isMet }) => !isMet).map(({ target }) => target)).toEqual(missed)
  })
})
