import { describe, expect, it } from '@jest/globals'
import { learnQuota } from '../../lib/core/learn-quota.js'
import { type StoreQuota, unknownQuota } from '../../lib/core/store-quota.js'
import { takeSlot } from '../../lib/core/take-slot.js'
import { asEpochMs, type EpochMs } from '../../lib/core/time.js'
import { instant } from '../support/requests.js'

const noon = instant('12:00:00.000')
const heard = (remaining: number, resetsInMs: number) => ({
  meaning: 'success',
  quota: { limit: 150, remaining, resetsInMs },
})

/** What is known after a call was let go and answered. */
function callOnce(known: StoreQuota, answer: Parameters<typeof learnQuota>[1], now: EpochMs): StoreQuota {
  const slot = takeSlot(known, now, 0)
  if (!slot.granted) throw new Error('no call was let go')
  return learnQuota(slot.quota, answer, now, 0.5, 1)
}

describe('learnQuota', () => {
  it('believes what the server says', () => {
    expect(callOnce(unknownQuota, heard(80, 20_000), noon)).toMatchObject({
      limit: 150,
      remaining: 80,
      resetsAt: instant('12:00:20.000'),
      own: 1,
      others: 69,
      underWay: 0,
      isBlind: false,
    })
  })

  it('keeps the lower number when answers of one window overtake each other', () => {
    const later = learnQuota(unknownQuota, heard(80, 20_000), noon, 0.5, 1)
    expect(learnQuota(later, heard(90, 20_500), noon, 0.5, 1).remaining).toBe(80)
  })

  it('believes the answer that was shortest under way when the window ends', () => {
    const slow = learnQuota(unknownQuota, heard(80, 20_500), noon, 0.5, 1)
    expect(learnQuota(slow, heard(79, 20_000), noon, 0.5, 1).resetsAt).toBe(instant('12:00:20.000'))
  })

  it('takes the new number in a new window', () => {
    const before = learnQuota(unknownQuota, heard(80, 20_000), noon, 0.5, 1)
    expect(callOnce(before, heard(149, 60_000), instant('12:00:21.000'))).toMatchObject({
      remaining: 149,
      resetsAt: instant('12:01:21.000'),
      own: 1,
      others: 0,
    })
  })

  it('tells windows of two seconds apart', () => {
    const before = learnQuota(unknownQuota, heard(15, 300), noon, 0.5, 1)
    expect(learnQuota(before, heard(140, 1_900), asEpochMs(noon + 400), 0.5, 1).remaining).toBe(140)
  })

  it('passes over a late answer of the window before', () => {
    const before = learnQuota(unknownQuota, heard(40, 60_000), noon, 0.5, 1)
    const ended = callOnce(before, heard(30, 10), instant('12:01:00.005'))
    expect(takeSlot(ended, instant('12:01:00.006'), 0.1).granted).toBe(true)
  })

  it('remembers what others took, with a little more and what was kept for them when they were last heard of', () => {
    const mine = callOnce(unknownQuota, heard(60, 2_000), noon)
    const next = callOnce(mine, heard(149, 60_000), instant('12:00:03.000'))
    expect(next.before?.own).toBe(1)
    expect(next.before?.others).toBeGreaterThan(89)
    expect(next.before?.others).toBeLessThan(200)
  })

  it('forgets others, window by window, of whom nothing is heard any more', () => {
    let known = callOnce(unknownQuota, heard(75, 30_000), noon)
    const expected: number[] = []
    for (let minute = 1; minute <= 60; minute += 1) {
      known = callOnce(known, heard(149, 60_000), asEpochMs(noon + minute * 60_000))
      expected.push(known.before?.others ?? 0)
    }
    expect(Math.max(...expected)).toBeLessThanOrEqual(150)
    expect(expected.at(-1)).toBeLessThan(2)
  })

  it('counts a call that nobody answered for one that was counted', () => {
    const known = callOnce(unknownQuota, heard(80, 20_000), noon)
    expect(callOnce(known, { meaning: 'lost' }, noon)).toMatchObject({ remaining: 79, underWay: 0 })
  })

  it('finds out that a window slides when its end brings back next to nothing', () => {
    const known = callOnce(unknownQuota, heard(40, 398), noon)
    expect(callOnce(known, heard(40, 398), instant('12:00:00.500')).isWhole).toBe(false)
  })

  it('closes the window for as long as a 429 says, which no scale of ours shortens', () => {
    const learnt = learnQuota(unknownQuota, { meaning: 'throttled', waitMs: 7_000 }, noon, 0.5, 0.01)
    expect(learnt).toMatchObject({ closedUntil: instant('12:00:07.000'), isBlind: true })
  })

  it('takes the 429s of calls that were under way together for one', () => {
    const refused = { meaning: 'throttled', waitMs: 7_000 }
    const first = learnQuota(unknownQuota, refused, noon, 0.5, 1)
    expect(learnQuota(first, refused, noon, 0.5, 1)).toMatchObject({
      closedUntil: instant('12:00:07.000'),
      throttles: 1,
    })
  })

  it('waits longer than a 429 says when the first call after the last wait was refused again', () => {
    const refused = { meaning: 'throttled', waitMs: 400 }
    const first = learnQuota(unknownQuota, refused, noon, 1, 1)
    const second = learnQuota(first, refused, instant('12:00:01.000'), 1, 1)
    expect(second.closedUntil).toBe(instant('12:00:01.800'))
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
    (throttles, roll, waitMs) => {
      const learnt = learnQuota({ ...unknownQuota, throttles }, { meaning: 'throttled' }, noon, roll, 1)
      expect(learnt).toMatchObject({ closedUntil: noon + waitMs, throttles: throttles + 1 })
    },
  )

  it('scales the wait that no 429 names', () => {
    expect(learnQuota(unknownQuota, { meaning: 'throttled' }, noon, 1, 0.1).closedUntil).toBe(
      instant('12:00:00.500'),
    )
  })

  it('starts anew after any other answer', () => {
    const throttled = learnQuota({ ...unknownQuota, throttles: 3 }, { meaning: 'throttled' }, noon, 1, 1)
    expect(learnQuota(throttled, { meaning: 'success' }, instant('12:01:00.000'), 1, 1)).toMatchObject({
      throttles: 0,
      isBlind: false,
    })
  })
})

describe('learnQuota', () => {
  it('never stretches a window of a minute beyond its end, however little its ends bring back', () => {
    let quota = unknownQuota
    for (let window = 0; window < 6; window += 1) {
      const answer = { meaning: 'success', quota: { limit: 150, remaining: 14, resetsInMs: 60_000 } }
      quota = learnQuota(quota, answer, asEpochMs(window * 60_000), 0.5, 1)
    }
    expect(quota.resetsAt).toBe(360_000)
  })

  it('comes ever less often to a store whose every 429 names a millisecond', () => {
    let quota = unknownQuota
    let now = 0
    for (let tries = 0; tries < 30; tries += 1) {
      quota = learnQuota(quota, { meaning: 'throttled', waitMs: 1 }, asEpochMs(now), 1, 1)
      now = quota.closedUntil ?? now
    }
    expect(now).toBeGreaterThan(10 * 60_000)
  })
})

const lost = (tookMs = 100) => ({ meaning: 'lost', tookMs })
const learnAll = (known: StoreQuota, answers: Parameters<typeof learnQuota>[1][], now = noon): StoreQuota =>
  answers.reduce((quota, answer) => learnQuota(quota, answer, now, 0.5, 1), known)

describe('learnQuota of a store that gives no usable answer', () => {
  it('leaves it alone after three in a row, and then lets one call see', () => {
    expect(takeSlot(learnAll(unknownQuota, [lost(), lost()]), noon, 0)).toMatchObject({ granted: true })
    const known = learnAll(unknownQuota, [lost(), { meaning: 'notSent' }, lost()])
    expect(takeSlot(known, noon, 0)).toMatchObject({ waitsFor: 'closed', until: noon + 3_750 })
    const probing = takeSlot(known, asEpochMs(noon + 3_750), 0)
    if (!probing.granted) throw new Error('no call sees whether the store is back')
    expect(takeSlot(probing.quota, asEpochMs(noon + 3_750), 0)).toEqual({ granted: false, waitsFor: 'own' })
  })

  it('leaves it alone at once where the call took long, for a multiple of that', () => {
    const known = learnAll(unknownQuota, [lost(10_000)])
    expect(takeSlot(known, noon, 0)).toMatchObject({ waitsFor: 'closed', until: noon + 45_000 })
  })

  it('comes less and less often while nothing comes back, up to a longest wait', () => {
    let [known, now] = [learnAll(unknownQuota, [lost(10_000)]), noon]
    const waits: number[] = []
    for (let probe = 0; probe < 4; probe += 1) {
      const until = known.closedUntil ?? now
      waits.push(until - now)
      now = until
      known = callOnce(known, lost(10_000), now)
    }
    expect(waits).toEqual([45_000, 90_000, 150_000, 150_000])
  })

  it('takes the losses of calls that were under way together for one', () => {
    const known = learnAll(unknownQuota, [lost(), lost(), lost(), lost(), lost()])
    expect(known).toMatchObject({ rests: 1, closedUntil: noon + 3_750 })
  })

  it('opens it at the first answer that can be used, whatever that says', () => {
    const known = learnAll(unknownQuota, [lost(10_000)])
    const heardOf = learnQuota(known, { meaning: 'notFound' }, noon, 0.5, 1)
    expect(takeSlot(heardOf, noon, 0)).toMatchObject({ granted: true })
    expect(heardOf).toMatchObject({ losses: 0, rests: 0 })
  })

  it('learns nothing of it from a call that broke for a reason of ours', () => {
    const known = learnAll(unknownQuota, [lost(10_000), { meaning: 'broken' }])
    expect(takeSlot(known, noon, 0)).toMatchObject({ waitsFor: 'closed', until: noon + 45_000 })
    const probed = callOnce(known, { meaning: 'broken' }, asEpochMs(noon + 45_000))
    expect(callOnce(probed, lost(10_000), asEpochMs(noon + 45_000))).toMatchObject({ rests: 2 })
  })

  it('does not blame a store for one lost call that answered another meanwhile', () => {
    const well = learnQuota(unknownQuota, heard(80, 20_000), asEpochMs(noon - 1_000), 0.5, 1)
    expect(takeSlot(learnAll(well, [lost(10_000)]), noon, 0)).toMatchObject({ granted: true })
  })

  it('keeps a 429 closed for as long as it named, whatever another call is answered', () => {
    const known = learnAll(unknownQuota, [{ meaning: 'throttled', waitMs: 20_000 }, heard(80, 20_000)])
    expect(takeSlot(known, noon, 0)).toMatchObject({ waitsFor: 'closed', until: noon + 20_000 })
  })
})
