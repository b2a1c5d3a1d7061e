import { describe, expect, it } from '@jest/globals'
import { gist, perform, SweepWorld } from '../../support/sweep-world.js'

const minute = 60_000

describe('reconcile: a request that was under way', () => {
  it('does not call a request left behind that was under way when another store began', async () => {
    const world = new SweepWorld()
    for (let id = 1; id <= 600; id += 1) world.store.add(id)
    world.put({ ...world.entry({ ...perform('live', 7), storeHash: 'zzz' }, 0) })
    const { api } = world.deps
    let calls = 0
    const report = await world.pass(
      { stores: ['abc', 'b', 'c', 'd', 'zzz'] },
      {
        ...world.deps,
        api: {
          call: async (call, ...rest) => {
            calls += 1
            if (calls === 12) {
              await world.clock.sleep(2 * minute)
              world.succeeded({ ...perform('live', 7), storeHash: 'zzz' }, minute)
            }
            return api.call(call, ...rest)
          },
        },
      },
    )
    expect(gist(report).filter(line => /leftBehind/.test(line))).toEqual([])
  })
})
