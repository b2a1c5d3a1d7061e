import { describe, expect, it } from '@jest/globals'
import { brokenVariants } from './broken-variants.js'
import { type CaseResult, kinds, runCase, runEveryCase } from './exhaustive.js'
import { seedsThatFailed } from './seeds.js'
import { simulate } from './simulate.js'

/** A share of `npm run simulate`, so that `npm test` cannot pass with the protocol broken. */

describe('the protocol', () => {
  it('holds in the first 300 seeds and in those that once failed', async () => {
    const seeds = [...Array.from({ length: 300 }, (_, index) => index + 1), ...seedsThatFailed]
    for (const seed of seeds) expect(await simulate(seed)).toMatchObject({ seed, violations: [] })
  })

  it('gives the same run for the same seed', async () => {
    expect(await simulate(7)).toEqual(await simulate(7))
  })

  it('takes effect exactly once in a clean run of each kind', async () => {
    for (const kind of kinds) {
      expect(await runCase(kind, new Map())).toMatchObject({ violations: [], effects: 1 })
    }
  })

  it.each(kinds)('survives every single fault and every pair of them: %s', async kind => {
    const bad: CaseResult[] = []
    const cases = await runEveryCase(kind, result => {
      if (result.violations.length > 0) bad.push(result)
    })
    expect(bad).toEqual([])
    expect(cases).toBeGreaterThan(500)
  })
})

describe('the control', () => {
  it.each(brokenVariants)('catches a service that $name', async variant => {
    const caught = async (seed: number): Promise<number | undefined> => {
      if (seed > 1_000) return undefined
      return (await simulate(seed, variant)).violations.length > 0 ? seed : caught(seed + 1)
    }
    expect(await caught(1)).toBeDefined()
  })
})
