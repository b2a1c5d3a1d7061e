import { describe, expect, it } from '@jest/globals'
import { allRules, perform, SweepWorld } from '../../support/sweep-world.js'

const applied = { processingStatus: 3, appliedStatus: 1 }

/** A doubt about an apply whose payment was applied before it was sent. */
function aSettleable(): SweepWorld {
  const world = new SweepWorld()
  world.store.add(15, applied)
  world.doubt(perform('doubt-15', 15))
  return world
}

const refusing = (world: SweepWorld) => ({
  ...world.deps,
  outcomes: { publish: async (outcomes: unknown[]) => outcomes.map(() => false) },
})

describe('reconcile: a settled doubt that the bus does not take', () => {
  it('is told by the next pass, and is not called settled before', async () => {
    const world = aSettleable()
    const refused = await world.pass({ rules: allRules }, refusing(world))
    expect(world.world.outcomes).toEqual([])
    expect(refused.stores.flatMap(({ findings }) => findings).map(({ acted }) => acted)).not.toContain(
      'settled',
    )
    const next = await world.pass({ rules: allRules })
    expect(world.world.outcomes).toMatchObject([
      { requestId: 'doubt-15', status: 'succeeded', effect: 'alreadyDone' },
    ])
    expect(next.stores.flatMap(({ findings }) => findings)).toMatchObject([
      { kind: 'doubtSettled', acted: 'settled' },
    ])
  })
})
