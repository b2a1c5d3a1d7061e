import fc from 'fast-check'

/** Keys and values that code trips over. Values are JSON text, because most of them do not survive being a value first. */

const hostileKeys = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '',
  ' ',
  '0',
  'x'.repeat(10_000),
  '\uD800',
  '\uDC00key',
  'operationCode\u200F',
  '\uFEFFpaymentId',
  'payment\u0000Id',
  'paymentId\u0301',
  'PaymentId',
  'TYPE',
  'operatonCode',
  'storehash',
]
export const keys: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...hostileKeys) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 10 }) },
)

const oddNumbers = [
  '0',
  '-0',
  '-1',
  '4',
  '5',
  '0.5',
  '1e-7',
  '1e-400',
  '5e-324',
  '1e309',
  '-1e309',
  '1e21',
  '9007199254740991',
  '9007199254740992',
  '9007199254740993',
  '117.00000000000000001',
]
const oddTexts = [
  '',
  ' ',
  '117',
  ' 117',
  '117\n',
  '0x75',
  '1e3',
  '0.00000001',
  '00000000000000000117',
  '9007199254740993',
  '١١٧',
  '117/../118',
  '117?x=1',
  '%2e%2e',
  'performoperation',
  'PerformOperation',
  '\uD800',
  'a\uFFFEb\uFFFF',
  'nul\u0000',
  '\u202Ertl',
  '\uFEFF',
  'e\u0301\u0301',
  ' A-1 ',
  'x'.repeat(129),
  'ABC',
  '0.00',
  '1.0000000000000000001',
  'US',
]
const plainValues = [
  'null',
  'true',
  'false',
  '[]',
  '{}',
  '[117]',
  '[null]',
  '{"__proto__":{"type":"deletePayment"}}',
  '{"toString":1}',
]

const nestings = fc.record({
  levels: fc.constantFrom(2, 7, 100, 5_000),
  asLists: fc.boolean(),
})
export const nested = ({ levels, asLists }: { levels: number; asLists: boolean }): string =>
  asLists
    ? `${'['.repeat(levels)}1${']'.repeat(levels)}`
    : `${'{"payment":'.repeat(levels)}1${'}'.repeat(levels)}`

/** JSON text of a value that stands where another was wanted. */
export const values: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...oddNumbers) },
  { weight: 6, arbitrary: fc.constantFrom(...oddTexts).map(text => JSON.stringify(text)) },
  { weight: 4, arbitrary: fc.constantFrom(...plainValues) },
  { weight: 2, arbitrary: fc.json({ maxDepth: 2 }) },
  { weight: 1, arbitrary: nestings.map(nested) },
)
