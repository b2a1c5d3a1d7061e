import { decimalPattern, normalizeDecimal } from '../core/decimal.js'

/** "1234.5000" reads "1,234.50": at least two places, none that is not zero is lost. What is no plain decimal stays as it is. */
export function groupDigits(amount: string): string {
  if (!decimalPattern.test(amount)) return amount
  const [whole = '0', fraction = ''] = normalizeDecimal(amount).split('.')
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${fraction.padEnd(2, '0')}`
}

/** Order of two decimal strings, exactly; what is no plain decimal comes first. */
export function compareDecimals(a: string, b: string): number {
  const keys = [a, b].map(amount => {
    if (!decimalPattern.test(amount)) return -1n
    const [whole = '0', fraction = ''] = amount.split('.')
    return BigInt(whole + fraction.padEnd(18, '0'))
  })
  const [left = 0n, right = 0n] = keys
  return left < right ? -1 : left > right ? 1 : 0
}
