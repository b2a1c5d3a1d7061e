import {
  enterWindow,
  expectedOthers,
  freeForAll,
  keptForOthers,
  lookEvery,
  ownShare,
  type StoreQuota,
  usualLimit,
} from './store-quota.js'
import { asEpochMs, type EpochMs } from './time.js'

export type Slot =
  | { granted: true; quota: StoreQuota }
  /**
   * `own`: until a call of ours is answered. `kept`: what is left is kept for others, until the next look. `look`: that look is
   * under way; `until` is when there will be one after it.
   */
  | { granted: false; waitsFor: 'own' }
  | { granted: false; waitsFor: 'closed' | 'reset' | 'kept' | 'look'; until: EpochMs; windowEnd: EpochMs }

/** Lets one call go, or says what it waits for. `reserve` is the share of the quota left to others. */
export function takeSlot(known: StoreQuota, now: EpochMs, reserve: number): Slot {
  const quota = enterWindow(known, now)
  const { closedUntil, resetsAt, remaining, underWay } = quota
  if (closedUntil !== undefined && now < closedUntil)
    return { granted: false, waitsFor: 'closed', until: closedUntil, windowEnd: closedUntil }
  const granted: Slot = {
    granted: true,
    quota: { ...quota, underWay: underWay + 1, own: quota.own + 1 },
  }
  if (quota.isBlind && underWay > 0) return { granted: false, waitsFor: 'own' }
  if (quota.isBlind || remaining === undefined || resetsAt === undefined) return granted
  // Only a call can tell what a new window is like.
  if (quota.isAssumed && underWay === 0) return granted
  const free = remaining - Math.floor((quota.limit ?? usualLimit) * reserve) - underWay
  if (free < 1) {
    if (quota.isAssumed) return { granted: false, waitsFor: 'own' }
    return { granted: false, waitsFor: 'reset', until: resetsAt, windowEnd: resetsAt }
  }
  // That time passes is no news: what others took of it meanwhile was kept for them.
  const room = free - keptForOthers(quota, quota.heardAt ?? now)
  if (room < 1) return lookAgain(quota, now, free, granted)
  const sideBySide = Math.max(1, Math.floor(((room + underWay) * ownShare(quota)) / 2))
  return underWay < sideBySide ? granted : { granted: false, waitsFor: 'own' }
}

/** All that is left was kept for others when we last heard of it. One call now and then sees whether they took it. */
function lookAgain(quota: StoreQuota, now: EpochMs, free: number, granted: Slot): Slot {
  const { underWay, lookAt = now, resetsAt = now } = quota
  const until = asEpochMs(Math.ceil(Math.max(lookAt, keptUntil(quota, free - 1))))
  // So near its end a window is left to those who are still at it: a look would often be the one call too many.
  const isLate = Math.max(now, until) >= resetsAt - freeForAll * (quota.windowMs ?? 0)
  if (isLate) return { granted: false, waitsFor: 'reset', until: resetsAt, windowEnd: resetsAt }
  if (underWay > 0) {
    const next = asEpochMs(Math.max(until, now + lookEvery * (quota.windowMs ?? 0)))
    return { granted: false, waitsFor: 'look', until: next, windowEnd: resetsAt }
  }
  return now >= until ? granted : { granted: false, waitsFor: 'kept', until, windowEnd: resetsAt }
}

/** When no more than `most` is kept for others. */
function keptUntil(quota: StoreQuota, most: number): number {
  const { resetsAt = 0, windowMs = 1 } = quota
  const share = most / Math.max(1, expectedOthers(quota))
  return resetsAt - windowMs * (freeForAll + (1 - freeForAll) * share)
}
