import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { outcomeJsonSchema, requestJsonSchema } from '../../lib/core/json-schemas.js'
import { parseRequestValue } from '../../lib/core/request.js'

const ajv = new Ajv2020({ formats: { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/ } })
const acceptsRequest = ajv.compile(requestJsonSchema())
const acceptsOutcome = ajv.compile(outcomeJsonSchema())
const defaults = { requestId: 'message-1', storeHash: 'abc' }

const published = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../docs/schemas/${name}.schema.json`, import.meta.url), 'utf8'))

/** Mostly a good value, now and then another. */
const mostly = <T, U>(good: fc.Arbitrary<T>, odd: fc.Arbitrary<U>) =>
  fc.oneof({ weight: 12, arbitrary: good }, { weight: 1, arbitrary: odd })

const id = mostly(
  fc.oneof(fc.integer({ min: 1 }), fc.stringMatching(/^[0-9]{1,18}(\.[0-9]{1,9})?$/)),
  fc.oneof(fc.double(), fc.string(), fc.constant(null)),
)
const anyPayment = fc.record(
  {
    lineItems: fc.array(
      fc.record({
        invoiceId: mostly(fc.integer({ min: 1 }), fc.double()),
        amount: mostly(fc.constant('20.00'), fc.stringMatching(/^[0-9]{1,19}(\.[0-9]{1,19})?$/)),
      }),
      { minLength: 1, maxLength: 2 },
    ),
    currency: mostly(fc.constantFrom('USD', 'EUR'), fc.constantFrom('usd', 'EURO', '')),
    details: mostly(fc.record({ memo: fc.string() }, { requiredKeys: [] }), fc.constant(null)),
    customerId: mostly(fc.string({ minLength: 1 }), fc.nat()),
    externalId: mostly(
      fc.string({ minLength: 1 }),
      fc.string({ unit: 'binary', minLength: 250, maxLength: 260 }),
    ),
    processingStatus: mostly(fc.integer({ min: 1, max: 4 }), fc.constantFrom(0, '1')),
    fundingStatus: fc.integer({ min: 0, max: 3 }),
    channelId: fc.integer(),
  },
  { requiredKeys: ['lineItems', 'currency', 'details', 'customerId'] },
)
const fields = {
  requestId: mostly(fc.stringMatching(/^[A-Za-z0-9._:/-]{1,128}$/), fc.string()),
  storeHash: mostly(fc.constant('abc'), fc.constantFrom('ABC', '')),
  metadata: mostly(
    fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }),
    fc.dictionary(fc.string(), fc.string(), { minKeys: 9, maxKeys: 12 }),
  ),
}
const own = {
  performOperation: {
    paymentId: id,
    operationCode: mostly(fc.integer({ min: 0, max: 3 }), fc.constantFrom(4, '0')),
  },
  updateProcessingStatus: {
    paymentId: id,
    processingStatus: mostly(fc.integer({ min: 1, max: 4 }), fc.constantFrom(0, '1')),
  },
  createOfflinePayment: { payment: anyPayment },
  updateOfflinePayment: { paymentId: id, payment: anyPayment },
  deletePayment: { paymentId: id },
}
const aCandidate = fc.oneof(
  ...Object.entries<Record<string, fc.Arbitrary<unknown>>>(own).map(([type, shape]) =>
    fc.record<Record<string, unknown>>(
      { ...fields, ...shape, type: mostly(fc.constant(type), fc.constantFrom('pay', 'deletePayment')) },
      { requiredKeys: Object.keys(shape) },
    ),
  ),
)

describe('docs/schemas', () => {
  it('holds the request as payops checks it (npm run schemas)', () => {
    expect(published('operation-request')).toEqual(requestJsonSchema())
  })

  it('holds the outcome as payops writes it (npm run schemas)', () => {
    expect(published('operation-outcome')).toEqual(outcomeJsonSchema())
  })
})

const aPayment = {
  lineItems: [{ invoiceId: 13, amount: '20.00' }],
  currency: 'USD',
  details: {},
  customerId: '113',
}

describe('the request schema', () => {
  it.each([
    ['the shortest request', { paymentId: 117, operationCode: 0 }],
    ['an id as text', { paymentId: '117', operationCode: 2, metadata: { run: '7' } }],
    ['a status', { type: 'updateProcessingStatus', paymentId: 117, processingStatus: 4 }],
    ['a create', { type: 'createOfflinePayment', payment: { ...aPayment, externalId: 'A 1', channelId: 1 } }],
    ['an update', { type: 'updateOfflinePayment', paymentId: 1, payment: { ...aPayment, fundingStatus: 2 } }],
    ['a deletion', { type: 'deletePayment', paymentId: 117, storeHash: 'abc', requestId: 'r/1' }],
  ])('accepts %s', (_, request) => {
    expect(acceptsRequest(request)).toBe(true)
    expect(parseRequestValue(request, defaults).valid).toBe(true)
  })

  it.each([
    ['a key misspelled', { paymentId: 117, operatonCode: 0 }],
    ['a key of another type', { type: 'deletePayment', paymentId: 117, operationCode: 0 }],
    ['no type where it is no operation', { paymentId: 117, processingStatus: 3 }],
    ['a code as text', { paymentId: 117, operationCode: '0' }],
    ['a zero id', { paymentId: '0.0', operationCode: 0 }],
    [
      'an amount as a float',
      { type: 'createOfflinePayment', payment: { ...aPayment, lineItems: [{ invoiceId: 1, amount: 20 }] } },
    ],
    [
      'an amount of nothing',
      {
        type: 'createOfflinePayment',
        payment: { ...aPayment, lineItems: [{ invoiceId: 1, amount: '0.00' }] },
      },
    ],
    [
      'an externalId that a store may trim',
      { type: 'createOfflinePayment', payment: { ...aPayment, externalId: ' A-1' } },
    ],
    [
      'eleven values of metadata',
      {
        paymentId: 1,
        operationCode: 0,
        metadata: Object.fromEntries(Array.from({ length: 11 }, (_, at) => [at, ''])),
      },
    ],
    ['a list', []],
  ])('refuses %s, as payops does', (_, request) => {
    expect(acceptsRequest(request)).toBe(false)
    expect(parseRequestValue(request, defaults).valid).toBe(false)
  })

  it('refuses nothing that payops accepts, and accepts what payops refuses only for the rules it cannot say', () => {
    const onlyPayopsKnows = /to 9007199254740991|well-formed text|__proto__: unknown key/
    const seen = { accepted: 0, refused: 0 }
    fc.assert(
      fc.property(aCandidate, candidate => {
        const parsed = parseRequestValue(candidate, defaults)
        seen[parsed.valid ? 'accepted' : 'refused'] += 1
        const bySchema = acceptsRequest(candidate)
        return parsed.valid ? bySchema : !bySchema || onlyPayopsKnows.test(parsed.refusal.message)
      }),
      { seed: 4, numRuns: 5_000 },
    )
    expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(500)
  })
})

const anOutcome = {
  requestId: 'erp-1',
  storeHash: 'abc',
  type: 'performOperation',
  paymentId: 117,
  operationCode: 0,
  status: 'failed',
  effect: 'none',
  attempts: 1,
  requestedAt: '2026-11-22T10:00:00.000Z',
  completedAt: '2026-11-22T10:00:01.250Z',
  error: { code: 'OPERATION_NOT_ALLOWED', message: 'The payment operation is not allowed.', httpStatus: 400 },
}

describe('the outcome schema', () => {
  it('accepts an outcome of the contract', () => {
    expect(acceptsOutcome(anOutcome)).toBe(true)
  })

  it('accepts a field that a later version adds', () => {
    expect(acceptsOutcome({ ...anOutcome, attemptedAt: '2026-11-22T10:00:01.000Z' })).toBe(true)
  })

  it.each([
    ['an unknown status', { ...anOutcome, status: 'done' }],
    ['an unknown code', { ...anOutcome, error: { code: 'OOPS', message: '' } }],
    ['a time without milliseconds', { ...anOutcome, completedAt: '2026-11-22T10:00:01Z' }],
  ])('refuses %s', (_, outcome) => {
    expect(acceptsOutcome(outcome)).toBe(false)
  })
})
