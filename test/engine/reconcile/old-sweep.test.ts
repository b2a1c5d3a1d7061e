import { describe, expect, it } from '@jest/globals'
import { SweepWorld } from '../../support/sweep-world.js'

const minute = 60_000

describe('reconcile: an old sweep', () => {
  it('begins anew when the pages of a sweep have expired, and costs no other store its pass', async () => {
    const world = new SweepWorld()
    for (let id = 1; id <= 600; id += 1) world.store.add(id)
    const { api } = world.deps
    let calls = 0
    await world.pass(
      {},
      {
        ...world.deps,
        api: {
          call: async (call, ...rest) => {
            calls += 1
            if (calls === 2) world.store.down = 401
            return api.call(call, ...rest)
          },
        },
      },
    )
    world.clock.moveTo(world.ago(-8 * 24 * 60 * minute))
    world.checkpoints.pages.clear()
    world.store.down = undefined
    const report = await world.pass({ stores: ['abc', 'other'] })
    expect(report.stores).toMatchObject([{ complete: true }, { complete: true }])
  })
})
