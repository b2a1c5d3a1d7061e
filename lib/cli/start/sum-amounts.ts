import { decimalPattern, normalizeDecimal } from '../../core/decimal.js'

const places = 18

/** Adds decimal strings exactly, as whole numbers of 10^-18. Undefined where one of them is no plain decimal. */
export function sumAmounts(amounts: string[]): string | undefined {
  if (!amounts.every(amount => decimalPattern.test(amount))) return undefined
  const total = amounts.map(toUnits).reduce((sum, units) => sum + units, 0n)
  const digits = total.toString().padStart(places + 1, '0')
  return normalizeDecimal(`${digits.slice(0, -places)}.${digits.slice(-places)}`)
}

function toUnits(amount: string): bigint {
  const [whole = '0', fraction = ''] = amount.split('.')
  return BigInt(whole + fraction.padEnd(places, '0'))
}
