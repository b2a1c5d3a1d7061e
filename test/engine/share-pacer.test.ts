import { describe, expect, it } from '@jest/globals'
import type { Answer } from '../../lib/core/answer.js'
import { asEpochMs } from '../../lib/core/time.js'
import { createSharePacer } from '../../lib/engine/share-pacer.js'
import { VirtualClock } from '../support/virtual-clock.js'

const start = Date.parse('2026-11-22T12:00:00.000Z')
const latest = asEpochMs(start + 600_000)
const ended: Answer = {
  certainty: 'executed',
  meaning: 'success',
  message: '',
  quota: { limit: 150, remaining: 140, resetsInMs: 60_000 },
}

function aPacer() {
  const clock = new VirtualClock(start)
  return { clock, pacer: createSharePacer({ clock }, { reserve: 0.1, share: 1 / 3 }) }
}

async function callOnce({ clock, pacer }: ReturnType<typeof aPacer>, storeHash = 'abc'): Promise<number> {
  await clock.run(pacer.enter(storeHash, latest))
  pacer.learn(storeHash, ended)
  return clock.now() - start
}

describe('createSharePacer', () => {
  it('lets calls go evenly, one third of what is left after the reserve a window', async () => {
    const trial = aPacer()
    for (let calls = 0; calls < 45; calls += 1) expect(await callOnce(trial)).toBeLessThan(60_000)
    expect(await callOnce(trial)).toBeGreaterThanOrEqual(60_000)
  })

  it('keeps a pace for each store of its own', async () => {
    const trial = aPacer()
    expect([await callOnce(trial), await callOnce(trial, 'xyz')]).toEqual([0, 0])
  })

  it('tells at once when a call could only be made too late', async () => {
    const trial = aPacer()
    await callOnce(trial)
    expect(await trial.pacer.enter('abc', asEpochMs(start + 1_000))).toBe(start + 1_334)
  })

  it('gives the place back of a call that broke for a reason of our own', async () => {
    const { clock, pacer } = aPacer()
    await clock.run(pacer.enter('abc', latest))
    pacer.learn('abc', undefined)
    expect(await clock.run(pacer.enter('abc', latest))).toBeUndefined()
  })
})
