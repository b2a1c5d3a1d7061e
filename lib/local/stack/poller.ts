import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import type { Clock } from '../../core/time.js'
import { judgeBatchAnswer } from './batch-answer.js'
import type { QueueSource } from './declaration.js'
import { toSqsEvent } from './sqs-event.js'

// What Lambda's event source mapping does between a queue and a function: wait for a free place, receive by long poll,
// gather for a moment, invoke, delete what succeeded. A failed message is left alone: its visibility time-out, or what
// the function made of it, brings it back. SQS itself keeps a message group to one invocation at a time.

export type PollerOptions = {
  clock: Clock
  client: SQSClient
  source: QueueSource
  queueUrl: string
  queueArn: string
  region: string
  invoke: (event: unknown) => Promise<unknown>
  /** What the mapping itself has to say: an answer that it cannot read, a queue that it cannot reach. */
  onLine: (line: string) => void
}

export type Poller = { stop(): Promise<void> }

const LONG_POLL_SECONDS = 20
// A producer's batch becomes visible message by message; without a moment's patience the first would travel alone.
const GATHERING_MS = 10
const RECEIVE_RETRY_MS = 1000

/** Polls until stopped; `stop` resolves when no receive, invocation or delete is under way any more. */
export function startPoller(options: PollerOptions): Poller {
  const stopping = new AbortController()
  const running = new Set<Promise<void>>()
  const loop = async () => {
    while (!stopping.signal.aborted) {
      if (running.size >= options.source.maximumConcurrency) {
        await Promise.race(running)
        continue
      }
      const batch = await gatherBatch(options, stopping.signal)
      if (batch.length === 0) continue
      const invocation: Promise<void> = handOver(options, batch, stopping.signal).finally(() =>
        running.delete(invocation),
      )
      running.add(invocation)
    }
    await Promise.all(running)
  }
  const ended = loop()
  return {
    stop: () => {
      stopping.abort()
      return ended
    },
  }
}

async function gatherBatch(options: PollerOptions, signal: AbortSignal): Promise<Message[]> {
  const { batchSize } = options.source
  const batch = await receive(options, batchSize, LONG_POLL_SECONDS, signal)
  if (batch.length === 0 || batch.length >= batchSize) return batch
  await options.clock.sleep(GATHERING_MS, signal)
  return [...batch, ...(await receive(options, batchSize - batch.length, 0, signal))]
}

async function receive(
  options: PollerOptions,
  max: number,
  waitSeconds: number,
  signal: AbortSignal,
): Promise<Message[]> {
  try {
    const command = new ReceiveMessageCommand({
      QueueUrl: options.queueUrl,
      MaxNumberOfMessages: max,
      WaitTimeSeconds: waitSeconds,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    })
    const { Messages = [] } = await options.client.send(command, { abortSignal: signal })
    return Messages
  } catch (error) {
    // Stopped in the middle of a long poll, or the queue is out of reach: the mapping says so and goes on trying.
    if (signal.aborted) return []
    options.onLine(`The queue ${options.queueUrl} cannot be read: ${String(error)}`)
    await options.clock.sleep(RECEIVE_RETRY_MS, signal)
    return []
  }
}

async function handOver(options: PollerOptions, batch: Message[], signal: AbortSignal): Promise<void> {
  const { queueArn, region, source, onLine } = options
  let answer: unknown
  try {
    answer = await options.invoke(toSqsEvent(batch, queueArn, region))
  } catch {
    // The function's own log has the error. For the mapping it means that the whole batch stays in the queue.
    return
  }
  const verdict = source.reportsBatchItemFailures
    ? judgeBatchAnswer(
        answer,
        batch.map(({ MessageId = '' }) => MessageId),
      )
    : { failed: new Set<string>() }
  if ('allFailed' in verdict) return onLine(`The whole batch stays in the queue: ${verdict.allFailed}`)
  const done = batch.filter(({ MessageId = '' }) => !verdict.failed.has(MessageId))
  if (done.length === 0 || signal.aborted) return
  await deleteMessages(options, done)
}

async function deleteMessages(
  { client, queueUrl, onLine }: PollerOptions,
  messages: Message[],
): Promise<void> {
  const entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }))
  try {
    await client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }))
  } catch (error) {
    // What is not deleted is delivered again, which at least once allows; the function must bear it.
    onLine(`Done messages could not be deleted from ${queueUrl}: ${String(error)}`)
  }
}
