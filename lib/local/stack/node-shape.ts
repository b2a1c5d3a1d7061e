import { TemplateError } from './declaration.js'

// A template is text from outside: each read of it says what shape it expects, and a wrong one is named by its path.

export type Mapping = Record<string, unknown>

export const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export function readMapping(value: unknown, path: string): Mapping {
  if (isMapping(value)) return value
  throw new TemplateError(`${path}: a mapping is expected, found ${describeShape(value)}`)
}

/** Absent counts as empty. */
export function readOptionalMapping(value: unknown, path: string): Mapping {
  return value === undefined || value === null ? {} : readMapping(value, path)
}

export function readList(value: unknown, path: string): unknown[] {
  if (Array.isArray(value)) return value
  throw new TemplateError(`${path}: a list is expected, found ${describeShape(value)}`)
}

export function readText(value: unknown, path: string): string {
  if (typeof value === 'string' && value !== '') return value
  throw new TemplateError(`${path}: a text is expected, found ${describeShape(value)}`)
}

/** A whole number of at least `least`, also as text: parameters given on a command line are texts. */
export function readCount(value: unknown, path: string, least = 0): number {
  const count = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof count === 'number' && Number.isInteger(count) && count >= least) return count
  throw new TemplateError(`${path}: a whole number of at least ${least} is expected`)
}

/** A key that nobody reads is a promise that nobody keeps: it is refused by name. */
export function refuseUnknownKeys(mapping: Mapping, known: readonly string[], path: string): void {
  for (const key of Object.keys(mapping)) {
    if (!known.includes(key)) throw new TemplateError(`${path}.${key} is not known to the embedded stack`)
  }
}

function describeShape(value: unknown): string {
  if (value === undefined || value === null) return 'nothing'
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`
}
