import { describe, expect, it } from '@jest/globals'
import { isBeyond } from '../../lib/core/json-bounds.js'

const levelsOf = (json: string, levels: number) => isBeyond(json, { levels, values: 1_000 })
const valuesOf = (json: string, values: number) => isBeyond(json, { levels: 1_000, values })

describe('isBeyond', () => {
  it.each([
    ['{"a":[{"b":[]}]}', 4],
    ['[[],[],{},{}]', 2],
    ['"[[[["', 0],
    ['{"memo":"\\"[[[[ \\\\"}', 1],
    ['{"[[[[":"]]"}', 1],
  ])('counts %s as %d deep', (json, depth) => {
    expect(levelsOf(json, depth)).toBe(false)
    expect(levelsOf(json, depth - 1)).toBe(true)
  })

  it.each([
    ['[1,2,3]', 3],
    ['{"a":",,,","b,":[]}', 2],
    ['{"a":"\\",,,"}', 1],
  ])('counts %s as %d values', (json, values) => {
    expect(valuesOf(json, values)).toBe(false)
    expect(valuesOf(json, values - 1)).toBe(true)
  })

  it('stops counting where a bound is passed, and never goes into itself', () => {
    expect(levelsOf('['.repeat(4_000_000), 64)).toBe(true)
  })
})
