/** Amounts are decimal strings such as "20.00"; they are compared and added as whole numbers, never as floats. */

export const decimalPattern = /^[0-9]{1,18}(\.[0-9]{1,18})?$/

/** "20.00" equals "20.0000" and "020". Anything that is no plain decimal equals nothing. */
export function equalDecimals(a: string, b: string): boolean {
  if (!decimalPattern.test(a) || !decimalPattern.test(b)) return false
  return normalizeDecimal(a) === normalizeDecimal(b)
}

/** The shortest form of a decimal: "020.5000" becomes "20.5". */
export function normalizeDecimal(amount: string): string {
  const [whole = '', fraction = ''] = amount.split('.')
  const shortWhole = whole.replace(/^0+(?=\d)/, '')
  const shortFraction = fraction.replace(/0+$/, '')
  return shortFraction === '' ? shortWhole : `${shortWhole}.${shortFraction}`
}

/** The exact sum of plain decimals: ["0.1", "0.2"] gives "0.3". */
export function addDecimals(amounts: string[]): string {
  const places = Math.max(0, ...amounts.map(amount => amount.split('.')[1]?.length ?? 0))
  const sum = amounts.reduce((total, amount) => {
    const [whole = '0', fraction = ''] = amount.split('.')
    return total + BigInt(whole + fraction.padEnd(places, '0'))
  }, 0n)
  const digits = sum.toString().padStart(places + 1, '0')
  const split = digits.length - places
  return normalizeDecimal(places === 0 ? digits : `${digits.slice(0, split)}.${digits.slice(split)}`)
}
