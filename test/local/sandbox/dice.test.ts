import { describe, expect, it } from '@jest/globals'
import { createDice, hashText } from '../../../lib/local/sandbox/dice.js'

describe('dice', () => {
  it('hashes text by FNV-1a, whose published values it gives', () => {
    expect(hashText('')).toBe(0x811c9dc5)
    expect(hashText('a')).toBe(0xe40c292c)
    expect(hashText('foobar')).toBe(0xbf9cf968)
  })

  it('rolls the same numbers for the same seed, from 0 to below 1', () => {
    const [dice, again] = [createDice(42), createDice(42)]
    const rolls = Array.from({ length: 1_000 }, () => dice())
    expect(rolls).toEqual(rolls.map(() => again()))
    expect(Math.min(...rolls)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...rolls)).toBeLessThan(1)
    expect(new Set(rolls).size).toBeGreaterThan(990)
  })
})
