import { returnDelayMs } from '../core/backoff.js'
import { GroundError } from '../core/errors.js'
import type { LogFields } from '../core/log-fields.js'
import type { MetricName } from '../core/metrics.js'
import { asEpochMs, type EpochMs } from '../core/time.js'
import type { Clock, Incoming, Log, Metrics, OperationsQueue, Random } from './ports.js'

/** What the functions that work off a queue have in common: how a record returns, and what is said of it. */

export type BatchAnswer = { batchItemFailures: { itemIdentifier: string }[] }

type Deps = {
  clock: Clock
  random: Random
  log: Log
  metrics: Metrics
  queue: Pick<OperationsQueue, 'delay'>
  delayScale: number
}

/** How many return, and how old the oldest of them is: each queue has its own, for what returns to one says nothing of another. */
export type ReturnMetrics = { count: MetricName; oldest: MetricName }

/** The partial batch answer for what returns, each record at its time, where one is given. Never throws. */
export async function giveBack(
  deps: Deps,
  returned: Map<Incoming, EpochMs | undefined>,
  names: ReturnMetrics,
): Promise<BatchAnswer> {
  if (returned.size > 0) await delay(deps, returned, names)
  return { batchItemFailures: [...returned.keys()].map(({ messageId }) => ({ itemIdentifier: messageId })) }
}

async function delay(
  deps: Deps,
  returned: Map<Incoming, EpochMs | undefined>,
  names: ReturnMetrics,
): Promise<void> {
  deps.metrics.add(names.count, returned.size)
  const now = deps.clock.now()
  const sentAt = Math.min(now, ...[...returned.keys()].map(incoming => incoming.sentAt))
  deps.metrics.add(names.oldest, Math.round((now - sentAt) / 1000))
  const delays = [...returned].map(([incoming, at]) => ({
    receiptHandle: incoming.receiptHandle,
    delayMs: Math.max(0, (at ?? soon(deps, incoming.receives)) - now),
  }))
  try {
    await deps.queue.delay(delays)
  } catch (error) {
    // The messages come back all the same, after the queue's own visibility time-out.
    logFailure(deps, error, {})
  }
}

/** When a record comes back that waits for something else. */
export const soon = (
  { clock, random, delayScale }: Pick<Deps, 'clock' | 'random' | 'delayScale'>,
  receives: number,
): EpochMs => asEpochMs(clock.now() + returnDelayMs(receives, random.next()) * delayScale)

/** A thrown thing may be anything. What we expect of our ground is a warning; all else is a bug and says so. */
export function logFailure(
  { log, metrics }: Pick<Deps, 'log' | 'metrics'>,
  error: unknown,
  fields: LogFields,
): void {
  const isGround = error instanceof GroundError
  metrics.add(isGround ? 'GroundFailures' : 'Bugs')
  const text = error instanceof Error ? error.message : String(error)
  if (isGround)
    log.warn('record returns: our own ground gave way', { ...fields, code: error.code, error: text })
  else
    log.error('record returns: a bug of ours', {
      ...fields,
      error: text,
      stack: error instanceof Error ? error.stack : undefined,
    })
}
