import middy from '@middy/core'
import type { Context, ScheduledEvent } from 'aws-lambda'
import { asEpochMs, type Clock, type EpochMs } from '../core/time.js'

/** A schedule's tick: one bounded pass, which ends before the invocation does. */
export function scheduleHandler<T>(clock: Clock, runOnce: (invocationEnd: EpochMs) => Promise<T>) {
  const handle = (_: ScheduledEvent, context: Context): Promise<T> =>
    runOnce(asEpochMs(clock.now() + context.getRemainingTimeInMillis()))
  return middy<ScheduledEvent, T, Error, Context>(handle, { timeoutEarlyInMillis: 0 })
}
