import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import {
  learnQuota,
  readQuotaHeaders,
  type StoreQuota,
  takeSlot,
  unknownQuota,
} from '../../lib/core/quota.js'
import { instant } from '../support/requests.js'

const noon = instant('12:00:00.000')

describe('readQuotaHeaders', () => {
  it('reads the headers of B2B Edition', () => {
    expect(
      readQuotaHeaders({
        'x-requests-allocated': '150 times/60 s',
        'x-requests-remaining': '149 times',
        'x-requests-window-length': '0 times',
        'x-request-window-resets-after': '0.3973509933774834 s',
      }),
    ).toEqual({ quota: { limit: 150, remaining: 149, resetsInMs: 398 }, waitMs: 398 })
  })

  it('reads the headers of the wider platform', () => {
    expect(
      readQuotaHeaders({
        'x-rate-limit-requests-left': '6',
        'x-rate-limit-time-reset-ms': '3000',
        'x-rate-limit-requests-quota': '25',
        'x-rate-limit-time-window-ms': '5000',
      }),
    ).toEqual({ quota: { limit: 25, remaining: 6, resetsInMs: 3_000 }, waitMs: 3_000 })
  })

  it('waits as Retry-After says, before what a window says', () => {
    expect(readQuotaHeaders({ 'retry-after': '12', 'x-rate-limit-time-reset-ms': '3000' })).toEqual({
      quota: { resetsInMs: 3_000 },
      waitMs: 12_000,
    })
  })

  it('says nothing where no header does', () => {
    expect(readQuotaHeaders({ 'content-type': 'application/json' })).toEqual({})
  })

  it.each([
    '',
    'soon',
    'NaN',
    'Infinity',
    '-1',
    '-0.5 s',
    '١٥',
    '1_000',
    '1,5',
    'Sun, 22 Nov 2026 12:00:30 GMT',
    '9'.repeat(16),
    '9'.repeat(400),
  ])('takes a header of %j for absent', value => {
    expect(
      readQuotaHeaders({
        'x-requests-allocated': value,
        'x-requests-remaining': value,
        'x-request-window-resets-after': value,
        'x-rate-limit-time-reset-ms': value,
        'retry-after': value,
      }),
    ).toEqual({})
  })

  it.each([
    ['retry-after', '900', 900_000],
    ['retry-after', '901', undefined],
    ['x-request-window-resets-after', '86400 s', undefined],
    ['x-rate-limit-time-reset-ms', '900001', undefined],
  ])('bounds the wait of %s: %s gives %s ms', (header, value, waitMs) => {
    expect(readQuotaHeaders({ [header]: value }).waitMs).toBe(waitMs)
  })

  const nearNumbers = fc.oneof(
    fc.string(),
    fc.double().map(String),
    fc.bigInt().map(String),
    fc.tuple(fc.double(), fc.constantFrom(' s', ' times', ' times/60 s', 'x')).map(parts => parts.join('')),
  )
  const names = [
    'x-requests-allocated',
    'x-requests-remaining',
    'x-request-window-resets-after',
    'x-rate-limit-requests-left',
    'x-rate-limit-time-reset-ms',
    'x-rate-limit-requests-quota',
    'retry-after',
  ]
  const anyHeaders = fc.dictionary(fc.constantFrom(...names), nearNumbers)

  it('gives no NaN, no infinity and nothing negative, whatever the headers say', () => {
    fc.assert(
      fc.property(anyHeaders, headers => {
        const { quota = {}, waitMs } = readQuotaHeaders(headers)
        for (const value of [...Object.values(quota), ...(waitMs === undefined ? [] : [waitMs])]) {
          expect(Number.isFinite(value)).toBe(true)
          expect(value).toBeGreaterThanOrEqual(0)
        }
        expect(waitMs ?? 0).toBeLessThanOrEqual(900_000)
      }),
    )
  })

  it('leads to waits between nothing and a quarter of an hour, whatever the headers say', () => {
    fc.assert(
      fc.property(fc.array(anyHeaders, { maxLength: 6 }), fc.boolean(), (answers, isThrottled) => {
        const meaning = isThrottled ? 'throttled' : 'success'
        const quota = answers.reduce<StoreQuota>(
          (known, headers) => learnQuota(known, { meaning, ...readQuotaHeaders(headers) }, noon, 0.5, 1),
          unknownQuota,
        )
        const slot = takeSlot(quota, noon, 0.1)
        if (slot.granted) return
        expect(slot.waitMs).toBeGreaterThan(0)
        expect(slot.waitMs).toBeLessThanOrEqual(900_000)
      }),
    )
  })
})

describe('takeSlot', () => {
  const window = (fields: Partial<StoreQuota>): StoreQuota => ({
    limit: 150,
    remaining: 100,
    resetsAt: instant('12:00:30.000'),
    unnamedThrottles: 0,
    ...fields,
  })

  it('grants a call to a store of which nothing is known', () => {
    expect(takeSlot(unknownQuota, noon, 0.1)).toEqual({ granted: true, quota: { unnamedThrottles: 0 } })
  })

  it('counts down between answers', () => {
    expect(takeSlot(window({ remaining: 100 }), noon, 0.1)).toEqual({
      granted: true,
      quota: window({ remaining: 99 }),
    })
  })

  it.each([
    [16, 0.1, true],
    [15, 0.1, false],
    [1, 0, true],
    [0, 0, false],
    [76, 0.5, true],
    [75, 0.5, false],
  ])('with %d calls remaining of 150 and a reserve of %d grants: %s', (remaining, reserve, granted) => {
    expect(takeSlot(window({ remaining }), noon, reserve).granted).toBe(granted)
  })

  it('waits for the end of the window when only the reserve is left', () => {
    expect(takeSlot(window({ remaining: 15 }), noon, 0.1)).toEqual({ granted: false, waitMs: 30_000 })
  })

  it('forgets a window that has ended', () => {
    expect(takeSlot(window({ remaining: 0 }), instant('12:00:30.000'), 0.1).granted).toBe(true)
  })

  it('grants nothing while a 429 keeps the window closed, whatever remains', () => {
    const closed = window({ closedUntil: instant('12:00:05.000') })
    expect(takeSlot(closed, noon, 0.1)).toEqual({ granted: false, waitMs: 5_000 })
    expect(takeSlot(closed, instant('12:00:05.000'), 0.1).granted).toBe(true)
  })
})

describe('learnQuota', () => {
  const success = { meaning: 'success', quota: { limit: 150, remaining: 80, resetsInMs: 20_000 } }

  it('believes what the server says', () => {
    expect(learnQuota(unknownQuota, success, noon, 0.5, 1)).toEqual({
      limit: 150,
      remaining: 80,
      resetsAt: instant('12:00:20.000'),
      unnamedThrottles: 0,
    })
  })

  it('keeps the lower number when answers of one window overtake each other', () => {
    const later = learnQuota(unknownQuota, success, noon, 0.5, 1)
    const overtaken = { meaning: 'success', quota: { limit: 150, remaining: 90, resetsInMs: 20_500 } }
    expect(learnQuota(later, overtaken, noon, 0.5, 1).remaining).toBe(80)
  })

  it('takes the new number in a new window', () => {
    const before = learnQuota(unknownQuota, success, noon, 0.5, 1)
    const fresh = { meaning: 'success', quota: { limit: 150, remaining: 149, resetsInMs: 60_000 } }
    expect(learnQuota(before, fresh, instant('12:00:21.000'), 0.5, 1)).toEqual({
      limit: 150,
      remaining: 149,
      resetsAt: instant('12:01:21.000'),
      unnamedThrottles: 0,
    })
  })

  it('closes the window for as long as a 429 says, which no scale of ours shortens', () => {
    const learnt = learnQuota(unknownQuota, { meaning: 'throttled', waitMs: 7_000 }, noon, 0.5, 0.01)
    expect(learnt).toEqual({ closedUntil: instant('12:00:07.000'), unnamedThrottles: 0 })
  })

  it.each([
    [0, 0, 2_500],
    [0, 1, 5_000],
    [1, 1, 10_000],
    [3, 1, 40_000],
    [4, 1, 60_000],
    [400, 1, 60_000],
  ])(
    'grows a wait that no 429 names: after %d of them and a roll of %d it is %d ms',
    (unnamedThrottles, roll, waitMs) => {
      const learnt = learnQuota({ unnamedThrottles }, { meaning: 'throttled' }, noon, roll, 1)
      expect(learnt).toEqual({ closedUntil: noon + waitMs, unnamedThrottles: unnamedThrottles + 1 })
    },
  )

  it('scales the wait that no 429 names', () => {
    expect(learnQuota(unknownQuota, { meaning: 'throttled' }, noon, 1, 0.1).closedUntil).toBe(
      instant('12:00:00.500'),
    )
  })

  it('starts anew after any other answer', () => {
    const throttled = learnQuota({ unnamedThrottles: 3 }, { meaning: 'throttled' }, noon, 1, 1)
    expect(
      learnQuota(throttled, { meaning: 'success' }, instant('12:01:00.000'), 1, 1).unnamedThrottles,
    ).toBe(0)
  })
})
