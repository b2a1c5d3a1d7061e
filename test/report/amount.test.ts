import { describe, expect, it } from '@jest/globals'
import { compareDecimals, groupDigits } from '../../lib/report/amount.js'
import { rankRows } from '../../lib/report/rank-rows.js'

describe('amounts for people', () => {
  it.each([
    ['20.0000', '20.00'],
    ['1234567.5', '1,234,567.50'],
    ['0.0005', '0.0005'],
    ['999', '999.00'],
    ['123456789012345678.123456789', '123,456,789,012,345,678.123456789'],
    ['-20.0000', '-20.0000'],
    ['twenty', 'twenty'],
  ])('write %s as %s, without losing a digit', (amount, words) => {
    expect(groupDigits(amount)).toBe(words)
  })

  it('are in exact order, beyond what a float can tell apart', () => {
    expect(compareDecimals('9007199254740993.01', '9007199254740992.01')).toBe(1)
    expect(compareDecimals('20.0', '20.0000')).toBe(0)
    expect(compareDecimals('9.5', '10')).toBe(-1)
    expect(compareDecimals('no amount', '0')).toBe(-1)
  })
})

describe('the places of rows', () => {
  it('are shared by equal rows and given in the order of the rows', () => {
    expect(rankRows(['b', 'a', 'c', 'a'], (a, b) => a.localeCompare(b))).toEqual([1, 0, 2, 0])
    expect(rankRows([], () => 0)).toEqual([])
  })
})
