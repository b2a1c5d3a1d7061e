import { describe, expect, it } from '@jest/globals'
import { gist, perform, SweepWorld } from '../../support/sweep-world.js'

const minute = 60_000
const completed = { processingStatus: 3, appliedStatus: 0, allowedOperations: [0] }

describe('reconcile: a request that waits', () => {
  it('finds a waiting request that nobody delivers any more', async () => {
    const world = new SweepWorld()
    world.store.add(1, completed)
    const day = 24 * 60 * minute
    const { owner: _, leaseUntil: __, ...entry } = world.entry(perform('lost-1', 1), 3 * day)
    world.put({ ...entry, state: 'waiting', notBefore: world.ago(3 * day) })
    const report = await world.pass()
    expect(gist(report).join()).toMatch(/leftBehind 1 lost-1/)
  })
})
