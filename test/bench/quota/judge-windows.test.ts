import { describe, expect, it } from '@jest/globals'
import { asEpochMs } from '../../../lib/core/time.js'
import type { Call } from '../../../lib/local/sandbox/start-sandbox.js'
import { judgeWindows } from './judge-windows.js'

const rule = { limit: 10, windowMs: 1_000, reserve: 2 }
const callsOf = (method: 'GET' | 'POST', at: number, count: number, status = 200): Call[] =>
  Array.from({ length: count }, () => ({
    at: asEpochMs(at),
    storeHash: 'luma7x2',
    method,
    path: '/payments',
    status,
    fault: undefined,
  }))

describe('judgeWindows', () => {
  it('allows us what the neighbour and the reserve leave of each window', () => {
    const calls = [
      ...callsOf('GET', 0, 4),
      ...callsOf('POST', 100, 3),
      ...callsOf('POST', 1_000, 8),
      ...callsOf('POST', 2_000, 8),
    ]
    // 3 of 4, then 8 of 8; in the third window there was no more than a windowful left to do.
    expect(judgeWindows(calls, rule, 20)).toMatchObject({ windows: 3, used: 11 / 12, usedByClock: 11 / 12 })
  })

  it('counts no more than was allowed', () => {
    const calls = [...callsOf('GET', 0, 4), ...callsOf('POST', 0, 6), ...callsOf('POST', 1_000, 9)]
    expect(judgeWindows(calls, rule, 30)).toMatchObject({ leastLeft: 0 })
    expect(judgeWindows(calls, rule, 30).used).toBe(1)
  })

  it('counts the time until a window begins as lost', () => {
    const calls = [...callsOf('POST', 0, 8), ...callsOf('POST', 1_250, 8), ...callsOf('POST', 2_500, 8)]
    expect(judgeWindows(calls, rule, 24)).toMatchObject({ used: 1, usedByClock: 0.8 })
  })

  it('tells refusals apart by who was refused', () => {
    const calls = [
      ...callsOf('POST', 0, 8),
      ...callsOf('POST', 10, 1, 429),
      ...callsOf('GET', 20, 2, 429),
      ...callsOf('POST', 1_000, 1),
    ]
    expect(judgeWindows(calls, rule, 9)).toMatchObject({
      calls: 10,
      refused: 1,
      othersCalls: 2,
      othersRefused: 2,
    })
  })
})
