import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import {
  attemptsMax,
  credentialsLimitMs,
  doubtLimitMs,
  listSettlesAfterMs,
  lookDelayMs,
  probeDelayMs,
  reachDelayMs,
  resendDelayMs,
  returnDelayMs,
} from '../../lib/core/backoff.js'

describe('backoff', () => {
  it('keeps the limits of the contract', () => {
    expect(attemptsMax).toBe(5)
    expect(doubtLimitMs).toBe(21_600_000)
    expect(credentialsLimitMs).toBe(3_600_000)
    expect(listSettlesAfterMs).toBe(30_000)
  })

  it.each([
    [1, 0, 2_000],
    [1, 0.999, 2_000],
    [2, 0, 60_000],
    [2, 0.5, 75_000],
    [3, 0, 120_000],
    [4, 0, 240_000],
    [40, 0, 900_000],
    [5_000, 0, 900_000],
  ])(
    'repeats after %d attempts and a roll of %d in %d ms: the first within seconds, later ones a minute and more',
    (attempts, roll, delayMs) => {
      expect(resendDelayMs(attempts, roll)).toBe(delayMs)
    },
  )

  it.each([
    [0, 0.9, 1_000],
    [1, 0, 5_000],
    [2, 0, 10_000],
    [2, 0.5, 12_500],
    [9, 0, 1_200_000],
    [999, 0, 1_200_000],
  ])('looks again after %d looks and a roll of %d in %d ms', (looks, roll, delayMs) => {
    expect(lookDelayMs(looks, roll)).toBe(delayMs)
  })

  it.each([
    [0, 0, 1_000],
    [0, 0.5, 2_000],
    [3, 0.5, 9_000],
    [99, 0.5, 451_000],
  ])('reaches out again after %d tries and a roll of %d in %d ms', (tries, roll, delayMs) => {
    expect(reachDelayMs(tries, roll)).toBe(delayMs)
  })

  it.each([
    [0, 30_000],
    [1, 60_000],
    [2, 120_000],
    [5, 600_000],
    [500, 600_000],
  ])('probes a held store at growing intervals: probe %d after %d ms', (probes, delayMs) => {
    expect(probeDelayMs(probes)).toBe(delayMs)
  })

  it.each([
    [1, 0, 1_000],
    [1, 0.5, 2_000],
    [2, 0.5, 3_000],
    [50, 0.5, 151_000],
  ])('returns a message received %d times with a roll of %d for %d ms', (receives, roll, delayMs) => {
    expect(returnDelayMs(receives, roll)).toBe(delayMs)
  })

  const delays = { resendDelayMs, lookDelayMs, reachDelayMs, returnDelayMs, probeDelayMs }
  it.each(Object.entries(delays))('%s is finite, at least a second and below half an hour', (_, delayOf) => {
    const rolls = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
    fc.assert(
      fc.property(fc.nat(), rolls, (count, roll) => {
        const delayMs = delayOf(count, roll)
        expect(delayMs).toBeGreaterThanOrEqual(1_000)
        expect(delayMs).toBeLessThanOrEqual(1_800_000)
      }),
    )
  })
})
