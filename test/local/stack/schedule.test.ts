import { afterEach, describe, expect, it } from '@jest/globals'
import { asEpochMs, type Clock } from '../../../lib/core/time.js'
import type { BusEvent } from '../../../lib/local/stack/event-bus.js'
import { parseRate } from '../../../lib/local/stack/parse-rate.js'
import { type Schedule, startSchedule } from '../../../lib/local/stack/schedule.js'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/** A clock that jumps to the end of every sleep, a limited number of times; then it sleeps until it is stopped. */
function aLeapingClock(leaps: number): Clock & { slept: number[]; still: Promise<void> } {
  let now = Date.parse('2026-11-22T08:00:00.250Z')
  const slept: number[] = []
  const resting = new AbortController()
  const still = new Promise<void>(resolve => {
    resting.signal.addEventListener('abort', () => resolve(), { once: true })
  })
  return {
    slept,
    still,
    now: () => asEpochMs(now),
    sleep: async (ms, signal) => {
      if (slept.length === leaps) {
        resting.abort()
        return new Promise(resolve => signal?.addEventListener('abort', () => resolve(), { once: true }))
      }
      slept.push(ms)
      now += ms
    },
  }
}

const random = { next: () => 0, uuid: () => 'an-id' }
const running: Schedule[] = []

function ticksOf(periodMs: number, clock: Clock): BusEvent[] {
  const ticks: BusEvent[] = []
  const options = { clock, random, region: 'us-east-1', onTick: (event: BusEvent) => ticks.push(event) }
  running.push(startSchedule({ arn: 'arn:rule', periodMs }, options))
  return ticks
}

afterEach(async () => {
  for (const schedule of running.splice(0)) await schedule.stop()
})

describe('startSchedule', () => {
  it('calls with the scheduled event once a period, first after one period', async () => {
    const clock = aLeapingClock(2)
    const ticks = ticksOf(15 * MINUTE_MS, clock)
    await clock.still
    expect(ticks.map(({ time }) => time)).toEqual(['2026-11-22T08:15:00Z', '2026-11-22T08:30:00Z'])
    expect(ticks[0]).toEqual({
      version: '0',
      id: 'an-id',
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: '000000000000',
      time: '2026-11-22T08:15:00Z',
      region: 'us-east-1',
      resources: ['arn:rule'],
      detail: {},
    })
  })

  it('sleeps a period that no timer holds in parts', async () => {
    const clock = aLeapingClock(30)
    const ticks = ticksOf(30 * DAY_MS, clock)
    await clock.still
    expect(Math.max(...clock.slept)).toBe(DAY_MS)
    expect(ticks.map(({ time }) => time)).toEqual(['2026-12-22T08:00:00Z'])
  })
})

describe('parseRate', () => {
  it.each([
    ['rate(1 minute)', 60_000],
    ['rate(15 minutes)', 900_000],
    ['rate(2 hours)', 7_200_000],
    ['rate(1 day)', 86_400_000],
  ])('reads %s', (expression, expected) => {
    expect(parseRate(expression, 'path')).toBe(expected)
  })

  it.each(['rate(0 minutes)', 'rate(5 weeks)', 'cron(0 1 * * ? *)', 'soon'])(
    'refuses %s by name',
    expression => {
      expect(() => parseRate(expression, 'path')).toThrow(expression)
    },
  )
})
