import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { type Answer, type Reply, readAnswer } from '../../lib/core/answer.js'
import type { CallKind } from '../../lib/core/api-call.js'
import { instant } from '../support/requests.js'

const kinds: CallKind[] = [
  'change',
  'create',
  'update',
  'detail',
  'invoices',
  'list',
  'operations',
  'transactions',
]

/** No more than decisions rest on. */
const published = {
  id: 117,
  createdAt: 1_635_932_127,
  updatedAt: 1_635_932_130,
  processingStatus: 3,
  allowedOperations: [],
}
const read = {
  id: 117,
  createdAtSeconds: 1_635_932_127,
  updatedAtSeconds: 1_635_932_130,
  processingStatus: 3,
  allowedOperations: [],
  allowedStatuses: [],
  lineItems: [],
}

const replied = (status: number, body: unknown, headers: Record<string, string> = {}): Reply => ({
  kind: 'answered',
  status,
  headers,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  receivedAt: instant('12:00:00.700'),
})
const envelope = (code: unknown, content: unknown, message = 'SUCCESS') => ({
  code,
  data: content,
  meta: { message },
})

describe('readAnswer: success', () => {
  it.each<[CallKind, unknown, unknown]>([
    ['change', { id: 117 }, { id: 117 }],
    ['create', { paymentId: '112' }, { paymentId: 112 }],
    ['update', {}, {}],
    ['detail', { ...published, appliedStatus: '1' }, { ...read, appliedStatus: 1 }],
    ['list', [{ ...published, appliedStatus: 0 }], [{ ...read, appliedStatus: 0 }]],
    [
      'operations',
      { allowedOperations: [], allowedStatuses: ['1', '2'] },
      { allowedOperations: [], allowedStatuses: [1, 2] },
    ],
    [
      'transactions',
      [{ type: 'UnknownTransaction', rawTransaction: null }],
      [{ type: 'UnknownTransaction' }],
    ],
  ])('believes a %s that holds %j', (kind, data, content) => {
    expect(readAnswer(kind, replied(200, envelope(200, data)))).toEqual({
      certainty: 'executed',
      meaning: 'success',
      message: 'SUCCESS',
      httpStatus: 200,
      content,
    })
  })

  it('reads how many payments there are beside those of the page', () => {
    const meta = { pagination: { totalCount: '59', offset: 0, limit: 10 }, message: 'SUCCESS' }
    expect(readAnswer('list', replied(200, { code: 200, data: [], meta }))).toMatchObject({
      content: [],
      totalCount: 59,
    })
  })

  it.each([
    [201, 201],
    [200, 299],
    [202, '200'],
  ])('believes HTTP %d around code %j', (status, code) => {
    expect(readAnswer('change', replied(status, envelope(code, { id: 117 }))).certainty).toBe('executed')
  })
})

describe('readAnswer: a success that proves nothing', () => {
  it.each<[string, CallKind, Reply]>([
    ['an empty body', 'change', replied(200, '')],
    ['HTML', 'change', replied(200, '<html><body>Please wait</body></html>')],
    ['cut-off JSON', 'change', replied(200, '{"code":200,"data":{"id":1')],
    ['JSON without a code', 'change', replied(200, { data: { id: 117 } })],
    ['a list for a body', 'change', replied(200, [200])],
    ['null for a body', 'change', replied(200, 'null')],
    ['a code that is no number', 'change', replied(200, envelope('OK', { id: 117 }))],
    ['a code with a fraction', 'change', replied(200, envelope(200.5, { id: 117 }))],
    ['no data', 'change', replied(200, { code: 200, meta: { message: 'SUCCESS' } })],
    ['null for data', 'create', replied(200, envelope(200, null))],
    ['a change without its id', 'change', replied(200, envelope(200, { paymentId: 117 }))],
    ['an id of zero', 'change', replied(200, envelope(200, { id: 0 }))],
    ['a create without its paymentId', 'create', replied(200, envelope(200, { id: 112 }))],
    [
      'a create with a paymentId that is no number',
      'create',
      replied(200, envelope(200, { paymentId: 'x' })),
    ],
    ['an update that holds a list', 'update', replied(200, envelope(200, []))],
    ['a detail without an id', 'detail', replied(200, envelope(200, {}))],
    ['a detail on which no decision can rest', 'detail', replied(200, envelope(200, published))],
    ['a list that is an object', 'list', replied(200, envelope(200, {}))],
    ['operations without statuses', 'operations', replied(200, envelope(200, { allowedOperations: [] }))],
    ['transactions that are an object', 'transactions', replied(200, envelope(200, {}))],
    ['HTTP 204 and nothing in it', 'change', replied(204, '')],
    ['HTTP 500 around code 200', 'change', replied(500, envelope(200, { id: 117 }))],
    ['HTTP 302 around code 200', 'change', replied(302, envelope(200, { id: 117 }))],
  ])('leaves it open whether %s was executed', (_, kind, reply) => {
    expect(readAnswer(kind, reply)).toMatchObject({ certainty: 'unknown', meaning: 'lost' })
  })
})

describe('readAnswer: a list', () => {
  it('shows what can be read of it, and says how many cannot', () => {
    const payments = [{ ...published, appliedStatus: 1 }, published]
    expect(readAnswer('list', replied(200, envelope(200, payments)))).toMatchObject({
      certainty: 'executed',
      content: [{ ...read, appliedStatus: 1 }],
      unreadable: 1,
    })
  })

  it('says nothing of what cannot be read where all can', () => {
    expect(readAnswer('list', replied(200, envelope(200, [])))).not.toHaveProperty('unreadable')
  })
})

describe('readAnswer: refusals', () => {
  it.each<[number, Answer['meaning'], Answer['certainty']]>([
    [400, 'notAllowed', 'notExecuted'],
    [401, 'credentials', 'notExecuted'],
    [403, 'credentials', 'notExecuted'],
    [404, 'notFound', 'notExecuted'],
    [405, 'rejected', 'notExecuted'],
    [408, 'lost', 'unknown'],
    [409, 'conflict', 'unknown'],
    [413, 'rejected', 'notExecuted'],
    [415, 'rejected', 'notExecuted'],
    [422, 'rejected', 'notExecuted'],
    [429, 'throttled', 'notExecuted'],
    [301, 'rejected', 'notExecuted'],
    [307, 'rejected', 'notExecuted'],
    [500, 'lost', 'unknown'],
    [501, 'lost', 'unknown'],
    [502, 'lost', 'unknown'],
    [503, 'lost', 'unknown'],
    [504, 'lost', 'unknown'],
    [599, 'lost', 'unknown'],
  ])('reads %d as %s, %s', (status, meaning, certainty) => {
    const answer = { certainty, meaning, message: 'because', httpStatus: status }
    expect(readAnswer('change', replied(status, envelope(status, { errMsg: 'because' })))).toEqual(answer)
    // The body is believed where the two disagree.
    expect(readAnswer('change', replied(200, envelope(status, { errMsg: 'because' })))).toEqual(answer)
    expect(readAnswer('change', replied(500, envelope(status, { errMsg: 'because' })))).toEqual(answer)
  })

  it.each<[number, Answer['meaning']]>([
    [400, 'notAllowed'],
    [401, 'credentials'],
    [404, 'rejected'],
    [429, 'throttled'],
    [302, 'rejected'],
    [503, 'lost'],
  ])('judges HTTP %d by itself where a gateway wrote the body: %s', (status, meaning) => {
    expect(readAnswer('change', replied(status, '<html>nginx</html>'))).toMatchObject({
      meaning,
      httpStatus: status,
    })
  })

  it.each([0, 1, 100, 199, -1, 600, 1_000_000])('takes a body with code %d for lost', code => {
    expect(readAnswer('change', replied(200, envelope(code, { id: 117 })))).toMatchObject({
      certainty: 'unknown',
      meaning: 'lost',
    })
  })

  it.each([
    [{ errMsg: 'The payment operation is not allowed.' }, 'The payment operation is not allowed.'],
    [{ lineItems: ['This field is required.'] }, 'lineItems: This field is required.'],
    [{ a: ['one', 'two'], b: 'three' }, 'a: one two; b: three'],
    [{ errMsg: '' }, 'Not Found Error'],
    [{ field: [{ toString: 1, valueOf: 1 }, null] }, 'Not Found Error'],
    [null, 'Not Found Error'],
    [[], 'Not Found Error'],
  ])('says why, from data %j', (content, message) => {
    expect(readAnswer('change', replied(422, envelope(422, content, 'Not Found Error'))).message).toBe(
      message,
    )
  })

  it('always says something', () => {
    expect(readAnswer('change', replied(422, envelope(422, null, ''))).message).toBe('code 422')
    expect(readAnswer('change', replied(422, { code: 422 })).message).toBe('code 422')
  })
})

describe('readAnswer: no answer', () => {
  it('knows that what was not sent was not executed', () => {
    expect(readAnswer('create', { kind: 'notSent', message: 'connect ECONNREFUSED' })).toEqual({
      certainty: 'notExecuted',
      meaning: 'notSent',
      message: 'connect ECONNREFUSED',
    })
  })

  it.each([true, false])(
    'leaves open what became of a write whose answer is missing (timed out: %s)',
    timedOut => {
      expect(readAnswer('create', { kind: 'lost', message: 'socket hang up', timedOut })).toEqual({
        certainty: 'unknown',
        meaning: 'lost',
        message: 'socket hang up',
      })
    },
  )
})

describe('readAnswer: headers', () => {
  const withHeaders = (headers: Record<string, string>): Answer =>
    readAnswer('change', replied(200, envelope(200, { id: 117 }), headers))

  it('keeps what support asks for: X-Request-Id before Trace-Id', () => {
    expect(withHeaders({ 'x-request-id': 'x-1', 'trace-id': 't-1' }).apiRequestId).toBe('x-1')
    expect(withHeaders({ 'trace-id': 't-1' }).apiRequestId).toBe('t-1')
    expect(withHeaders({ 'x-request-id': '' })).not.toHaveProperty('apiRequestId')
    expect(withHeaders({ 'x-request-id': 'x'.repeat(500) }).apiRequestId).toHaveLength(128)
  })

  it('reads the clock of the server beside our own', () => {
    expect(withHeaders({ date: 'Sun, 22 Nov 2026 12:00:00 GMT' }).serverDate).toEqual({
      date: instant('12:00:00.000'),
      readAt: instant('12:00:00.700'),
    })
    expect(withHeaders({ date: 'yesterday' })).not.toHaveProperty('serverDate')
  })

  it('reads the quota and the wait', () => {
    const throttled = replied(429, '', { 'retry-after': '3', 'x-requests-remaining': '0 times' })
    expect(readAnswer('change', throttled)).toMatchObject({ waitMs: 3_000, quota: { remaining: 0 } })
  })
})

describe('readAnswer: whatever comes', () => {
  const codes = fc.oneof(
    fc.constantFrom(200, 201, 204, 299, 300, 400, 404, 409, 429, 500, '200', '404', 0, -1),
    fc.jsonValue(),
  )
  const contents = fc.oneof(
    fc.constantFrom<fc.JsonValue>(
      { id: 117 },
      { paymentId: 112 },
      { ...published, appliedStatus: 1 },
      [{ ...published, appliedStatus: 1 }],
      { allowedOperations: ['1'], allowedStatuses: [3] },
      [{ type: 'CreditCardTransaction' }],
      {},
      [],
      null,
      { errMsg: 'no' },
    ),
    fc.jsonValue(),
  )
  const bodies = fc.oneof(
    fc
      .record({ code: codes, data: contents, meta: fc.jsonValue() }, { requiredKeys: [] })
      .map(body => JSON.stringify(body)),
    fc.json(),
    fc.string(),
  )
  const statuses = fc.oneof(fc.constantFrom(200, 201, 302, 400, 404, 500), fc.integer({ min: 100, max: 599 }))
  const headers = fc.dictionary(fc.constantFrom('date', 'retry-after', 'x-request-id'), fc.string())

  it('never calls a write executed unless HTTP and code are 2xx and the expected data is there', () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds), statuses, bodies, headers, (kind, status, body, sent) => {
        const answer = readAnswer(kind, replied(status, body, sent))
        expect('content' in answer).toBe(answer.certainty === 'executed')
        if (answer.certainty !== 'executed') return
        const { code, data: content } = JSON.parse(body)
        expect(answer.meaning).toBe('success')
        expect([status >= 200 && status < 300, Number(code) >= 200 && Number(code) < 300]).toEqual([
          true,
          true,
        ])
        const proof = kind === 'create' ? content.paymentId : content.id
        if (kind === 'list' || kind === 'invoices' || kind === 'transactions')
          expect(Array.isArray(content)).toBe(true)
        else if (kind === 'update' || kind === 'operations') expect(content).toBeInstanceOf(Object)
        else expect(Number(proof)).toBeGreaterThan(0)
      }),
      { numRuns: 1_000 },
    )
  })

  it('never throws, and always says something', () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds), statuses, bodies, (kind, status, body) => {
        expect(readAnswer(kind, replied(status, body)).message).not.toBe('')
      }),
      { numRuns: 1_000 },
    )
  })

  it('never calls a 5xx of the server, or a body that says 5xx, certain', () => {
    fc.assert(
      fc.property(fc.integer({ min: 500, max: 599 }), fc.constantFrom(...kinds), (status, kind) => {
        expect(readAnswer(kind, replied(status, '')).certainty).toBe('unknown')
        expect(readAnswer(kind, replied(200, envelope(status, { id: 117 }))).certainty).toBe('unknown')
      }),
    )
  })

  it('reads reasons that are nested too deep to join', () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`
    const body = `{"code":422,"data":{"lineItems":${deep}},"meta":{"message":"Parameter Error"}}`
    expect(readAnswer('create', replied(422, body))).toMatchObject({
      meaning: 'rejected',
      message: 'Parameter Error',
    })
  })
})

describe('readAnswer: a body of megabytes', () => {
  const envelopeOf = (data: string) => `{"code":200,"data":${data},"meta":{}}`

  it('is not parsed where it is nested as no list of payments is', () => {
    const bomb = envelopeOf(`${'['.repeat(2_000_000)}${']'.repeat(2_000_000)}`)
    expect(readAnswer('list', replied(200, bomb))).toMatchObject({ certainty: 'unknown', meaning: 'lost' })
  })

  it('is not parsed where it holds more values than a page of payments', () => {
    const bomb = envelopeOf(`[${'{},'.repeat(600_000)}{}]`)
    expect(readAnswer('list', replied(200, bomb))).toMatchObject({ certainty: 'unknown', meaning: 'lost' })
  })

  it('is read where it is only long', () => {
    const long = envelopeOf(`[${'{"memo":"[[[["},'.repeat(100_000)}{}]`)
    expect(readAnswer('list', replied(200, long))).toMatchObject({ certainty: 'executed' })
  })
})

describe('readAnswer: a code that cannot be one', () => {
  it('takes no number for a code that the schema of an outcome refuses', () => {
    const answer = readAnswer('change', replied(200, '{"code":1e300,"data":{}}'))
    expect(answer).toMatchObject({ meaning: 'lost', httpStatus: 200 })
  })
})
