import type { QuotaReading } from './quota.js'
import { enterWindow, leaveWindow, lookEvery, type StoreQuota, usualLimit } from './store-quota.js'
import { asEpochMs, type EpochMs } from './time.js'

/** `tookMs`: how long the call was under way. */
export type Taught = { meaning: string; quota?: QuotaReading; waitMs?: number; tookMs?: number }

/** After a 429 that names no time: the platform is under load, so the wait grows. */
const unnamedWaitMs = 5_000
const longestWaitMs = 60_000
/** So many answers lost in a row, and the store is left alone for a while: each costs its batch a wait. */
const lossesMax = 3
/** One that took so long is enough: whoever shares a batch with it has waited for it. */
const costlyMs = 3_000
/** Left alone for so many times what a call costs, at first and at most. */
const costTimes = { first: 6, longest: 20 }

/** A call of ours has ended, and this is what its answer teaches. `roll` (0 to 1) spreads those whom no 429 told a time. */
export function learnQuota(
  known: StoreQuota,
  answer: Taught,
  now: EpochMs,
  roll: number,
  delayScale: number,
): StoreQuota {
  const isThrottled = answer.meaning === 'throttled'
  const ended = { ...enterWindow(known, now), underWay: Math.max(0, known.underWay - 1) }
  const heard = readWindow(ended, answer.quota, now)
  const lookAt = asEpochMs(now + (heard.windowMs ?? 1) * lookEvery * (0.5 + roll))
  const isLost = answer.meaning === 'lost' || answer.meaning === 'notSent'
  if (isLost) return learnLoss({ ...heard, lookAt }, answer.tookMs ?? 0, now, roll, delayScale)
  // Broken for a reason of ours: a store that was left alone is no better known than before.
  if (answer.meaning === 'broken') return { ...heard, throttles: 0, isBlind: known.rests > 0, lookAt }
  const next: StoreQuota = { ...wellAgain(heard, now), throttles: 0, isBlind: isThrottled, lookAt }
  if (!isThrottled) return next
  // A refusal of calls that were under way when another closed the window is the same news.
  const isAgain = known.closedUntil === undefined || now >= known.closedUntil
  const throttles = isAgain ? known.throttles + 1 : Math.max(1, known.throttles)
  const longestMs = longestWaitMs * delayScale
  const spread = 0.5 + roll / 2
  // A wait of nothing, from a server that has just refused, names no time either.
  const namedMs = answer.waitMs || undefined
  const firstMs = namedMs ?? unnamedWaitMs * delayScale
  const grownMs = Math.min(longestMs, firstMs * 2 ** Math.min(throttles - 1, 30)) * spread
  // The first time the server is believed; refused again just after it, we come less and less often.
  const waitMs = namedMs === undefined ? grownMs : Math.max(namedMs, throttles > 1 ? grownMs : 0)
  const closedUntil = asEpochMs(Math.max(isAgain ? 0 : (known.closedUntil ?? 0), now + Math.max(waitMs, 1)))
  return { ...next, closedUntil, throttles }
}

/**
 * No usable answer. A store that gives none again and again is down or hangs: it is closed as by a 429, longer each time, and
 * one call at a time sees whether it is back. So its requests wait in the queue, and not in the batches of other stores.
 */
function learnLoss(
  quota: StoreQuota,
  tookMs: number,
  now: EpochMs,
  roll: number,
  delayScale: number,
): StoreQuota {
  const next: StoreQuota = { ...quota, throttles: 0, isBlind: quota.isBlind && quota.losses > 0 }
  // Another call has been answered since this one was begun: the store is well, and this was an accident.
  if (quota.wellAt !== undefined && quota.wellAt > now - tookMs) return next
  const losses = quota.losses + 1
  if (losses < lossesMax && tookMs < costlyMs) return { ...next, losses }
  // Calls that were under way when another closed the store bring the same news.
  const isAgain = quota.closedUntil === undefined || now >= quota.closedUntil
  const rests = isAgain ? quota.rests + 1 : Math.max(1, quota.rests)
  const firstMs = Math.max(unnamedWaitMs, tookMs * costTimes.first) * delayScale
  const longestMs = Math.max(longestWaitMs, tookMs * costTimes.longest) * delayScale
  const waitMs = Math.min(longestMs, firstMs * 2 ** Math.min(rests - 1, 30)) * (0.5 + roll / 2)
  const closedUntil = asEpochMs(Math.max(isAgain ? 0 : (quota.closedUntil ?? 0), now + Math.max(1, waitMs)))
  return { ...next, losses, rests, closedUntil, isBlind: true }
}

/** An answer that can be used, whatever it says. It opens what was closed for lost answers. */
function wellAgain(quota: StoreQuota, now: EpochMs): StoreQuota {
  const { closedUntil, ...rest } = quota
  const stays = quota.rests === 0 && closedUntil !== undefined
  return { ...rest, ...(stays && { closedUntil }), losses: 0, rests: 0, wellAt: now }
}

function readWindow(quota: StoreQuota, reading: QuotaReading | undefined, now: EpochMs): StoreQuota {
  const limit = reading?.limit ?? quota.limit
  const told = { ...quota, ...(limit !== undefined && { limit }) }
  const { remaining, resetsInMs } = reading ?? {}
  if (remaining === undefined || resetsInMs === undefined) {
    // Nobody told us whether the call was counted: it is the careful answer that it was.
    return told.remaining === undefined ? told : { ...told, remaining: told.remaining - 1 }
  }
  const windowMs = Math.max(quota.windowMs ?? 1, resetsInMs)
  const resetsAt = asEpochMs(now + resetsInMs)
  const slackMs = Math.min(2_000, windowMs / 4)
  const isLate =
    quota.isAssumed && quota.isWhole && resetsInMs < windowMs / 10 && remaining <= (quota.heard ?? 0)
  // An answer of the window before, that was longer under way than the window's own end.
  if (isLate) return told
  const isNew = quota.resetsAt === undefined || quota.isAssumed || resetsAt > quota.resetsAt + slackMs
  if (isNew) {
    const isEarly = quota.resetsAt !== undefined && !quota.isAssumed
    const entered = isEarly ? { ...leaveWindow(told), own: 1 } : told
    return beginWindow({ ...entered, windowMs, heardAt: now }, { remaining, resetsAt }, now)
  }
  if (quota.isWhole && resetsAt < (quota.resetsAt ?? 0) - slackMs) return told
  const lowest = Math.min(quota.remaining ?? remaining, remaining)
  return {
    ...told,
    windowMs,
    heard: remaining,
    heardAt: now,
    remaining: lowest,
    // The answer that was shortest under way is nearest to the truth.
    resetsAt: quota.isWhole
      ? asEpochMs(Math.min(quota.resetsAt ?? resetsAt, resetsAt))
      : (quota.resetsAt ?? resetsAt),
    others: quota.isWhole ? Math.max(quota.others, (limit ?? usualLimit) - lowest - quota.own) : quota.others,
  }
}

/** The first answer of a window. */
function beginWindow(
  quota: StoreQuota,
  { remaining, resetsAt }: { remaining: number; resetsAt: EpochMs },
  now: EpochMs,
): StoreQuota {
  const { limit = usualLimit, heard = limit, own } = quota
  const isFirst = quota.resetsAt === undefined
  // Where nearly all was left before, the end of the window tells nothing about what an end brings back.
  const tells = !isFirst && heard < limit * 0.75
  const isWhole = tells ? remaining > heard + (limit - heard) / 2 : quota.isWhole
  const others = Math.max(0, (isWhole || isFirst ? limit : heard) - remaining - own)
  const begun: StoreQuota = { ...quota, isAssumed: false, isWhole, heard: remaining, remaining, others }
  if (isWhole) return { ...begun, fruitless: 0, resetsAt }
  if (remaining > heard) return { ...begun, fruitless: Math.max(0, quota.fruitless - 1), resetsAt }
  const fruitless = Math.min(5, quota.fruitless + 1)
  // The wait grows for a window that slides, whose headers name a fraction of a second; one of a minute is never stretched.
  const toldMs = resetsAt - now
  const waitMs = Math.max(toldMs, Math.min(longestWaitMs, toldMs * 2 ** fruitless))
  return { ...begun, fruitless, resetsAt: asEpochMs(now + waitMs) }
}
