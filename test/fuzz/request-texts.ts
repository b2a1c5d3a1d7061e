import fc from 'fast-check'
import { keys, nested, values } from './hostile-parts.js'
import { validRequests } from './valid-requests.js'

/**
 * Bodies of every sort, as text: valid ones, valid ones with one to three changes, and what is no request at all. Text, so
 * that duplicate keys, numbers that no double holds and depths that no writer writes are among them.
 */

type Field = [key: string, json: string]
type Change = (fields: Field[], pick: number) => Field[]

const fieldsOf = (value: object): Field[] =>
  Object.entries(value).map(([key, field]) => [key, JSON.stringify(field)])
const textOf = (fields: Field[]): string =>
  `{${fields.map(([key, json]) => `${JSON.stringify(key)}:${json}`).join(',')}}`

/** Replaces the field of that number, counted round and round, by what `change` makes of it. */
const at = (fields: Field[], pick: number, change: (field: Field) => Field[]): Field[] =>
  fields.flatMap((field, index) => (index === pick % fields.length ? change(field) : [field]))

const recased = (key: string): string => key.charAt(0).toUpperCase() + key.slice(1).toLowerCase()
const misspelt = (key: string, pick: number): string => {
  const gone = pick % Math.max(1, key.length)
  return key.slice(0, gone) + key.slice(gone + 1)
}

const changes: fc.Arbitrary<Change> = fc.oneof(
  fc.constant<Change>((fields, pick) => at(fields, pick, () => [])),
  fc.constant<Change>((fields, pick) => at(fields, pick, ([key, json]) => [[misspelt(key, pick), json]])),
  fc.constant<Change>((fields, pick) => at(fields, pick, ([key, json]) => [[recased(key), json]])),
  values.map<Change>(value => (fields, pick) => at(fields, pick, ([key]) => [[key, value]])),
  values.map<Change>(
    value => (fields, pick) =>
      at(fields, pick, ([key, json]) => [
        [key, json],
        [key, value],
      ]),
  ),
  fc.tuple(keys, values).map<Change>(([key, value]) => fields => [...fields, [key, value]]),
)
const picks = fc.nat(11)

/** The same changes further down, at the end of the path, in those requests that have one. */
const inside = (change: Change, path: readonly string[]): Change => {
  const [first, ...rest] = path
  if (first === undefined) return change
  return (fields, pick) =>
    fields.map(([key, json]) => {
      if (key !== first) return [key, json]
      const value: unknown = JSON.parse(json)
      if (typeof value !== 'object' || value === null) return [key, json]
      const changed = inside(change, rest)(fieldsOf(value), pick)
      return [key, Array.isArray(value) ? `[${changed.map(([, item]) => item).join(',')}]` : textOf(changed)]
    })
}
const places = [
  ['payment'],
  ['metadata'],
  ['payment', 'details'],
  ['payment', 'lineItems'],
  ['payment', 'lineItems', '0'],
]
const changesAnywhere = fc.oneof(
  { weight: 3, arbitrary: changes },
  { weight: 2, arbitrary: fc.tuple(changes, fc.constantFrom(...places)).map(args => inside(...args)) },
)
const safely = (change: Change, fields: Field[], pick: number): Field[] => {
  try {
    return change(fields, pick)
  } catch {
    // An earlier change has left text in the field that is no JSON for `inside`; then it stays as it is.
    return fields
  }
}

const nearValid = fc
  .tuple(validRequests, fc.array(fc.tuple(changesAnywhere, picks), { minLength: 1, maxLength: 3 }))
  .map(([request, made]) =>
    textOf(made.reduce((fields, [change, pick]) => safely(change, fields, pick), fieldsOf(request))),
  )

const shortest = '{"paymentId":117,"operationCode":0}'
/** `{"paymentId":117,…,"metadata":{"n":"…"}}` of exactly so many bytes. */
const ofBytes = (bytes: number): string => {
  const open = '{"paymentId":117,"operationCode":0,"metadata":{"n":"'
  return `${open}${'é'.repeat(Math.floor((bytes - open.length - 3) / 2))}${'.'.repeat((bytes - open.length - 3) % 2)}"}}`
}
const kib256 = 256 * 1024

const noRequests = fc.oneof(
  { weight: 6, arbitrary: fc.json({ maxDepth: 3 }) },
  { weight: 6, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
  {
    weight: 6,
    arbitrary: fc
      .tuple(validRequests, picks)
      .map(([request, cut]) => JSON.stringify(request).slice(0, -1 - cut)),
  },
  { weight: 4, arbitrary: values },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '',
      ' ',
      '\uFEFF',
      '\u0000',
      `\uFEFF${shortest}`,
      `\uFEFF\uFEFF${shortest}`,
      `${shortest}${shortest}`,
      `${shortest}\u0000`,
      "{'paymentId':117}",
      '{"paymentId":NaN}',
      'undefined',
      '[object Object]',
      '<html></html>',
    ),
  },
)
/** Rare, because each costs what thousands of the others do. */
const bulky = fc.oneof(
  fc.constantFrom(kib256 - 1, kib256, kib256 + 1).map(ofBytes),
  fc.constantFrom(5_000, 100_000).map(levels => nested({ levels, asLists: true })),
  fc.constantFrom(5_000, 20_000).map(levels => nested({ levels, asLists: false })),
  fc.constant('['.repeat(100_000)),
  fc
    .constantFrom(2_000, 20_000)
    .map(count => textOf(Array.from({ length: count }, (_, index) => [`k${index}`, '1']))),
)

export const requestTexts: fc.Arbitrary<string> = fc.oneof(
  { weight: 200, arbitrary: validRequests.map(request => JSON.stringify(request)) },
  { weight: 500, arbitrary: nearValid },
  { weight: 295, arbitrary: noRequests },
  { weight: 5, arbitrary: bulky },
)
