import { describe, expect, it } from '@jest/globals'
import { formatAmount, parseAmount, readAmount } from '../../../lib/local/sandbox/amount.js'

describe('parseAmount', () => {
  it.each([
    ['20.00', 200_000n],
    ['20.0000', 200_000n],
    ['20', 200_000n],
    ['0.1', 1_000n],
    ['0.0001', 1n],
    ['-3.5', -35_000n],
    ['-0.5', -5_000n],
    ['999999999999.9999', 9_999_999_999_999_999n],
  ])('reads %s', (text, expected) => {
    expect(parseAmount(text)).toBe(expected)
  })

  it.each(['', '.5', '5.', '1e2', '1.00001', '1,00', ' 1', '+1', 'NaN', '0x1'])('refuses "%s"', text => {
    expect(parseAmount(text)).toBeUndefined()
    expect(() => readAmount(text)).toThrow('is no amount')
  })
})

describe('formatAmount', () => {
  it.each([
    [200_000n, '20.0000'],
    [1n, '0.0001'],
    [0n, '0.0000'],
    [-5_000n, '-0.5000'],
    [9_999_999_999_999_999n, '999999999999.9999'],
  ])('writes %s', (amount, expected) => {
    expect(formatAmount(amount)).toBe(expected)
  })
})
