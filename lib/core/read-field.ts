/**
 * What the API writes is read with tolerance: numbers may come as numeric strings and texts as numbers, and what is null or
 * missing is left out. These never throw, whatever a body holds.
 */

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A published number may come as a number or as a numeric string: read both. */
export const readNumber = (value: unknown): number | undefined => {
  const number = typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

/** An id as payments and invoices have it. A larger one, read as a double, would be another payment's. */
export const readPositiveNumber = (value: unknown): number | undefined => {
  const number = readNumber(value)
  return number !== undefined && number > 0 && number <= Number.MAX_SAFE_INTEGER ? number : undefined
}

/** Codes that cannot be read are passed over. */
export const readNumbers = (values: unknown): number[] =>
  Array.isArray(values) ? values.map(readNumber).filter(value => value !== undefined) : []

export const readText = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined

/** `{[key]: value}`, or nothing to spread where there is no value. */
export const optional = <K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } =>
  (value === undefined ? {} : { [key]: value }) as { [P in K]?: V }
