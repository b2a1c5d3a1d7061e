import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import {
  hashContent,
  holdKeyOf,
  maxBodyBytes,
  type OperationRequest,
  operationTypes,
  orderKeyOf,
  type ParsedRequest,
  parseRequest,
  parseRequestValue,
  paymentIdOf,
} from '../../lib/core/request.js'
import { aCreate, aDelete, anUpdate, aRequest, aStatusUpdate } from '../support/requests.js'

const defaults = { requestId: 'message-1', storeHash: 'luma7x2' }
const parse = (value: unknown, storeHash: string | undefined = 'luma7x2'): ParsedRequest =>
  parseRequest(JSON.stringify(value), { requestId: 'message-1', storeHash })

/** The request, or a failure of the test that shows why there is none. */
function parsed(value: unknown): OperationRequest {
  const result = parse(value)
  if (!result.valid) throw new Error(result.refusal.message)
  return result.request
}

function problems(result: ParsedRequest): string {
  if (result.valid) throw new Error('the request is valid')
  expect(result.refusal.code).toBe('INVALID_REQUEST')
  return result.refusal.message
}

const offlinePayment = {
  lineItems: [{ invoiceId: 1117, amount: '20.00' }],
  currency: 'USD',
  details: { memo: 'Check 4711' },
  customerId: '6041',
}

describe('parseRequest', () => {
  it('takes the shortest request for a whole one', () => {
    expect(parseRequest('{"paymentId": 117, "operationCode": 0}', defaults)).toEqual({
      valid: true,
      request: {
        requestId: 'message-1',
        storeHash: 'luma7x2',
        type: 'performOperation',
        paymentId: 117,
        operationCode: 0,
      },
    })
  })

  it('prefers what the body says to every default', () => {
    expect(
      parsed({ requestId: 'A.b_c:d/e-1', storeHash: 'nordic4b', paymentId: 1, operationCode: 2 }),
    ).toMatchObject({
      requestId: 'A.b_c:d/e-1',
      storeHash: 'nordic4b',
    })
  })

  it('uses a key from the queue or the bus as it is, whatever its characters', () => {
    const result = parseRequest('{"paymentId":117,"operationCode":0}', { ...defaults, requestId: 'a b#ü!' })
    expect(result).toMatchObject({ valid: true, request: { requestId: 'a b#ü!' } })
  })

  it('passes over a leading byte order mark', () => {
    expect(parseRequest('\uFEFF{"paymentId":117,"operationCode":0}', defaults).valid).toBe(true)
    expect(parseRequest('\uFEFF\uFEFF{"paymentId":117,"operationCode":0}', defaults).valid).toBe(false)
  })

  it.each<[unknown, Partial<OperationRequest> & Record<string, unknown>]>([
    [{ type: 'performOperation', paymentId: 117, operationCode: 3 }, { operationCode: 3 }],
    [
      { type: 'updateProcessingStatus', paymentId: '117', processingStatus: 4 },
      { paymentId: 117, processingStatus: 4 },
    ],
    [
      { type: 'deletePayment', paymentId: 117 },
      { type: 'deletePayment', paymentId: 117 },
    ],
    [
      { type: 'createOfflinePayment', payment: { ...offlinePayment, externalId: 'A-1', channelId: 1 } },
      { payment: { ...offlinePayment, externalId: 'A-1', channelId: 1 } },
    ],
    [
      { type: 'updateOfflinePayment', paymentId: 117, payment: { ...offlinePayment, fundingStatus: 2 } },
      { paymentId: 117, payment: { ...offlinePayment, fundingStatus: 2 } },
    ],
  ])('reads %j', (value, fields) => {
    expect(parsed(value)).toMatchObject(fields)
  })

  it('gives a create without an externalId its requestId, so that it can be found again', () => {
    expect(parsed({ type: 'createOfflinePayment', requestId: 'r-9', payment: offlinePayment })).toMatchObject(
      {
        payment: { externalId: 'r-9' },
      },
    )
    expect(parsed({ type: 'createOfflinePayment', payment: offlinePayment })).toMatchObject({
      payment: { externalId: 'message-1' },
    })
  })

  it('gives an update no externalId that was not asked for', () => {
    const update = parsed({ type: 'updateOfflinePayment', paymentId: 117, payment: offlinePayment })
    expect(update).toMatchObject({ payment: expect.not.objectContaining({ externalId: expect.anything() }) })
  })

  it('hands metadata through untouched', () => {
    const metadata = { order: '250', '': 'empty', constructor: 'x', 'ünï 🧾': '\uD83D' }
    expect(parsed({ paymentId: 117, operationCode: 0, metadata }).metadata).toEqual(metadata)
  })
})

describe('parseRequest: paymentId', () => {
  it.each<[unknown, number]>([
    [117, 117],
    ['117', 117],
    ['00117', 117],
    ['117.0', 117],
    [117.5, 117.5],
    ['117.5', 117.5],
    [9007199254740991, 9007199254740991],
    ['9007199254740991', 9007199254740991],
  ])('reads %j as %d', (paymentId, number) => {
    expect(parsed({ paymentId, operationCode: 0 })).toMatchObject({ paymentId: number })
  })

  it.each([
    0,
    -1,
    -117,
    '0',
    '-1',
    '+1',
    '',
    ' ',
    ' 117',
    '117 ',
    '117\n',
    '1e3',
    '0x75',
    '1_000',
    '1,000',
    'NaN',
    'Infinity',
    '117/../118',
    '117?x=1',
    '١١٧',
    '９',
    null,
    true,
    false,
    [],
    [117],
    {},
    9007199254740992,
    '9007199254740992',
    '9007199254740993',
    1e21,
    1e308,
  ])('refuses %j', paymentId => {
    expect(problems(parse({ paymentId, operationCode: 0 }))).toBe(
      'paymentId: must be a number from 0.000001 to 9007199254740991, or such a number as a string',
    )
  })

  it.each([1e-7, 5e-324, '0.0000001', '0.00000099'])(
    'refuses %j, which a URL could hold only with an exponent',
    paymentId => {
      expect(problems(parse({ paymentId, operationCode: 0 }))).toBe(
        'paymentId: must be a number from 0.000001 to 9007199254740991, or such a number as a string',
      )
    },
  )

  it('takes the smallest number that is written with digits and a point', () => {
    expect(parsed({ paymentId: '0.000001', operationCode: 0 })).toMatchObject({ paymentId: 0.000001 })
    expect(String(0.000001)).toBe('0.000001')
  })

  it('refuses a number that JSON can write and a double cannot hold', () => {
    expect(problems(parseRequest('{"paymentId":1e400,"operationCode":0}', defaults))).toMatch(
      /^paymentId: must be/,
    )
  })
})

describe('parseRequest: codes', () => {
  it.each(['0', '1', 4, -1, 0.5, null, true, [0], {}])('refuses operationCode %j', operationCode => {
    expect(problems(parse({ paymentId: 117, operationCode }))).toBe(
      'operationCode: must be the number 0, 1, 2 or 3',
    )
  })

  it.each([0, 5, '3', 1.5, null])('refuses processingStatus %j: only 1 to 4 can be set', processingStatus => {
    expect(problems(parse({ type: 'updateProcessingStatus', paymentId: 117, processingStatus }))).toBe(
      'processingStatus: must be the number 1, 2, 3 or 4',
    )
  })

  it.each([
    '',
    'applyPayment',
    'PerformOperation',
    '__proto__',
    'constructor',
    null,
    0,
    [],
    ['deletePayment'],
  ])('refuses type %j', type => {
    expect(problems(parse({ type, paymentId: 117, operationCode: 0 }))).toBe(
      `type: must be one of ${operationTypes.join(', ')}`,
    )
  })
})

describe('parseRequest: identity', () => {
  it.each(['', ' ', 'a b', 'ä', 'a#b', 'a\n', 'x'.repeat(129), 5, null])(
    'refuses requestId %j',
    requestId => {
      expect(problems(parse({ requestId, paymentId: 117, operationCode: 0 }))).toBe(
        'requestId: must be 1 to 128 characters of A-Z a-z 0-9 . _ : / -',
      )
    },
  )

  it('takes a requestId of 128 characters', () => {
    expect(parsed({ requestId: 'x'.repeat(128), paymentId: 117, operationCode: 0 }).requestId).toHaveLength(
      128,
    )
  })

  it.each(['', 'LUMA', 'a-b', 'a/b', '../x', 'a\n', 'x'.repeat(33), 5, null])(
    'refuses storeHash %j',
    storeHash => {
      expect(problems(parse({ storeHash, paymentId: 117, operationCode: 0 }))).toBe(
        'storeHash: must be 1 to 32 characters of a-z 0-9',
      )
    },
  )

  it('refuses a request without a store where there is no default', () => {
    const result = parseRequest('{"paymentId":117,"operationCode":0}', { requestId: 'message-1' })
    expect(problems(result)).toBe('storeHash: missing, and DEFAULT_STORE_HASH is not set')
  })
})

describe('parseRequest: keys', () => {
  it('names an unknown key and what is missing for it', () => {
    expect(problems(parse({ paymentId: 117, operatonCode: 0 }))).toBe(
      'operationCode: missing; it must be the number 0, 1, 2 or 3; operatonCode: unknown key',
    )
  })

  it('tells a key of another type from an unknown one', () => {
    expect(problems(parse({ type: 'deletePayment', paymentId: 117, operationCode: 0, force: true }))).toBe(
      'operationCode: does not belong to type deletePayment; force: unknown key',
    )
  })

  it.each<[string, unknown, string]>([
    [
      'a create',
      { type: 'createOfflinePayment', payment: { ...offlinePayment, fundingStatus: 2 } },
      'payment.fundingStatus',
    ],
    [
      'an update',
      { type: 'updateOfflinePayment', paymentId: 1, payment: { ...offlinePayment, channelId: 1 } },
      'payment.channelId',
    ],
    [
      'a line item',
      {
        type: 'createOfflinePayment',
        payment: { ...offlinePayment, lineItems: [{ invoiceId: 1, amount: '1', tax: '0' }] },
      },
      'payment.lineItems.0.tax',
    ],
    [
      'the details',
      { type: 'createOfflinePayment', payment: { ...offlinePayment, details: { note: 'x' } } },
      'payment.details.note',
    ],
  ])('names an unknown key of %s with its path', (_, value, path) => {
    expect(problems(parse(value))).toBe(`${path}: unknown key`)
  })

  it.each([
    '{"__proto__":{"operationCode":0},"paymentId":117}',
    '{"paymentId":117,"operationCode":0,"__proto__":null}',
    '{"\\u005f_proto__":1,"paymentId":117,"operationCode":0}',
  ])('refuses %s, which ordinary objects would swallow', body => {
    expect(problems(parseRequest(body, defaults))).toBe('__proto__: unknown key')
  })

  it.each([
    ['metadata.__proto__', '{"paymentId":117,"operationCode":0,"metadata":{"__proto__":"x"}}'],
    ['payment.details.__proto__', '{"type":"createOfflinePayment","payment":{"details":{"__proto__":{}}}}'],
    [
      'payment.lineItems.0.__proto__',
      '{"type":"createOfflinePayment","payment":{"lineItems":[{"__proto__":1}]}}',
    ],
  ])('finds %s below the top', (path, body) => {
    expect(problems(parseRequest(body, defaults))).toBe(`${path}: unknown key`)
  })

  it('takes no inherited property for a key of the body', () => {
    expect(problems(parse({ paymentId: 117, operationCode: 0, constructor: 1, toString: 2 }))).toBe(
      'constructor: unknown key; toString: unknown key',
    )
  })
})

describe('parseRequest: metadata', () => {
  const withMetadata = (metadata: unknown): ParsedRequest =>
    parse({ paymentId: 117, operationCode: 0, metadata })
  const values = (count: number): Record<string, string> =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${index}`, 'x']))

  it('takes ten values and refuses eleven', () => {
    expect(withMetadata(values(10)).valid).toBe(true)
    expect(problems(withMetadata(values(11)))).toBe('metadata: must hold at most 10 values')
  })

  it.each([null, 'x', 5, ['a']])('refuses %j for metadata', metadata => {
    expect(problems(withMetadata(metadata))).toBe('metadata: must be an object of strings')
  })

  it('names each value that is no string', () => {
    expect(problems(withMetadata({ a: 1, b: 'x', c: null }))).toBe(
      'metadata.a: must be a string; metadata.c: must be a string',
    )
  })
})

describe('parseRequest: offline payment', () => {
  const create = (fields: object): ParsedRequest =>
    parse({ type: 'createOfflinePayment', payment: { ...offlinePayment, ...fields } })

  it.each<[object, string]>([
    [{ lineItems: [] }, 'payment.lineItems: must hold at least one line item'],
    [{ lineItems: {} }, 'payment.lineItems: must be a list of line items'],
    [{ lineItems: undefined }, 'payment.lineItems: missing; it must be a list of line items'],
    [
      { lineItems: [{ invoiceId: 1, amount: 20 }] },
      'payment.lineItems.0.amount: must be a decimal string such as "20.00"',
    ],
    [{ lineItems: [{ invoiceId: 1, amount: '0.00' }] }, 'payment.lineItems.0.amount: must be more than zero'],
    [
      { lineItems: [{ invoiceId: 0, amount: '1' }] },
      'payment.lineItems.0.invoiceId: must be a positive number',
    ],
    [
      { lineItems: [{ invoiceId: '1', amount: '1' }] },
      'payment.lineItems.0.invoiceId: must be a positive number',
    ],
    [{ currency: 'usd' }, 'payment.currency: must be a currency code such as USD'],
    [{ details: null }, 'payment.details: must be an object'],
    [{ details: { memo: 5 } }, 'payment.details.memo: must be a string'],
    [{ customerId: 6041 }, 'payment.customerId: must be a non-empty string'],
    [{ customerId: undefined }, 'payment.customerId: missing; it must be a non-empty string'],
    [
      { externalId: '' },
      'payment.externalId: must be 1 to 255 characters of well-formed text that neither begins nor ends with white space',
    ],
    [
      { externalId: 'A-1 ' },
      'payment.externalId: must be 1 to 255 characters of well-formed text that neither begins nor ends with white space',
    ],
    [{ processingStatus: 0 }, 'payment.processingStatus: must be the number 1, 2, 3 or 4'],
    [{ channelId: 1.5 }, 'payment.channelId: must be a whole number'],
  ])('refuses the offline payment %j', (fields, problem) => {
    expect(problems(create(fields))).toBe(problem)
  })

  it.each(['-1.00', '1e2', '20,00', ' 20', '20.', '.5', '1'.repeat(19), 'x'])(
    'refuses the amount %j',
    amount => {
      expect(problems(create({ lineItems: [{ invoiceId: 1, amount }] }))).toContain(
        'payment.lineItems.0.amount: must be a decimal string such as "20.00"',
      )
    },
  )

  it('keeps amounts as they were written, never as floats', () => {
    const lineItems = [{ invoiceId: 1, amount: '12345678901234567.8901' }]
    expect(parsed({ type: 'createOfflinePayment', payment: { ...offlinePayment, lineItems } })).toMatchObject(
      {
        payment: { lineItems },
      },
    )
  })

  it('refuses a payment that is missing or no object', () => {
    expect(problems(parse({ type: 'createOfflinePayment' }))).toBe('payment: missing; it must be an object')
    expect(problems(parse({ type: 'updateOfflinePayment', paymentId: 1, payment: [] }))).toBe(
      'payment: must be an object',
    )
  })
})

describe('parseRequest: refusals', () => {
  it('lists everything that is wrong, with its path', () => {
    const body = {
      requestId: 'a b',
      type: 'performOperation',
      paymentId: 'x',
      operationCode: 9,
      metadata: { a: 1 },
    }
    const result = parseRequest(JSON.stringify(body), { requestId: 'message-1' })
    expect(problems(result).split('; ').sort()).toEqual([
      'metadata.a: must be a string',
      'operationCode: must be the number 0, 1, 2 or 3',
      'paymentId: must be a number from 0.000001 to 9007199254740991, or such a number as a string',
      'requestId: must be 1 to 128 characters of A-Z a-z 0-9 . _ : / -',
      'storeHash: missing, and DEFAULT_STORE_HASH is not set',
    ])
  })

  it('reads whose the request was, as far as it can', () => {
    expect(
      parse({ requestId: 'r-1', paymentId: '117', operationCode: 9, metadata: { order: '250' } }),
    ).toMatchObject({
      readable: {
        requestId: 'r-1',
        storeHash: 'luma7x2',
        type: 'performOperation',
        paymentId: 117,
        metadata: { order: '250' },
      },
    })
  })

  it('does not put a default in the place of an identity that was given and is wrong', () => {
    const result = parse({ requestId: 'a b', storeHash: 'NOT', paymentId: 117, operationCode: 0 })
    expect(result).toMatchObject({ valid: false, readable: { paymentId: 117, type: 'performOperation' } })
    expect(result).not.toHaveProperty('readable.requestId')
    expect(result).not.toHaveProperty('readable.storeHash')
  })

  it.each<[string, string]>([
    ['', 'the body is not JSON: Unexpected end of JSON input'],
    ['[]', 'the body must be a JSON object, not a list'],
    ['null', 'the body must be a JSON object, not null'],
    ['117', 'the body must be a JSON object, not a number'],
    ['"117"', 'the body must be a JSON object, not a string'],
    ['true', 'the body must be a JSON object, not a boolean'],
  ])('refuses the body %j', (body, message) => {
    expect(problems(parseRequest(body, defaults))).toBe(message)
  })

  it.each(['{"token":"s3cret",}', '{"token":"s3cret', 's3cret', '{"a":s3cret}', '{"paymentId":117}s3cret'])(
    'quotes nothing of %j',
    body => {
      const message = problems(parseRequest(body, defaults))
      expect(message).toMatch(/^the body is not JSON: /)
      expect(message).not.toContain('s3cret')
    },
  )

  it('takes a body of 256 KiB and refuses one byte more, counted in bytes', () => {
    const around = '{"paymentId":117,"operationCode":0,"metadata":{"a":""}}'.length
    const body = (bytes: number): string =>
      `{"paymentId":117,"operationCode":0,"metadata":{"a":"é${'x'.repeat(bytes - around - 2)}"}}`
    expect(maxBodyBytes).toBe(262_144)
    expect(parseRequest(body(262_144), defaults).valid).toBe(true)
    expect(problems(parseRequest(body(262_145), defaults))).toBe(
      'the body has 262145 bytes; at most 262144 (256 KiB) are allowed',
    )
  })

  it.each([
    ['[', ']'],
    ['{"a":', '}'],
    ['{"metadata":', '}'],
  ])('survives a body of %s nested twenty thousand deep', (open, close) => {
    const body = `${open.repeat(20_000)}1${close.repeat(20_000)}`
    expect(problems(parseRequest(body, defaults))).not.toBe('')
  })

  it('shortens an unknown key that is long', () => {
    expect(problems(parse({ paymentId: 117, operationCode: 0, ['x'.repeat(100)]: 1 }))).toBe(
      `${'x'.repeat(60)}…: unknown key`,
    )
  })
})

describe('parseRequest: names of keys', () => {
  it.each([
    ['', '""'],
    [' ', '" "'],
    ['operationCode\u200F', '"operationCode\\u200f"'],
    ['\uFEFFpaymentId', '"\\ufeffpaymentId"'],
    ['paymentId\u0301', '"paymentId\\u0301"'],
    ['\uD800', '"\\ud800"'],
    ['nul\u0000', '"nul\\u0000"'],
    ['Überweisung', 'Überweisung'],
  ])('shows what cannot be seen in the unknown key %j', (key, shown) => {
    expect(problems(parse({ paymentId: 117, operationCode: 0, [key]: 1 }))).toBe(`${shown}: unknown key`)
  })

  it('shortens a long key on the way to what is wrong', () => {
    const key = 'x'.repeat(10_000)
    expect(problems(parse({ paymentId: 117, operationCode: 0, metadata: { [key]: 1 } }))).toBe(
      `metadata.${'x'.repeat(60)}…: must be a string`,
    )
    expect(problems(parseRequest(`{"${key}":{"__proto__":1}}`, defaults))).toBe(
      `${'x'.repeat(60)}….__proto__: unknown key`,
    )
  })

  it('says what a line item has to be, not only that it is wrong', () => {
    const payment = { ...offlinePayment, lineItems: [7] }
    expect(problems(parse({ type: 'createOfflinePayment', payment }))).toBe(
      'payment.lineItems.0: must be an object',
    )
  })
})

describe('parseRequest: whatever comes', () => {
  const keys = fc.constantFrom(
    'requestId',
    'storeHash',
    'type',
    'paymentId',
    'operationCode',
    'processingStatus',
    'payment',
    'metadata',
    '__proto__',
    'constructor',
    'operatonCode',
    '',
  )
  const values = fc.oneof(
    fc.constantFrom<unknown>(0, 1, 117, '117', null, ...operationTypes, offlinePayment, 'luma7x2'),
    fc.jsonValue(),
    fc.string({ unit: 'binary' }),
  )
  const bodies = fc.oneof(
    fc.dictionary(keys, values).map(value => JSON.stringify(value)),
    fc.json(),
    fc.string({ unit: 'binary' }),
  )

  it('never throws, and names a reason for every refusal', () => {
    fc.assert(
      fc.property(bodies, fc.constantFrom('luma7x2', undefined), (body, storeHash) => {
        const result = parseRequest(body, { requestId: 'message-1', storeHash })
        if (result.valid) return
        expect(result.refusal.code).toBe('INVALID_REQUEST')
        expect(result.refusal.message).not.toBe('')
      }),
      { numRuns: 2_000 },
    )
  })

  const texts = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  const amounts = fc
    .tuple(fc.integer({ min: 1, max: 99_999 }), fc.stringMatching(/^\d{1,4}$/))
    .map(parts => parts.join('.'))
  const payments = fc.record(
    {
      lineItems: fc.array(fc.record({ invoiceId: fc.integer({ min: 1, max: 9_999 }), amount: amounts }), {
        minLength: 1,
      }),
      currency: fc.constantFrom('USD', 'EUR'),
      details: fc.record({ memo: texts }, { requiredKeys: [] }),
      customerId: texts,
      externalId: texts.filter(text => text.trim() === text && text.isWellFormed()),
      externalCustomerId: texts,
      payerName: texts,
      payerCustomerId: texts,
      processingStatus: fc.constantFrom(1, 2, 3, 4),
    },
    { requiredKeys: ['lineItems', 'currency', 'details', 'customerId', 'externalId'] },
  )
  const identity = {
    requestId: fc.stringMatching(/^[A-Za-z0-9._:/-]{1,128}$/),
    storeHash: fc.stringMatching(/^[a-z0-9]{1,32}$/),
  }
  const paymentId = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })
  const requests = fc.oneof(
    fc.record({
      ...identity,
      type: fc.constant('performOperation'),
      paymentId,
      operationCode: fc.nat({ max: 3 }),
    }),
    fc.record({
      ...identity,
      type: fc.constant('updateProcessingStatus'),
      paymentId,
      processingStatus: fc.integer({ min: 1, max: 4 }),
    }),
    fc.record({ ...identity, type: fc.constant('createOfflinePayment'), payment: payments }),
    fc.record({ ...identity, type: fc.constant('updateOfflinePayment'), paymentId, payment: payments }),
    fc.record({ ...identity, type: fc.constant('deletePayment'), paymentId }),
  )
  const metadata = fc.dictionary(
    fc.string({ unit: 'binary' }).filter(key => key !== '__proto__'),
    fc.string(),
    {
      maxKeys: 10,
      noNullPrototype: true,
    },
  )

  it('gives every valid request back as it was', () => {
    fc.assert(
      fc.property(requests, metadata, (request, given) => {
        const whole = { ...request, metadata: given }
        expect(parsed(whole)).toEqual(whole)
        expect(parseRequestValue(whole, defaults)).toEqual({ valid: true, request: whole })
      }),
    )
  })

  it('identifies content by neither the order of its keys nor its metadata', () => {
    fc.assert(
      fc.property(requests, metadata, (request, given) => {
        const reversed = Object.fromEntries(Object.entries({ ...request, metadata: given }).reverse())
        expect(hashContent(parsed(reversed))).toBe(hashContent(parsed(request)))
      }),
    )
  })

  it('refuses every valid request to which an unknown key is added', () => {
    fc.assert(
      fc.property(requests, fc.stringMatching(/^[a-z]{1,8}X$/), (request, key) => {
        expect(problems(parse({ ...request, [key]: 1 }))).toBe(`${key}: unknown key`)
      }),
    )
  })
})

describe('hashContent', () => {
  it('takes "117" for 117 and an absent type for the default', () => {
    const plain = hashContent(parsed({ requestId: 'r-1', paymentId: 117, operationCode: 0 }))
    expect(plain).toBe(hashContent(aRequest()))
    expect(hashContent(parsed({ requestId: 'r-1', paymentId: '117', operationCode: 0 }))).toBe(plain)
    expect(
      hashContent(
        parsed({
          requestId: 'r-1',
          storeHash: 'luma7x2',
          type: 'performOperation',
          paymentId: 117,
          operationCode: 0,
        }),
      ),
    ).toBe(plain)
  })

  it('takes a create that names its requestId as externalId for one that leaves it out', () => {
    const bare = { type: 'createOfflinePayment', requestId: 'r-1', payment: offlinePayment }
    const named = { ...bare, payment: { ...offlinePayment, externalId: 'r-1' } }
    expect(hashContent(parsed(bare))).toBe(hashContent(parsed(named)))
  })

  const base = aCreate()
  it.each<[string, OperationRequest]>([
    ['amount', aCreate({}, { lineItems: [{ invoiceId: 1117, amount: '20.01' }] })],
    ['currency', aCreate({}, { currency: 'EUR' })],
    ['memo', aCreate({}, { details: {} })],
    ['externalId', aCreate({}, { externalId: 'A-10' })],
    ['payer', aCreate({}, { payerName: 'Check' })],
    ['store', aCreate({ storeHash: 'nordic4b' })],
    ['type', anUpdate({}, { externalId: 'A-1' })],
  ])('tells another %s from the same content', (_, other) => {
    expect(hashContent(other)).not.toBe(hashContent(base))
  })

  it('never changes between releases: the ledger remembers it for 90 days', () => {
    expect(hashContent(aRequest())).toBe('2dea99fd52ce960bd592740c22e98677bfe455b5854aab89e414892ba6ddcabb')
  })
})

describe('keys', () => {
  it('orders by store and payment, a create by its externalId', () => {
    expect(orderKeyOf(aRequest())).toBe('luma7x2:117')
    expect(orderKeyOf(aStatusUpdate({ storeHash: 'nordic4b', paymentId: 5 }))).toBe('nordic4b:5')
    expect(orderKeyOf(aCreate())).toBe('luma7x2:A-1')
  })

  it('knows the payment of every type but a create', () => {
    expect([aRequest(), aStatusUpdate(), anUpdate(), aDelete(), aCreate()].map(paymentIdOf)).toEqual([
      117,
      117,
      117,
      117,
      undefined,
    ])
  })

  it('holds a payment for every type, and an externalId for creates only', () => {
    expect(holdKeyOf(aDelete())).toBe('luma7x2#payment:117')
    expect(holdKeyOf(anUpdate())).toBe('luma7x2#payment:117')
    expect(holdKeyOf(aCreate())).toBe('luma7x2#external:A-1')
    expect(holdKeyOf(aCreate({}, { externalId: '117' }))).not.toBe(holdKeyOf(aRequest()))
  })

  it('holds by a key that DynamoDB can keep, however long or broken the externalId', () => {
    const long = holdKeyOf(aCreate({}, { externalId: 'x'.repeat(200_000) }))
    expect(long).toHaveLength('luma7x2#external:sha256:'.length + 64)
    expect(long).not.toBe(holdKeyOf(aCreate({}, { externalId: 'x'.repeat(200_001) })))
    expect(holdKeyOf(aCreate({}, { externalId: 'A\uD83D' })).isWellFormed()).toBe(true)
  })
})

describe('a request of more values than a valid one can hold', () => {
  const many = (each: string, times: number): string => Array.from({ length: times }, () => each).join()
  const create = (items: string): string =>
    `{"type":"createOfflinePayment","payment":{"currency":"USD","details":{},"customerId":"1","lineItems":[${items}]}}`

  it.each([
    ['payment.lineItems', create(many('{}', 80_000))],
    ['metadata', `{"paymentId":117,"operationCode":0,"metadata":{${numbered(20_000)}}}`],
    ['the body', `{${numbered(20_000)}}`],
  ])('is refused for it by one word: %s', (where, body) => {
    expect(problems(parseRequest(body, defaults))).toBe(`${where}: must hold at most 10000 values`)
  })

  it('says of each value what is wrong where they are just as many as are looked at', () => {
    expect(problems(parseRequest(create(many('{}', 10_000)), defaults))).toMatch(
      /^payment\.lineItems\.0\.invoiceId/,
    )
    const metadata = `{"paymentId":117,"operationCode":0,"metadata":{${numbered(10_000)}}}`
    expect(problems(parseRequest(metadata, defaults))).toContain('metadata')
  })

  it('is never one that would be valid', () => {
    const body = create(many('{"invoiceId":1,"amount":"1"}', 8_900))
    expect(Buffer.byteLength(body)).toBeGreaterThan(maxBodyBytes - 4_096)
    expect(parseRequest(body, defaults)).toMatchObject({ valid: true })
  })

  function numbered(times: number): string {
    return Array.from({ length: times }, (_, at) => `"k${at}":0`).join()
  }
})
