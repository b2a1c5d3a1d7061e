import { describe, expect, it } from '@jest/globals'
import { SweepWorld } from '../../support/sweep-world.js'

describe('reconcile: a list that contradicts itself', () => {
  it('does not call a sweep complete whose list ends before its own count', async () => {
    const world = new SweepWorld()
    for (let id = 1; id <= 600; id += 1) world.store.add(id)
    const { api } = world.deps
    const report = await world.pass(
      {},
      {
        ...world.deps,
        api: {
          call: async (call, ...rest) => {
            const answer = await api.call(call, ...rest)
            return call.path.includes('offset=249') ? { ...answer, content: [] as never } : answer
          },
        },
      },
    )
    expect(report.stores).toMatchObject([{ complete: false }])
  })
})
