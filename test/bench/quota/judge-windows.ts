import type { Call } from '../../../lib/local/sandbox/start-sandbox.js'

/**
 * What the quota left us, and what we made of it. A window of the sandbox begins with the first call after the one before it
 * has ended. In each, `limit - reserve - (what the other client was granted)`, never below 0, is allowed us; `used` is
 * the part of it that we were granted, counting no more than was allowed. Only windows are judged at whose end there still was
 * as much left to do as a window can hold; `usedByClock` counts the time between their ends and beginnings as lost.
 */
export type Verdict = {
  windows: number
  used: number
  usedByClock: number
  /** Of the calls: ours, how many of them were answered 429; and the same of the other client. */
  calls: number
  refused: number
  othersCalls: number
  othersRefused: number
  /** The least that a window had left at its end. */
  leastLeft: number
}

type Rule = { limit: number; windowMs: number; reserve: number }
type Window = { startedAt: number; own: number; others: number }

export function judgeWindows(calls: Call[], { limit, windowMs, reserve }: Rule, requests: number): Verdict {
  const isOwn = (call: Call) => call.method === 'POST'
  const windows: Window[] = []
  let done = 0
  let scarceAt = Number.POSITIVE_INFINITY
  for (const call of [...calls].sort((a, b) => a.at - b.at)) {
    let window = windows.at(-1)
    if (window === undefined || call.at >= window.startedAt + windowMs) {
      window = { startedAt: call.at, own: 0, others: 0 }
      windows.push(window)
    }
    if (call.status === 429) continue
    window[isOwn(call) ? 'own' : 'others'] += 1
    if (isOwn(call)) done += 1
    if (requests - done === limit - reserve) scarceAt = call.at
  }
  const judged = windows.filter(({ startedAt }) => startedAt + windowMs <= scarceAt)
  const allowedIn = ({ others }: Window) => Math.max(0, limit - reserve - others)
  const allowed = sum(judged.map(allowedIn))
  const used = sum(judged.map(window => Math.min(window.own, allowedIn(window)))) / Math.max(1, allowed)
  const spanMs = (windows[judged.length]?.startedAt ?? 0) - (windows[0]?.startedAt ?? 0)
  const count = (isCounted: (call: Call) => boolean) => calls.filter(isCounted).length
  return {
    windows: windows.length,
    used,
    usedByClock: (used * judged.length * windowMs) / Math.max(1, spanMs),
    calls: count(isOwn),
    refused: count(call => isOwn(call) && call.status === 429),
    othersCalls: count(call => !isOwn(call)),
    othersRefused: count(call => !isOwn(call) && call.status === 429),
    leastLeft: Math.min(...windows.map(({ own, others }) => limit - own - others)),
  }
}

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0)
