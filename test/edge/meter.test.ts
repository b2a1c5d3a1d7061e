import { describe, expect, it } from '@jest/globals'
import type { ScheduledEvent, SQSEvent } from 'aws-lambda'
import { Unavailable } from '../../lib/core/errors.js'
import { sqsHandler } from '../../lib/edge/sqs-handler.js'
import { createLeapingClock } from '../support/leaping-clock.js'
import { createRecordedMetrics } from '../support/recorded-metrics.js'
import { catchError } from '../support/sentinel.js'
import { aContext } from './a-context.js'

function aHandler(run: () => Promise<{ batchItemFailures: [] }>) {
  const metrics = createRecordedMetrics()
  return { metrics, handler: sqsHandler({ clock: createLeapingClock(), metrics }, run) }
}

describe('meter', () => {
  it('writes once after each invocation', async () => {
    const { metrics, handler } = aHandler(async () => {
      metrics.add('Succeeded')
      return { batchItemFailures: [] }
    })
    await handler({ Records: [] }, aContext())
    await handler({ Records: [] }, aContext())
    expect(metrics.flushed).toEqual([[['Succeeded', 1]], [['Succeeded', 1]]])
  })

  it.each([
    ['GroundFailures' as const, new Unavailable('no queue')],
    ['Bugs' as const, new TypeError('a bug')],
  ])('counts what is thrown as %s, and writes all the same', async (name, error) => {
    const { metrics, handler } = aHandler(() => Promise.reject(error))
    expect(await catchError(() => handler({ Records: [] }, aContext()))).toBe(error)
    expect(metrics.flushed).toEqual([[[name, 1]]])
  })

  it('counts an event of a wrong trigger as a bug', async () => {
    const { metrics, handler } = aHandler(async () => ({ batchItemFailures: [] }))
    const foreign: Pick<ScheduledEvent, 'detail'> & Partial<SQSEvent> = { detail: {} }
    await catchError(() => handler(foreign as SQSEvent, aContext()))
    expect(metrics.flushed).toEqual([[['Bugs', 1]]])
  })
})
