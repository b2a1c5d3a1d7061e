import { describe, expect, it } from '@jest/globals'
import type { ScheduledEvent } from 'aws-lambda'
import { scheduleHandler } from '../../lib/edge/schedule-handler.js'
import { createLeapingClock } from '../support/leaping-clock.js'
import { createRecordedMetrics } from '../support/recorded-metrics.js'
import { catchError } from '../support/sentinel.js'
import { aContext } from './a-context.js'

const aTick: ScheduledEvent = {
  version: '0',
  id: 't-1',
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: '000000000000',
  time: '2026-11-22T08:00:00Z',
  region: 'us-east-1',
  resources: ['arn:aws:events:us-east-1:000000000000:rule/reconcile'],
  detail: {},
}

describe('scheduleHandler', () => {
  it('runs one pass that knows when the invocation ends, and returns its counts', async () => {
    const ends: number[] = []
    const handler = scheduleHandler(
      { clock: createLeapingClock(), metrics: createRecordedMetrics() },
      async invocationEnd => {
        ends.push(invocationEnd)
        return { startedAt: '', endedAt: '', dryRun: false, stores: [] }
      },
    )
    expect(await handler(aTick, aContext(120_000))).toMatchObject({ stores: 0, complete: true })
    expect(ends).toEqual([1_795_334_520_000])
  })

  it('fails the invocation where the pass fails', async () => {
    const handler = scheduleHandler({ clock: createLeapingClock(), metrics: createRecordedMetrics() }, () =>
      Promise.reject(new TypeError('a bug')),
    )
    expect(String(await catchError(() => handler(aTick, aContext())))).toBe('TypeError: a bug')
  })
})
