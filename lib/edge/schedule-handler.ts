import middy from '@middy/core'
import type { Context, ScheduledEvent } from 'aws-lambda'
import { countReport, type Report, type ReportCounts } from '../core/reconcile/finding.js'
import { asEpochMs, type Clock, type EpochMs } from '../core/time.js'
import type { Metrics } from '../engine/ports.js'
import { meter } from './meter.js'

/** A schedule's tick: one bounded pass, which ends before the invocation does. Answers with counts; a report may be too long. */
export function scheduleHandler(
  { clock, metrics }: { clock: Clock; metrics: Metrics },
  runOnce: (invocationEnd: EpochMs) => Promise<Report>,
) {
  const handle = async (_: ScheduledEvent, context: Context): Promise<ReportCounts> =>
    countReport(await runOnce(asEpochMs(clock.now() + context.getRemainingTimeInMillis())))
  return middy<ScheduledEvent, ReportCounts, Error, Context>(handle, { timeoutEarlyInMillis: 0 }).use(
    meter(metrics),
  )
}
