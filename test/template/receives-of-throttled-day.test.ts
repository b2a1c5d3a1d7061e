import { describe, expect, it } from '@jest/globals'
import { receivesOfThrottledDay } from '../../lib/template/receives-of-throttled-day.js'

const sqsMax = 1000

describe('receivesOfThrottledDay', () => {
  it('grows with a visibility time-out that is shorter', () => {
    const counts = [600, 180, 90, 60].map(seconds => receivesOfThrottledDay(seconds * 1000))
    expect(counts).toEqual([416, 570, 1004, 1467])
  })

  it('stays below what SQS allows with the queue as it is, and not with a visibility of a minute', () => {
    expect(receivesOfThrottledDay(180_000)).toBeLessThan(sqsMax)
    expect(receivesOfThrottledDay(60_000)).toBeGreaterThan(sqsMax)
  })
})
