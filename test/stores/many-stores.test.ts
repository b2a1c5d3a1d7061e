import { describe, expect, it } from '@jest/globals'
import { measureVirtually, type VirtualPlan } from './virtual-stores.js'

/** 200 stores with a backlog of more than a window each, at the published quota and time-outs, as serverless.yml deploys. */
const manyStores: VirtualPlan = {
  stores: 200,
  ailing: 20,
  payments: 150,
  quota: { limit: 150, windowMs: 60_000 },
  workers: 5,
  latencyMs: 100,
  seed: 1,
}

async function compare(plan: VirtualPlan): Promise<number> {
  const alone = await measureVirtually(plan, true)
  const beside = await measureVirtually(plan, false)
  expect([alone.told, beside.told]).toEqual([alone.wanted, beside.wanted])
  return beside.tookMs / alone.tookMs
}

describe('180 stores beside 20 that fail in every way', () => {
  it.each([1, 2, 3])('are done within 1.1 times the time they take alone, seed %i', async seed => {
    expect(await compare({ ...manyStores, seed })).toBeLessThanOrEqual(1.1)
  })

  it('would be held up by them if lost answers taught nothing', async () => {
    expect(await compare({ ...manyStores, isBlindToLosses: true })).toBeGreaterThan(1.5)
  })
})
