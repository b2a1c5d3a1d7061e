import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { addDecimals, equalDecimals, normalizeDecimal } from '../../lib/core/decimal.js'

const decimals = fc
  .tuple(fc.stringMatching(/^\d{1,18}$/), fc.option(fc.stringMatching(/^\d{1,18}$/), { nil: undefined }))
  .map(([whole, fraction]) => (fraction === undefined ? whole : `${whole}.${fraction}`))

describe('equalDecimals', () => {
  it.each([
    ['20.00', '20.0000', true],
    ['20', '20.0', true],
    ['020.5', '20.50', true],
    ['0', '0.00', true],
    ['0.1', '0.10000000000000000', true],
    ['20.00', '20.01', false],
    ['2.000', '20.00', false],
    ['0.1', '0.1000000000000001', false],
    ['999999999999999999', '999999999999999998', false],
    ['9007199254740993.00', '9007199254740992.00', false],
  ])('compares %s with %s by value: %s', (a, b, equal) => {
    expect(equalDecimals(a, b)).toBe(equal)
  })

  it.each(['', ' 20', '20,00', '-20', '+20', '2e1', '20.', '.5', 'NaN', '１２', '20.00\n', '1'.repeat(19)])(
    'lets %j equal nothing, not even itself',
    amount => {
      expect(equalDecimals(amount, amount)).toBe(false)
    },
  )

  it('holds for every decimal, whatever zeros stand around it', () => {
    fc.assert(
      fc.property(decimals, amount => {
        const short = normalizeDecimal(amount)
        expect(equalDecimals(amount, short)).toBe(true)
        expect(equalDecimals(short, short.includes('.') ? `0${short}0`.slice(1) : `${short}.00`)).toBe(true)
      }),
    )
  })
})

describe('normalizeDecimal', () => {
  it.each([
    ['020.5000', '20.5'],
    ['20.00', '20'],
    ['0.00', '0'],
    ['000', '0'],
    ['0.050', '0.05'],
    ['100', '100'],
  ])('shortens %s to %s', (amount, short) => {
    expect(normalizeDecimal(amount)).toBe(short)
  })

  it('is settled after one pass', () => {
    fc.assert(
      fc.property(decimals, amount => {
        expect(normalizeDecimal(normalizeDecimal(amount))).toBe(normalizeDecimal(amount))
      }),
    )
  })
})

describe('addDecimals', () => {
  it.each([
    [['0.1', '0.2'], '0.3'],
    [['20.00'], '20'],
    [['20.00', '0.5', '3'], '23.5'],
    [['0.05', '0.05'], '0.1'],
    [['9007199254740993', '0.01'], '9007199254740993.01'],
    [[], '0'],
  ])('adds %j exactly to %s', (amounts, sum) => {
    expect(addDecimals(amounts)).toBe(sum)
  })

  it('gives the same sum in any order', () => {
    fc.assert(
      fc.property(fc.array(decimals, { maxLength: 8 }), amounts => {
        expect(addDecimals([...amounts].reverse())).toBe(addDecimals(amounts))
      }),
    )
  })

  it('adds whole cents as whole numbers', () => {
    const cents = fc.array(fc.nat({ max: 10_000_000 }), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(cents, list => {
        const amounts = list.map(cent => `${Math.floor(cent / 100)}.${String(cent % 100).padStart(2, '0')}`)
        const sum = list.reduce((total, cent) => total + cent, 0)
        const expected = `${Math.floor(sum / 100)}.${String(sum % 100).padStart(2, '0')}`
        expect(equalDecimals(addDecimals(amounts), expected)).toBe(true)
      }),
    )
  })
})
