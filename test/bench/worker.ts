import { pathToFileURL } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { WorkerAnswer, WorkerQuestion } from './protocol.js'

/**
 * One container: imports a bundle and hands it batches, one at a time, as Lambda's runtime does. It holds nothing else, so
 * that time, CPU and memory are the contender's and Node's. Between two invocations the clocks of both stand still.
 */

type Answer = { batchItemFailures: { itemIdentifier: string }[] }
type Handler = (event: unknown, context: unknown) => Promise<Answer>

let handler: Handler = () => Promise.reject(new Error('no bundle is loaded'))
const invocationMs = 30_000
// All four codes, so that an order that was lost shows.
const codesOfOnePayment = [0, 2, 1, 3, 0, 1, 2, 0, 3, 1]

async function measure<T>(run: () => Promise<T>): Promise<{ result: T; wallMs: number; cpuMs: number }> {
  const cpuBefore = process.cpuUsage()
  const startedAt = performance.now()
  const result = await run()
  const wallMs = performance.now() - startedAt
  const { user, system } = process.cpuUsage(cpuBefore)
  return { result, wallMs, cpuMs: (user + system) / 1000 }
}

function makeRecord(id: number, payments: 'distinct' | 'one', index: number) {
  const paymentId = payments === 'one' ? 7 : id
  const sentAt = String(Math.round(performance.timeOrigin + performance.now()))
  const operationCode = payments === 'one' ? codesOfOnePayment[index % codesOfOnePayment.length] : 0
  return {
    messageId: `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`,
    receiptHandle: `receipt-${id}`,
    body: JSON.stringify({ requestId: `bench-${id}`, storeHash: 'luma7x2', paymentId, operationCode }),
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: sentAt,
      SequenceNumber: String(1e19 + id),
      SenderId: 'AIDABENCH',
      ApproximateFirstReceiveTimestamp: sentAt,
      MessageGroupId: `luma7x2:${paymentId}`,
      MessageDeduplicationId: `bench-${id}`,
    },
    messageAttributes: {},
    md5OfBody: '00000000000000000000000000000000',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:payops-bench-operations.fifo',
    awsRegion: 'us-east-1',
  }
}

function makeContext(id: number) {
  const endsAt = performance.now() + invocationMs
  const functionName = 'payops-bench-performOperations'
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${functionName}`,
    memoryLimitInMB: '512',
    awsRequestId: `00000000-0000-4000-9000-${String(id).padStart(12, '0')}`,
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: 'bench',
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(endsAt - performance.now())),
  }
}

async function invoke(question: Extract<WorkerQuestion, { kind: 'invoke' }>): Promise<WorkerAnswer> {
  const { firstId, messages, batchSize, payments } = question
  const total = { wallMs: 0, cpuMs: 0, invocationsMs: [] as number[], returned: 0 }
  for (let done = 0; done < messages; done += batchSize) {
    const size = Math.min(batchSize, messages - done)
    const Records = Array.from({ length: size }, (_, index) =>
      makeRecord(firstId + done + index, payments, done + index),
    )
    const context = makeContext(firstId + done)
    const { result, wallMs, cpuMs } = await measure(() => handler({ Records }, context))
    total.wallMs += wallMs
    total.cpuMs += cpuMs
    total.invocationsMs.push(wallMs)
    total.returned += result.batchItemFailures.length
  }
  return { ...total, ...readMemory() }
}

const readMemory = () => ({
  peakRssMb: process.resourceUsage().maxRSS / 1024,
  heapMb: process.memoryUsage().heapUsed / 2 ** 20,
})

async function load(bundle: string): Promise<WorkerAnswer> {
  const url = pathToFileURL(bundle).href
  const { result, wallMs, cpuMs } = await measure(() => import(url) as Promise<{ handler: Handler }>)
  handler = result.handler
  return { wallMs, cpuMs, invocationsMs: [], returned: 0, ...readMemory() }
}

async function collect(): Promise<WorkerAnswer> {
  setFlagsFromString('--expose-gc')
  const { wallMs, cpuMs } = await measure(async () => runInNewContext('gc()'))
  return { wallMs, cpuMs, invocationsMs: [], returned: 0, ...readMemory() }
}

function answer(question: WorkerQuestion): Promise<WorkerAnswer> {
  switch (question.kind) {
    case 'load':
      return load(question.bundle)
    case 'invoke':
      return invoke(question)
    case 'collect':
      return collect()
  }
}

process.on('message', (question: WorkerQuestion) => {
  answer(question).then(
    answered => process.send?.(answered),
    error => {
      // A handler that throws has no place in a table; the bench ends with it.
      console.error(`bench worker: ${error instanceof Error ? error.stack : error}`)
      process.exit(1)
    },
  )
})
process.on('disconnect', () => process.exit(0))
