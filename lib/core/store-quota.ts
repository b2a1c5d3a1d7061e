import { asEpochMs, type EpochMs } from './time.js'

/**
 * When the next call to a store may be made. The quota is the store's and shared; containers do not talk to each other,
 * but they all hear the same server, and that is what makes them settle. The rules, from the top:
 *
 * 1. A 429 closes the window for everyone here, and so do answers that are lost again and again, or only after long. After it,
 *    and while nothing at all is known, one call goes alone.
 * 2. Within a window the lowest number heard is the truth: answers overtake each other. Calls under way are counted off it.
 * 3. The reserve is never planned with. It is the cushion for what others send while we do not know.
 * 4. What others (other integrations, or containers like this one) took of the last window is kept for them in this one:
 *    less as they take it, and less as the window passes. So everybody begins a window with about what was theirs in the
 *    last one, and a steady neighbour gets its part. That time passes is no news, though: whether they took it is looked
 *    at with one call, now and then, and what nobody claims is used all the same.
 * 5. Calls side by side: our share of what is left, by our share of what was used. Alone that is all of it; among ten, near
 *    the end of a window, one at a time.
 * 6. After the end of a window a full one is assumed, unless the last end was seen to bring back less: then the window
 *    slides, and what was left is assumed and tried with one call.
 */
export type StoreQuota = {
  limit?: number
  /** The lowest number heard in this window. */
  remaining?: number
  resetsAt?: EpochMs
  /** The longest time to a reset that was heard. */
  windowMs?: number
  /** The last window has ended, and no answer has told of this one yet. */
  isAssumed: boolean
  /** The end of a window brings back all of it. */
  isWhole: boolean
  /** Of a window that slides: how often in a row its end was seen to bring back nothing for us. */
  fruitless: number
  /** The number heard last, which tells what the end of a window brought back. */
  heard?: number
  heardAt?: EpochMs
  /** When what was heard is too old to go by. */
  lookAt?: EpochMs
  /** No call before this: a 429 closed the window. */
  closedUntil?: EpochMs
  /** How often in a row it was closed. */
  throttles: number
  /** Answers lost in a row, when one last came that could be used, and how often in a row the store was left alone for it. */
  losses: number
  wellAt?: EpochMs
  rests: number
  /** Nothing is known, or the last word was a refusal: one call goes first. */
  isBlind: boolean
  /** Calls of ours without an answer yet. */
  underWay: number
  /** Taken out of this window, as far as we know: by us, and by all others. */
  own: number
  others: number
  before?: { own: number; others: number }
}

export const unknownQuota: StoreQuota = {
  isAssumed: false,
  isWhole: true,
  fruitless: 0,
  throttles: 0,
  losses: 0,
  rests: 0,
  isBlind: true,
  underWay: 0,
  own: 0,
  others: 0,
}

/** As published, where the server does not say. */
export const usualLimit = 150
/** Of a container that has not seen a whole window yet, nobody knows who else is there. */
const unseenShare = 0.5
/** And so many calls of theirs are taken for seen. */
const unseenCalls = 4
/** A little more is kept for others than they took: what they take varies, and the reserve is theirs too. */
const moreThanBefore = 1.25
/** What is believed of others without having been heard becomes less with each window. */
const unheardOf = 0.9
/** How often it is looked whether others took what was kept for them, in windows. */
export const lookEvery = 0.15
/** The last part of a window, in which nothing is kept for others but the reserve. */
export const freeForAll = 0.05

export const expectedOthers = ({ before, limit = usualLimit }: StoreQuota): number =>
  before?.others ?? Math.floor(limit * unseenShare)

/** What is kept for others of the window at `now`. */
export function keptForOthers(quota: StoreQuota, now: EpochMs): number {
  const { resetsAt = now, windowMs = 1, others, before } = quota
  const expected = expectedOthers(quota)
  const share = (resetsAt - now - freeForAll * windowMs) / ((1 - freeForAll) * windowMs)
  const most = expected * Math.min(1, share)
  // Whether those who are seen to take are all, or there is somebody slower as well, shows in the course of a whole window.
  return Math.max(0, before === undefined ? most : Math.min(expected - others, most))
}

/** Our part of what was used, in this window and the one before. */
export function ownShare({ own, others, before }: StoreQuota): number {
  const ours = own + (before?.own ?? 0) + 1
  return ours / (ours + others + (before?.others ?? unseenCalls))
}

/** The window that `now` falls into: the one that is known, or after its end the one that is assumed. */
export function enterWindow(quota: StoreQuota, now: EpochMs): StoreQuota {
  const { resetsAt, windowMs = 1 } = quota
  if (resetsAt === undefined || now < resetsAt) return quota
  return { ...leaveWindow(quota), resetsAt: asEpochMs(now + windowMs), isAssumed: true }
}

/** What is remembered of a window that is over. */
export function leaveWindow(quota: StoreQuota): StoreQuota {
  const { limit = usualLimit, isWhole, own, others, heardAt, ...rest } = quota
  const left = { ...rest, isWhole, own: 0, others: 0, ...(isWhole && { remaining: limit }) }
  // Of a window that nothing was heard of, nothing is remembered.
  if (quota.isAssumed || heardAt === undefined) return left
  // After we heard of it last they may have taken what was still kept for them then. Belief alone fades.
  const unheard = keptForOthers(quota, heardAt) * unheardOf
  return { ...left, before: { own, others: Math.min(limit, others * moreThanBefore + unheard) } }
}
