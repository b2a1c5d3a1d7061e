import type { Item } from './expressions.js'

/** Bytes as DynamoDB counts them: names and values in UTF-8, two digits of a number to a byte and one more. */
export function itemSize(item: Item): number {
  let bytes = 0
  for (const [name, attribute] of Object.entries(item))
    bytes += Buffer.byteLength(name) + valueSize(attribute)
  return bytes
}

function valueSize(attribute: Record<string, unknown>): number {
  const [[type, value] = []] = Object.entries(attribute)
  if (type === 'S' || type === 'B') return Buffer.byteLength(String(value))
  if (type === 'N') return Math.ceil(String(value).length / 2) + 1
  if (type === 'BOOL' || type === 'NULL') return 1
  if (type === 'M') return 3 + itemSize(value as Item)
  if (type === 'L')
    return 3 + (value as Item[string][]).reduce((sum, member) => sum + 1 + valueSize(member), 0)
  return Array.isArray(value)
    ? value.reduce((sum: number, member) => sum + Buffer.byteLength(String(member)), 0)
    : 0
}

export const writeUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / 1024))
/** Eventually consistent reads cost half. */
export const readUnits = (bytes: number, isConsistent: boolean): number =>
  Math.max(1, Math.ceil(bytes / 4096)) * (isConsistent ? 1 : 0.5)
