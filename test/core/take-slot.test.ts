import { describe, expect, it } from '@jest/globals'
import { type StoreQuota, unknownQuota } from '../../lib/core/store-quota.js'
import { takeSlot } from '../../lib/core/take-slot.js'
import { instant } from '../support/requests.js'

const noon = instant('12:00:00.000')
const end = instant('12:00:30.000')

/** Half of a minute is over; 100 of 150 are left, and in the window before we were alone. */
const window = (fields: Partial<StoreQuota>): StoreQuota => ({
  ...unknownQuota,
  isBlind: false,
  limit: 150,
  remaining: 100,
  resetsAt: end,
  windowMs: 60_000,
  heard: 100,
  heardAt: noon,
  own: 50,
  others: 0,
  before: { own: 135, others: 0 },
  ...fields,
})

/** How many calls are let go side by side. */
function countSideBySide(quota: StoreQuota, now = noon): number {
  let known = quota
  for (let calls = 0; calls < 1_000; calls += 1) {
    const slot = takeSlot(known, now, 0.1)
    if (!slot.granted) return calls
    known = slot.quota
  }
  return 1_000
}

describe('takeSlot', () => {
  it('lets one call go first to a store of which nothing is known', () => {
    expect(countSideBySide(unknownQuota)).toBe(1)
  })

  it('lets every call go to a store that says nothing of its quota', () => {
    expect(countSideBySide({ ...unknownQuota, isBlind: false })).toBe(1_000)
  })

  it('counts what is let go', () => {
    expect(takeSlot(window({ own: 3 }), noon, 0.1)).toMatchObject({
      granted: true,
      quota: { underWay: 1, own: 4, remaining: 100 },
    })
  })

  it.each([
    [16, 0.1, true],
    [15, 0.1, false],
    [1, 0, true],
    [0, 0, false],
    [76, 0.5, true],
    [75, 0.5, false],
  ])('with %d calls remaining of 150 and a reserve of %d lets one go: %s', (remaining, reserve, granted) => {
    expect(takeSlot(window({ remaining, heard: remaining }), noon, reserve).granted).toBe(granted)
  })

  it('waits for the end of the window when only the reserve is left', () => {
    const used = window({ remaining: 15, heard: 15 })
    expect(takeSlot(used, noon, 0.1)).toEqual({
      granted: false,
      waitsFor: 'reset',
      until: end,
      windowEnd: end,
    })
  })

  it('lets a batch of ten go at once in a fresh window', () => {
    expect(countSideBySide(window({ remaining: 149, heard: 149, own: 1 }))).toBeGreaterThanOrEqual(10)
  })

  it('lets a batch of ten go at once in a fresh window beside a client that takes half', () => {
    const fresh = { remaining: 149, heard: 149, own: 1, resetsAt: instant('12:01:00.000') }
    expect(countSideBySide(window({ ...fresh, before: { own: 60, others: 75 } }))).toBeGreaterThanOrEqual(10)
  })

  it('lets a batch of ten go at once, once a first call has told a fresh window', () => {
    const first = window({ remaining: 149, heard: 149, own: 1, resetsAt: instant('12:01:00.000') })
    const { before, ...cold } = first
    expect(before).toBeDefined()
    expect(countSideBySide(cold)).toBeGreaterThanOrEqual(9)
  })

  it.each([
    [150, 67],
    [75, 30],
    [25, 5],
    [17, 1],
  ])('alone with %d remaining lets %d go side by side', (remaining, calls) => {
    const sideBySide = countSideBySide(window({ remaining, heard: remaining, own: 150 - remaining }))
    expect(sideBySide).toBe(calls)
  })

  it('lets one after the other go where ten like us share what is left', () => {
    const shared = { own: 7, others: 63, before: { own: 13, others: 122 } }
    expect(countSideBySide(window({ remaining: 80, heard: 80, ...shared }))).toBe(1)
  })

  it('keeps for others what they took of the last window, as far as they have not taken it', () => {
    const fresh = { remaining: 150, heard: 150, own: 0, resetsAt: instant('12:01:00.000') }
    const kept = { before: { own: 15, others: 120 } }
    expect(takeSlot(window({ ...fresh, ...kept, remaining: 136 }), noon, 0.1).granted).toBe(true)
    expect(takeSlot(window({ ...fresh, ...kept, remaining: 135, own: 15 }), noon, 0.1)).toMatchObject({
      granted: false,
      waitsFor: 'kept',
    })
    expect(takeSlot(window({ ...fresh, ...kept, remaining: 75, others: 61 }), noon, 0.1).granted).toBe(true)
  })

  it('keeps less for others as the window passes', () => {
    const late = { heardAt: instant('12:00:20.000'), before: { own: 60, others: 75 } }
    const at = instant('12:00:20.000')
    expect(takeSlot(window({ remaining: 26, heard: 26, own: 50, ...late }), at, 0.1).granted).toBe(true)
    expect(takeSlot(window({ remaining: 24, heard: 24, own: 50, ...late }), at, 0.1).granted).toBe(false)
  })

  describe('when all that is left is kept for others', () => {
    const kept = window({
      remaining: 40,
      heard: 40,
      own: 60,
      before: { own: 60, others: 75 },
      lookAt: instant('12:00:09.000'),
    })

    it('waits until it is worth a look', () => {
      expect(takeSlot(kept, noon, 0.1)).toMatchObject({
        granted: false,
        waitsFor: 'kept',
        until: instant('12:00:09.000'),
        windowEnd: end,
      })
    })

    it('looks with one call whether others took it', () => {
      const slot = takeSlot(kept, instant('12:00:10.000'), 0.1)
      if (!slot.granted) throw new Error('no look was let go')
      expect(takeSlot(slot.quota, instant('12:00:10.000'), 0.1)).toMatchObject({ waitsFor: 'look' })
    })

    it('leaves the very end of a window to those who are still at it', () => {
      expect(takeSlot(kept, instant('12:00:28.000'), 0.1)).toMatchObject({ waitsFor: 'reset', until: end })
    })
  })

  describe('after the end of the window', () => {
    it('lets a batch of ten go at once', () => {
      expect(countSideBySide(window({ remaining: 15, heard: 15 }), end)).toBeGreaterThanOrEqual(10)
    })

    it('begins with no more than its part where others were seen to take theirs', () => {
      const shared = window({ remaining: 15, heard: 15, own: 13, others: 122 })
      expect(countSideBySide(shared, end)).toBe(1)
    })

    it('lets a first call go, whatever is kept for others', () => {
      expect(countSideBySide(window({ remaining: 15, heard: 15, own: 0, others: 135 }), end)).toBe(1)
    })

    it('tries what was left with one call where a window was seen to slide', () => {
      expect(countSideBySide(window({ remaining: 15, heard: 15, isWhole: false }), end)).toBe(1)
    })
  })

  it('lets nothing go while a 429 keeps the window closed, whatever remains', () => {
    const until = instant('12:00:05.000')
    const closed = window({ closedUntil: until, isBlind: true })
    expect(takeSlot(closed, noon, 0.1)).toEqual({
      granted: false,
      waitsFor: 'closed',
      until,
      windowEnd: until,
    })
    expect(countSideBySide(closed, until)).toBe(1)
  })
})
