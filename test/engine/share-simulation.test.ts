import { describe, expect, it } from '@jest/globals'
import { simulatePace } from './pace-world.js'

/** Goal: what issue 6 asks of a sweep beside requests, on virtual time. Method: a sweep that never ends, against none at all. */

const seeds = [1, 2, 3]

async function meanElapsedMs(neighbour: 'none' | 'sweep', world: Omit<World, 'requests'>): Promise<number> {
  let sum = 0
  for (const seed of seeds) {
    const { elapsedMs } = await simulatePace({ ...world, neighbour, requests: 1_000, seed })
    sum += elapsedMs - world.headStartMs
  }
  return sum / seeds.length
}
type World = { containers: number; headStartMs: number; store: 'fixed' | 'sliding'; requests: number }

describe('a full sweep beside 1,000 requests', () => {
  it.each([
    ['as they come', 1, 0, 'fixed'],
    ['half a window before them', 1, 30_000, 'fixed'],
    ['long before them', 5, 90_000, 'fixed'],
    ['as they come, where the window slides', 1, 0, 'sliding'],
    ['long before them, where the window slides', 10, 90_000, 'sliding'],
  ] as const)(
    'that begins %s delays %d containers by a tenth at most',
    async (_, containers, headStartMs, store) => {
      const world = { containers, headStartMs, store }
      const [alone, beside] = [await meanElapsedMs('none', world), await meanElapsedMs('sweep', world)]
      expect(beside / alone).toBeLessThanOrEqual(1.1)
    },
  )

  it('goes on beside them', async () => {
    const world = { containers: 5, headStartMs: 0, seed: 1, requests: 1_000 }
    const { neighbourCalls, neighbourRefused } = await simulatePace({ ...world, neighbour: 'sweep' })
    expect(neighbourCalls).toBeGreaterThan(Math.ceil(10_000 / 249))
    expect(neighbourRefused).toBe(0)
  })
})
