import { describe, expect, it } from '@jest/globals'
import { asEpochMs } from '../../../lib/core/time.js'
import { SweepWorld } from '../../support/sweep-world.js'

const minute = 60_000

describe('reconcile: many stores', () => {
  it('comes to the last store, though the first four are throttled throughout', async () => {
    const world = new SweepWorld()
    world.store.add(1)
    const hashes = ['a', 'b', 'c', 'd', 'z']
    const reached = new Set<string>()
    for (let pass = 0; pass < 8; pass += 1) {
      const report = await world.pass(
        { mode: 'auto' },
        {
          ...world.deps,
          stores: { list: async () => hashes },
          pacer: {
            ...world.deps.pacer,
            enter: async (storeHash, latest) => {
              if (storeHash === 'z') return world.clock.now() > latest ? world.clock.now() : undefined
              await world.clock.sleep(Math.max(1, latest + 1 - world.clock.now()))
              return asEpochMs(latest + 1)
            },
          },
        },
      )
      for (const one of report.stores) if (one.complete) reached.add(one.storeHash)
      world.clock.moveTo(world.ago(-15 * minute))
    }
    expect([...reached]).toEqual(['z'])
  })
})
