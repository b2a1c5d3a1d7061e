import { describe, expect, it } from '@jest/globals'
import type { Answer } from '../../lib/core/answer.js'
import { asEpochMs } from '../../lib/core/time.js'
import { createPacer, type Pacer } from '../../lib/engine/pacer.js'
import { settle, VirtualClock } from '../support/virtual-clock.js'

const start = Date.parse('2026-11-22T12:00:00.000Z')
const latest = asEpochMs(start + 25_000)
const ended = (remaining: number, resetsInMs: number): Answer => ({
  certainty: 'executed',
  meaning: 'success',
  message: '',
  quota: { limit: 150, remaining, resetsInMs },
})
const throttled = (waitMs: number): Answer => ({
  certainty: 'notExecuted',
  meaning: 'throttled',
  message: '',
  waitMs,
})

function aPacer(waitMaxMs = 1_000): { clock: VirtualClock; pacer: Pacer } {
  const clock = new VirtualClock(start)
  const random = { next: () => 0.5, uuid: () => '' }
  return { clock, pacer: createPacer({ clock, random }, { reserve: 0.1, delayScale: 1, waitMaxMs }) }
}

/** Those of the calls that were let go or sent away by now, in that order. */
function follow(pacer: Pacer, names: string[], storeHash = 'abc'): { gone: string[]; away: string[] } {
  const [gone, away]: [string[], string[]] = [[], []]
  for (const name of names)
    void pacer.enter(storeHash, latest).then(until => (until === undefined ? gone : away).push(name))
  return { gone, away }
}

describe('createPacer', () => {
  it('lets one call go first, and after its answer the others side by side', async () => {
    const { pacer } = aPacer()
    const { gone } = follow(pacer, ['a', 'b', 'c'])
    await settle()
    expect(gone).toEqual(['a'])
    pacer.learn('abc', ended(149, 60_000))
    await settle()
    expect(gone).toEqual(['a', 'b', 'c'])
  })

  it('gives the place back of a call that broke for a reason of our own', async () => {
    const { pacer } = aPacer()
    const { gone } = follow(pacer, ['a', 'b'])
    pacer.learn('abc', undefined)
    await settle()
    expect(gone).toEqual(['a', 'b'])
  })

  it('waits in the line for the end of a window that is near', async () => {
    const { clock, pacer } = aPacer()
    const { gone, away } = follow(pacer, ['a', 'b'])
    pacer.learn('abc', ended(15, 400))
    await settle()
    expect([gone, away]).toEqual([['a'], []])
    await clock.step()
    expect([gone, away]).toEqual([['a', 'b'], []])
    expect(clock.sleepers).toBe(0)
  })

  it('sends everybody away whose wait would be longer than is waited in the function', async () => {
    const { clock, pacer } = aPacer()
    const { gone, away } = follow(pacer, ['a', 'b', 'c'])
    pacer.learn('abc', ended(15, 30_000))
    await settle()
    expect([gone, away]).toEqual([['a'], ['b', 'c']])
    expect(clock.sleepers).toBe(0)
  })

  it('does not admit a request to a closed window, and returns it after the end, spread', async () => {
    const { pacer } = aPacer()
    follow(pacer, ['a'])
    pacer.learn('abc', throttled(20_000))
    expect(pacer.admit('abc', latest)).toEqual({ until: start + 20_000 + 500 })
  })

  it('admits no more requests than there is room for', () => {
    const { pacer } = aPacer()
    follow(pacer, ['a'])
    pacer.learn('abc', ended(91, 30_000))
    const admissions = ['b', 'c', 'd'].map(() => 'until' in pacer.admit('abc', latest))
    expect(admissions).toEqual([false, true, true])
  })

  it('admits another when one has left', () => {
    const { pacer } = aPacer()
    follow(pacer, ['a'])
    pacer.learn('abc', ended(91, 30_000))
    const first = pacer.admit('abc', latest)
    if ('until' in first) throw new Error('the first request was not admitted')
    first.leave()
    expect('until' in pacer.admit('abc', latest)).toBe(false)
  })

  it('holds no other store up by one that is closed', async () => {
    const { pacer } = aPacer()
    const busy = follow(pacer, ['a', 'b'])
    pacer.learn('abc', throttled(20_000))
    const other = follow(pacer, ['c'], 'xyz')
    await settle()
    expect([busy.gone, busy.away, other.gone]).toEqual([['a'], ['b'], ['c']])
  })
})
