import { describe, expect, it } from '@jest/globals'
import { type Neighbour, type PaceResult, simulatePace } from './pace-world.js'

/** Goal: what issue 5 asks of pacing, on virtual time. Method: a few seeds of each constellation, judged together. */

const seeds = [1, 2, 3]

async function simulateAll(containers: number, neighbour: Neighbour, store: 'fixed' | 'sliding' = 'fixed') {
  const runs: PaceResult[] = []
  for (const seed of seeds)
    runs.push(await simulatePace({ containers, neighbour, requests: 1_000, seed, store }))
  const mean = (read: (run: PaceResult) => number) =>
    runs.reduce((total, run) => total + read(run), 0) / runs.length
  return { used: mean(run => run.used), refused: mean(run => run.refused / run.calls), mean }
}

describe('containers that do not talk to each other', () => {
  const constellations = [1, 2, 5, 10].flatMap(containers =>
    (['none', 'steady', 'bursts', 'changing'] as const).map(neighbour => [containers, neighbour] as const),
  )

  it.each(constellations)(
    '%d of them beside a neighbour %s use 0.95 of what the quota leaves them, with 1 %% of calls refused at most',
    async (containers, neighbour) => {
      const { used, refused } = await simulateAll(containers, neighbour)
      expect(used).toBeGreaterThanOrEqual(0.95)
      expect(refused).toBeLessThanOrEqual(0.01)
    },
  )

  it.each([1, 2, 5])('%d of them leave a steady neighbour its half', async containers => {
    const { mean } = await simulateAll(containers, 'steady')
    expect(mean(run => run.neighbourRefused / run.neighbourCalls)).toBeLessThanOrEqual(0.01)
  })

  it.each([1, 2, 5])('%d of them find the pace of a window that slides', async containers => {
    const { used, refused } = await simulateAll(containers, 'steady', 'sliding')
    expect(used).toBeGreaterThanOrEqual(0.95)
    expect(refused).toBeLessThanOrEqual(0.01)
  })
})
