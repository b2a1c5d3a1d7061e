import { join } from 'node:path'
import type { Clock } from '../../core/time.js'
import { type CollectOptions, collectDeadLetters, collectOnce } from './collect-dead-letters.js'
import { feedQueue } from './feed-queue.js'
import { followRun } from './follow-run.js'
import type { OutcomeSeen } from './outcome-seen.js'
import { createProgress, type ProgressState } from './progress.js'
import type { ReadLines } from './read-request-lines.js'
import type { RunClients } from './run-clients.js'
import { createTally, type DeadLetterSeen, type Summary } from './tally.js'

/** What a run needs of the embedded stack. */
export type RunStack = {
  queueUrls: Record<string, string>
  queueDepth(logicalId: string): { ready: number; delayed: number; inFlight: number }
}

export type RunRequestsOptions = {
  read: ReadLines
  stack: RunStack
  clients: RunClients
  clock: Clock
  signal: AbortSignal
  directory: string
  isLive: boolean
  print(line: string): void
  readQuotas(): ProgressState['quotas']
  /** Calls the listener with each outcome; nothing is told of those that were published before. */
  onOutcome(listener: (outcome: OutcomeSeen) => void): void
  onDeadLetter?(letter: DeadLetterSeen): void
}

const operationsQueue = 'OperationsQueue'
const webhookQueue = 'WebhookQueue'
const deadLetterQueues = ['OperationsDeadLetterQueue', 'EventsDeadLetterQueue']

/** Feeds the lines through the operations queue and waits for what becomes of them; ends early when `signal` is aborted. */
export async function runRequests(options: RunRequestsOptions): Promise<Summary> {
  const { read, stack, clients, clock, signal } = options
  const unsendable = [...read.unsendable]
  const tally = createTally(read.lines, unsendable)
  options.onOutcome(outcome => tally.recordOutcome(outcome))
  const collectors = deadLetterQueues.map(queue => ({
    client: clients.sqs,
    queueUrl: urlOf(stack, queue),
    file: join(options.directory, 'dead-letters.jsonl'),
    onLetter: (letter: DeadLetterSeen) => {
      tally.recordDeadLetter(letter)
      options.onDeadLetter?.(letter)
    },
  }))
  for (const { number, problem } of unsendable) options.print(`line ${number} ${problem}`)
  const progress = createProgress({
    total: read.lines.length + unsendable.length,
    isLive: options.isLive,
    clock,
    print: options.print,
  })
  const finished = new AbortController()
  const collecting = Promise.all(collectors.map(collector => collectDeadLetters(collector, finished.signal)))
  try {
    await feedQueue({
      client: clients.sqs,
      queueUrl: urlOf(stack, operationsQueue),
      lines: read.lines,
      signal,
      onRefused: (line, problem) => {
        options.print(`line ${line.number}: ${problem}`)
        tally.recordDeadLetter({ body: line.body, errorCode: 'INVALID_REQUEST', errorMessage: problem })
      },
    })
    await Promise.race([
      followRun({
        clock,
        signal,
        progress,
        readState: () => ({
          done: tally.settledCount(),
          waiting: tally.listWaiting(),
          quotas: options.readQuotas(),
        }),
        areQueuesEmpty: () =>
          [webhookQueue, operationsQueue, ...deadLetterQueues].every(queue => isEmpty(stack, queue)),
      }),
      // Ends only when it fails: without it letters would be lost in silence.
      collecting,
    ])
  } finally {
    finished.abort()
    progress.stop()
  }
  await collecting
  // An interrupted run takes along what lies there: the queue is gone with the process.
  if (signal.aborted) await Promise.all(collectors.map(emptyQueue))
  return tally.summarize()
}

async function emptyQueue(collector: CollectOptions): Promise<void> {
  let found = 0
  do found = await collectOnce(collector, 0)
  while (found > 0)
}

function urlOf(stack: RunStack, queue: string): string {
  const url = stack.queueUrls[queue]
  if (url === undefined) throw new Error(`serverless.yml declares no ${queue}`)
  return url
}

function isEmpty(stack: RunStack, queue: string): boolean {
  const { ready, delayed, inFlight } = stack.queueDepth(queue)
  return ready + delayed + inFlight === 0
}
