import { describe, expect, it } from '@jest/globals'
import { Unavailable } from '../../../lib/core/errors.js'
import { allRules, perform, SweepWorld } from '../../support/sweep-world.js'

const hour = 3_600_000
const applied = { processingStatus: 3, appliedStatus: 1 }

describe('a pass of reconciliation', () => {
  it('counts the doubts of all stores, and says how old the oldest is', async () => {
    const sweep = new SweepWorld()
    sweep.doubt(perform('r-1', 1, 3), 2 * hour)
    sweep.doubt({ ...perform('r-2', 2, 3), storeHash: 'another' }, 5 * hour)
    sweep.leftBehind(perform('r-3', 3))
    await sweep.pass()
    expect(sweep.world.metered.get('OpenDoubts')).toEqual([2])
    expect(sweep.world.counted('OldestDoubt')).toBeGreaterThanOrEqual(5 * 3_600)
    expect(sweep.world.counted('OldestDoubt')).toBeLessThan(5 * 3_600 + 60)
  })

  it('tells that there is no doubt', async () => {
    const sweep = new SweepWorld()
    await sweep.pass()
    expect([sweep.world.metered.get('OpenDoubts'), sweep.world.metered.get('OldestDoubt')]).toEqual([
      [0],
      [0],
    ])
  })

  it('counts the outcome of a doubt that it settles once, though the bus takes it only from the next pass', async () => {
    const sweep = new SweepWorld()
    sweep.store.add(15, applied)
    sweep.doubt(perform('doubt-15', 15))
    const outcomes = { publish: async (refused: unknown[]) => refused.map(() => false) }
    await sweep.pass({ rules: allRules }, { ...sweep.deps, outcomes })
    await sweep.pass({ rules: allRules })
    expect(sweep.world.outcomes).toMatchObject([{ requestId: 'doubt-15', status: 'succeeded' }])
    expect([sweep.world.counted('Succeeded'), sweep.world.counted('AlreadyDone')]).toEqual([1, 1])
  })

  it('is done though its doubts cannot be counted', async () => {
    const sweep = new SweepWorld()
    const listOpen = () => Promise.reject(new Unavailable('no ledger'))
    const busy = { ...sweep.deps.checkpoints, acquire: async () => undefined }
    const ledger = Object.assign(Object.create(sweep.deps.ledger), { listOpen })
    const report = await sweep.pass({}, { ...sweep.deps, ledger, checkpoints: busy })
    expect(report.stores).toMatchObject([{ busy: true }])
    expect(sweep.world.counted('GroundFailures')).toBe(1)
    expect(sweep.world.metered.has('OpenDoubts')).toBe(false)
  })
})
