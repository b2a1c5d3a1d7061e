import { TemplateError } from './declaration.js'
import { isMapping, readList } from './node-shape.js'

// EventBridge's event patterns: every key of the pattern must match (and), by any one of its listed values (or); a mapping
// goes a level deeper. A field that holds a list matches when one of its elements does.

type Scalar = string | number | boolean | null
type Matcher =
  | { kind: 'equals'; value: Scalar }
  | { kind: 'prefix'; text: string }
  | { kind: 'suffix'; text: string }
  | { kind: 'exists'; wanted: boolean }
  | { kind: 'anythingBut'; unwanted: Matcher[] }

export type EventPattern = { [key: string]: EventPattern | Matcher[] }

/** A pattern as the template has it; a comparison that is not known is an error naming it. */
export function parsePattern(node: unknown, path: string): EventPattern {
  if (!isMapping(node)) throw new TemplateError(`${path}: a mapping is expected`)
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => {
      const at = `${path}.${key}`
      return [
        key,
        isMapping(value) ? parsePattern(value, at) : readList(value, at).map(item => parseMatcher(item, at)),
      ]
    }),
  )
}

export function matchesPattern(pattern: EventPattern, event: Record<string, unknown>): boolean {
  return Object.entries(pattern).every(([key, wanted]) => {
    const value = event[key]
    if (!Array.isArray(wanted)) return isMapping(value) && matchesPattern(wanted, value)
    const candidates = Array.isArray(value) ? value : [value]
    return wanted.some(matcher => candidates.some(candidate => matchesValue(matcher, candidate)))
  })
}

function parseMatcher(node: unknown, path: string): Matcher {
  if (isScalar(node)) return { kind: 'equals', value: node }
  const [name = '', argument] = isMapping(node) ? (Object.entries(node)[0] ?? []) : []
  if (name === 'prefix' && typeof argument === 'string') return { kind: 'prefix', text: argument }
  if (name === 'suffix' && typeof argument === 'string') return { kind: 'suffix', text: argument }
  if (name === 'exists' && typeof argument === 'boolean') return { kind: 'exists', wanted: argument }
  if (name === 'anything-but') {
    const unwanted = Array.isArray(argument) ? argument : [argument]
    return { kind: 'anythingBut', unwanted: unwanted.map(item => parseMatcher(item, path)) }
  }
  throw new TemplateError(`${path}: the comparison "${name}" is not known to the embedded stack`)
}

function matchesValue(matcher: Matcher, value: unknown): boolean {
  switch (matcher.kind) {
    case 'equals':
      return value === matcher.value
    case 'prefix':
      return typeof value === 'string' && value.startsWith(matcher.text)
    case 'suffix':
      return typeof value === 'string' && value.endsWith(matcher.text)
    case 'exists':
      return (value !== undefined) === matcher.wanted
    case 'anythingBut':
      // A field that is not there matches nothing, not even "anything but".
      return value !== undefined && !matcher.unwanted.some(unwanted => matchesValue(unwanted, value))
  }
}

const isScalar = (node: unknown): node is Scalar =>
  node === null || typeof node === 'string' || typeof node === 'number' || typeof node === 'boolean'
