import { describe, expect, it } from '@jest/globals'
import { learnShare, type ShareQuota, takeShare, unknownShare } from '../../../lib/core/reconcile/share.js'
import { asEpochMs, type EpochMs } from '../../../lib/core/time.js'
import { instant } from '../../support/requests.js'

const noon = instant('12:00:00.000')
const later = (ms: number): EpochMs => asEpochMs(noon + ms)
const settings = { reserve: 0.1, share: 1 / 3 }
const success = (remaining: number, resetsInMs: number) => ({
  meaning: 'success',
  quota: { limit: 150, remaining, resetsInMs },
})

/** One call, answered at once. */
function call(quota: ShareQuota, now: EpochMs, answer = success(149, 60_000)): ShareQuota {
  const slot = takeShare(quota, now, settings)
  if (!slot.granted) throw new Error(`no call before ${slot.until}`)
  return learnShare(slot.quota, answer, now, settings)
}

const nextAfter = (quota: ShareQuota, now: EpochMs): number => {
  const slot = takeShare(quota, now, settings)
  return slot.granted ? 0 : slot.until - now
}

describe('takeShare', () => {
  it('lets the first call go at once', () => {
    expect(takeShare(unknownShare, noon, settings).granted).toBe(true)
  })

  it('spaces calls so that a window holds a third of what is left after the reserve', () => {
    expect(nextAfter(call(unknownShare, noon), noon)).toBe(Math.ceil(60_000 / 45))
  })

  it.each([
    ['work of others', success(133, 60_000)],
    ['a refusal of the platform', { meaning: 'throttled', waitMs: 1, quota: {} }],
  ])('falls back to nine calls a window after %s', (_, answer) => {
    const quota = call(unknownShare, noon, answer as typeof answer & ReturnType<typeof success>)
    expect(nextAfter(quota, later(5_000))).toBe(Math.ceil(60_000 / 9) - 5_000)
  })

  it('takes a glance of others for no work', () => {
    expect(nextAfter(call(unknownShare, noon, success(134, 60_000)), noon)).toBe(Math.ceil(60_000 / 45))
  })

  it('takes its own calls for nobody else’s', () => {
    let quota = unknownShare
    for (let index = 0; index < 40; index += 1)
      quota = call(quota, later(index * 1_400), success(149 - index, 60_000 - index * 1_400))
    expect(quota.sharedUntil).toBeUndefined()
  })

  it('comes back to its share when others were quiet for a whole window', () => {
    const busy = call(unknownShare, noon, success(100, 10_000))
    const quiet = call(busy, later(10_000), success(149, 60_000))
    const quieter = call(quiet, later(70_000), success(149, 60_000))
    expect(nextAfter(quiet, later(10_000))).toBe(Math.ceil(60_000 / 9))
    expect(nextAfter(quieter, later(70_000))).toBe(Math.ceil(60_000 / 45))
  })

  it('waits for the end of a window of which the reserve alone is left', () => {
    expect(nextAfter(call(unknownShare, noon, success(15, 50_000)), later(20_000))).toBe(30_000)
  })

  it('waits as long as a refusal says, and longer each time that it is refused again', () => {
    const refusal = { meaning: 'throttled', waitMs: 20_000, quota: {} } as const
    const refuse = (quota: ShareQuota, now: EpochMs) =>
      learnShare({ ...quota, underWay: 1 }, refusal, now, settings)
    const once = refuse(unknownShare, noon)
    expect(nextAfter(once, noon)).toBe(20_000)
    expect(nextAfter(refuse(once, later(20_000)), later(20_000))).toBe(40_000)
  })

  it('keeps its pace where an answer tells nothing of the quota', () => {
    const quota = call(unknownShare, noon, { meaning: 'lost' } as unknown as ReturnType<typeof success>)
    expect(nextAfter(quota, noon)).toBe(Math.ceil(60_000 / 45))
  })
})
