import { usualLimit } from '../store-quota.js'
import { asEpochMs, type EpochMs } from '../time.js'

/**
 * When a sweep may make its next call to a store. A sweep is never urgent and requests are, so it does not compete: it goes
 * at an even pace that uses its share of what is left after the reserve, and where others are seen at work it falls back to
 * a few calls a window until they have been quiet for a whole one. What others take is what the server counts beyond ours.
 *
 * Spacing alone keeps the share, whatever the window: one that ends at once and one that slides cannot be told apart by a
 * header, and need not be.
 */
export type ShareQuota = {
  limit: number
  remaining?: number
  resetsAt?: EpochMs
  /** Our calls of the last window, each when it was let go. */
  ownAt: EpochMs[]
  underWay: number
  /** Others were seen at work; until then they have the store nearly to themselves. */
  sharedUntil?: EpochMs
  /** No call before this: a 429 closed the window. */
  closedUntil?: EpochMs
  /** How often in a row it was closed. */
  throttles: number
}

export type ShareSettings = {
  /** Part of the quota that nobody here plans with. */
  reserve: number
  /** Part of the rest that a sweep may use. */
  share: number
  /** As published: what the quota is counted over. */
  windowMs?: number
}

export const unknownShare: ShareQuota = { limit: usualLimit, ownAt: [], underWay: 0, throttles: 0 }

const publishedWindowMs = 60_000
/** Beyond this part of the quota, what others take is work, not a glance. */
const seenAbove = 0.1
/** Beside others at work: little enough that they lose less than a tenth of their pace, with what they keep for us as well. */
const besideOthers = 0.06
/** After a 429 that names no time: the platform is under load, so the wait grows. */
const unnamedWaitMs = 5_000
const longestWaitMs = 60_000

export type ShareSlot = { granted: true; quota: ShareQuota } | { granted: false; until: EpochMs }

export function takeShare(quota: ShareQuota, now: EpochMs, settings: ShareSettings): ShareSlot {
  const { windowMs = publishedWindowMs, reserve } = settings
  const { limit, remaining, resetsAt = now, closedUntil = now } = quota
  if (now < closedUntil) return { granted: false, until: closedUntil }
  const spacingMs = windowMs / allowanceOf(quota, now, settings)
  const next = asEpochMs(Math.ceil((quota.ownAt.at(-1) ?? Number.NEGATIVE_INFINITY) + spacingMs))
  if (now < next) return { granted: false, until: next }
  const isKnown = remaining !== undefined && now < resetsAt
  if (isKnown && remaining - quota.underWay - Math.ceil(limit * reserve) < 1)
    return { granted: false, until: resetsAt }
  const ownAt = [...quota.ownAt.filter(at => at > now - windowMs), now]
  return { granted: true, quota: { ...quota, ownAt, underWay: quota.underWay + 1 } }
}

/** How many calls a window are ours. */
function allowanceOf(quota: ShareQuota, now: EpochMs, { reserve, share }: ShareSettings): number {
  const { limit, sharedUntil = now } = quota
  const alone = limit * (1 - reserve) * share
  return Math.max(1, Math.floor(now < sharedUntil ? Math.min(alone, limit * besideOthers) : alone))
}

export type ShareTaught = {
  meaning: string
  quota?: { limit?: number; remaining?: number; resetsInMs?: number }
  waitMs?: number
}

/** A call of ours has ended, and this is what its answer teaches. */
export function learnShare(
  known: ShareQuota,
  answer: ShareTaught,
  now: EpochMs,
  settings: ShareSettings,
): ShareQuota {
  const { windowMs = publishedWindowMs } = settings
  const { limit = known.limit, remaining, resetsInMs } = answer.quota ?? {}
  const ended = { ...known, limit, underWay: Math.max(0, known.underWay - 1) }
  if (answer.meaning === 'throttled') return closeFor(ended, answer.waitMs, now, windowMs)
  const open: ShareQuota = { ...ended, throttles: 0 }
  if (remaining === undefined || resetsInMs === undefined) return open
  const resetsAt = asEpochMs(now + resetsInMs)
  const own = known.ownAt.filter(at => at >= resetsAt - windowMs).length
  const isShared = limit - remaining - own > limit * seenAbove
  const sharedUntil = asEpochMs(resetsAt + windowMs)
  return { ...open, remaining, resetsAt, ...(isShared && { sharedUntil }) }
}

/** Whoever used the quota up was not us alone. */
function closeFor(quota: ShareQuota, waitMs: number | undefined, now: EpochMs, windowMs: number): ShareQuota {
  const throttles = quota.throttles + 1
  const grownMs = Math.min(longestWaitMs, (waitMs || unnamedWaitMs) * 2 ** Math.min(throttles - 1, 10))
  const closedUntil = asEpochMs(now + Math.max(waitMs ?? 0, grownMs))
  return { ...quota, throttles, closedUntil, sharedUntil: asEpochMs(closedUntil + windowMs) }
}
