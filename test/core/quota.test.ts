import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { learnQuota } from '../../lib/core/learn-quota.js'
import { readQuotaHeaders } from '../../lib/core/quota.js'
import { type StoreQuota, unknownQuota } from '../../lib/core/store-quota.js'
import { takeSlot } from '../../lib/core/take-slot.js'
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
        if (slot.granted || slot.waitsFor === 'own') return
        expect(slot.until).toBeGreaterThan(noon)
        expect(slot.until).toBeLessThanOrEqual(noon + 900_000)
      }),
    )
  })
})
