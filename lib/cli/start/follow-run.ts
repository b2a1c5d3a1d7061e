import type { Clock } from '../../core/time.js'
import type { Progress, ProgressState } from './progress.js'

export type FollowOptions = {
  clock: Clock
  signal: AbortSignal
  progress: Progress
  readState(): ProgressState
  /** No message waits, is delayed, or is held by a function or by us. */
  areQueuesEmpty(): boolean
}

/** Often enough that the end is seen at once, seldom enough to cost nothing. */
const lookEveryMs = 50

/**
 * Shows progress until every queue is empty. A message is deleted only after its outcome is published or its dead letter is
 * taken, so empty queues mean that everything has come to its end; a line still without an outcome then is a finding.
 */
export async function followRun(options: FollowOptions): Promise<void> {
  const { clock, signal, progress } = options
  while (!signal.aborted && !options.areQueuesEmpty()) {
    progress.show(options.readState())
    await clock.sleep(lookEveryMs, signal)
  }
  progress.show(options.readState())
}
