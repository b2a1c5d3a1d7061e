// Amounts are counted in ten-thousandths of a currency unit, for the API publishes four places ("20.0000").
// They are bigints throughout: a balance that was added up in floats would not compare equal to itself.

const decimal = /^(-?)(\d{1,12})(?:\.(\d{1,4}))?$/

/** Ten-thousandths, or undefined for what is no plain decimal of at most four places. */
export function parseAmount(text: string): bigint | undefined {
  const match = decimal.exec(text)
  if (!match) return undefined
  const [, sign = '', whole = '0', fraction = ''] = match
  return BigInt(`${sign}${whole}${fraction.padEnd(4, '0')}`)
}

/** For amounts that were checked when they came in; anything else is a bug of the sandbox. */
export function readAmount(text: string): bigint {
  const amount = parseAmount(text)
  if (amount === undefined) throw new Error(`"${text}" is no amount: want a decimal of at most four places`)
  return amount
}

export function formatAmount(tenThousandths: bigint): string {
  const sign = tenThousandths < 0n ? '-' : ''
  const digits = (tenThousandths < 0n ? -tenThousandths : tenThousandths).toString().padStart(5, '0')
  return `${sign}${digits.slice(0, -4)}.${digits.slice(-4)}`
}
