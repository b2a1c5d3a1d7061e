import { getEventListeners } from 'node:events'
import { describe, expect, it } from '@jest/globals'
import { systemClock, systemRandom } from '../../lib/adapters/system.js'

describe('systemClock', () => {
  it('speaks of this very moment', () => {
    const before = Date.now()
    const now = systemClock.now()
    expect(now).toBeGreaterThanOrEqual(before)
    expect(now).toBeLessThanOrEqual(Date.now())
  })

  it('sleeps for as long as it is told', async () => {
    const before = performance.now()
    await systemClock.sleep(20)
    expect(performance.now() - before).toBeGreaterThanOrEqual(19)
  })

  it('wakes at once when the signal is aborted, during the sleep or before it', async () => {
    const waking = new AbortController()
    const sleep = systemClock.sleep(3_600_000, waking.signal)
    waking.abort()
    await sleep
    await systemClock.sleep(3_600_000, waking.signal)
  })

  it('leaves nothing behind on a signal that outlives the sleep', async () => {
    const { signal } = new AbortController()
    await systemClock.sleep(1, signal)
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})

describe('systemRandom', () => {
  it('rolls from 0 to below 1, not the same each time', () => {
    const rolls = Array.from({ length: 100 }, () => systemRandom.next())
    for (const roll of rolls) {
      expect(roll).toBeGreaterThanOrEqual(0)
      expect(roll).toBeLessThan(1)
    }
    expect(new Set(rolls).size).toBeGreaterThan(1)
  })

  it('gives a UUID that it never gave before', () => {
    const ids = Array.from({ length: 100 }, () => systemRandom.uuid())
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    expect(new Set(ids).size).toBe(100)
  })
})
