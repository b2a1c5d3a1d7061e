import { describe, expect, it } from '@jest/globals'
import { sumAmounts } from '../../../lib/cli/start/sum-amounts.js'

describe('sumAmounts', () => {
  it.each([
    [['0.10', '0.20'], '0.3'],
    [['20.00', '20.0000'], '40'],
    [['99999999999999999.99', '0.01'], '100000000000000000'],
    [['0.000000000000000001', '1'], '1.000000000000000001'],
    [[], '0'],
  ])('adds %j exactly', (amounts, total) => {
    expect(sumAmounts(amounts)).toBe(total)
  })

  it('adds nothing that is no plain decimal', () => {
    expect(sumAmounts(['1.00', '1e3'])).toBeUndefined()
  })
})
