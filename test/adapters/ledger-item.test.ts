import { describe, expect, it } from '@jest/globals'
import { fromItem, type Item, toItem } from '../../lib/adapters/ledger-item.js'
import { aCreate, aFinalEntry, anOpenEntry, at } from '../contract/entries.js'
import { catchError } from '../support/sentinel.js'

const now = at('2026-11-22T08:00:00.000Z')
const parse = (item: Item, name: string): unknown => JSON.parse(item[name]?.S ?? 'null')

/** An item as version 1 was first written. It stays as it is, whatever the code writes today. */
const storedVersion1: Item = {
  pk: { S: 'luma7x2#r-1' },
  v: { N: '1' },
  storeHash: { S: 'luma7x2' },
  requestId: { S: 'r-1' },
  type: { S: 'performOperation' },
  source: { S: 'eventbridge' },
  requestedAt: { S: '2026-11-22T07:59:00.123Z' },
  state: { S: 'unknown' },
  attempts: { N: '2' },
  rev: { N: '5' },
  writtenBy: { S: 'worker-a' },
  contentHash: { S: 'c0ffee' },
  request: {
    S: '{"type":"performOperation","paymentId":117,"operationCode":0,"requestId":"r-1","storeHash":"luma7x2"}',
  },
  progress: {
    S: '{"attemptsBefore":0,"sendingFrom":1795334400000,"looks":3,"hadUnknown":true,"unproven":false,"waits":0,"sendingUntil":1795334410000,"doubtSince":1795334410000,"lastAnswer":{"message":"HTTP 502","httpStatus":502}}',
  },
  paymentId: { S: '117' },
  paymentKey: { S: 'luma7x2#117' },
  owner: { S: 'worker-a' },
  leaseUntil: { N: '1795334430000' },
  metadata: { S: '{"order":"A-1"}' },
  expiresAt: { N: '1803110400' },
}

describe('fromItem', () => {
  it('reads an item that version 1 stored', () => {
    expect(fromItem(storedVersion1)).toEqual({
      request: {
        requestId: 'r-1',
        storeHash: 'luma7x2',
        type: 'performOperation',
        paymentId: 117,
        operationCode: 0,
        metadata: { order: 'A-1' },
      },
      contentHash: 'c0ffee',
      source: 'eventbridge',
      requestedAt: 1_795_334_340_123,
      state: 'unknown',
      rev: 5,
      owner: 'worker-a',
      leaseUntil: 1_795_334_430_000,
      attempts: 2,
      attemptsBefore: 0,
      sendingFrom: 1_795_334_400_000,
      sendingUntil: 1_795_334_410_000,
      doubtSince: 1_795_334_410_000,
      looks: 3,
      hadUnknown: true,
      unproven: false,
      waits: 0,
      lastAnswer: { message: 'HTTP 502', httpStatus: 502 },
    })
  })

  it('refuses a version that it does not know, naming the item', async () => {
    const error = await catchError(() => fromItem({ ...storedVersion1, v: { N: '2' } }))
    expect(String(error)).toBe('Error: Bug: ledger item luma7x2#r-1 has version 2, this code reads 1')
  })

  it.each(['v', 'request', 'progress', 'contentHash', 'state', 'rev'])(
    'names the item and %s where that is missing',
    async name => {
      const { [name]: _, ...rest } = storedVersion1
      expect(String(await catchError(() => fromItem(rest)))).toContain(`luma7x2#r-1 lacks ${name}`)
    },
  )
})

describe('toItem', () => {
  it('puts what people look for into attributes of its own', () => {
    expect(toItem(anOpenEntry(), 'worker-a', now)).toMatchObject({
      pk: { S: 'luma7x2#r-1' },
      v: { N: '1' },
      storeHash: { S: 'luma7x2' },
      requestId: { S: 'r-1' },
      type: { S: 'performOperation' },
      paymentId: { S: '117' },
      paymentKey: { S: 'luma7x2#117' },
      requestedAt: { S: '2026-11-22T07:59:00.123Z' },
      state: { S: 'sending' },
      attempts: { N: '1' },
      rev: { N: '1' },
      owner: { S: 'worker-a' },
      leaseUntil: { N: '1795334430000' },
    })
  })

  it('writes the request as it was parsed, without its metadata', () => {
    const item = toItem(aCreate('A-1'), 'worker-a', now)
    expect(parse(item, 'request')).toEqual({
      requestId: 'c-1',
      storeHash: 'luma7x2',
      type: 'createOfflinePayment',
      payment: {
        lineItems: [{ invoiceId: 1117, amount: '20.00' }],
        currency: 'USD',
        details: { memo: 'Check 7' },
        customerId: '6041',
        externalId: 'A-1',
      },
    })
  })

  it('has no payment for a create until the new one is known', () => {
    const entry = aCreate('A-1')
    expect(toItem(entry, 'worker-a', now)).not.toHaveProperty('paymentKey')
    const ending = { effect: 'performed', completedAt: now, paymentId: 9001 } as const
    expect(toItem({ ...entry, state: 'succeeded', ending }, 'worker-a', now)).toMatchObject({
      paymentId: { S: '9001' },
      paymentKey: { S: 'luma7x2#9001' },
    })
  })

  it('carries no outcome and no owner where there is none', () => {
    const { owner: _, leaseUntil: __, ...released } = anOpenEntry()
    const item = toItem(released, 'worker-a', now)
    for (const name of ['outcome', 'owner', 'leaseUntil', 'metadata']) expect(item).not.toHaveProperty(name)
  })

  it('carries the outcome of a final entry as it is told, but for its metadata', () => {
    const entry = aFinalEntry('failed')
    const item = toItem({ ...entry, request: { ...entry.request, metadata: { a: 'b' } } }, 'worker-a', now)
    expect(parse(item, 'outcome')).toEqual({
      requestId: 'r-1',
      storeHash: 'luma7x2',
      type: 'performOperation',
      paymentId: 117,
      operationCode: 0,
      status: 'failed',
      effect: 'none',
      attempts: 1,
      requestedAt: '2026-11-22T07:59:00.123Z',
      completedAt: '2026-11-22T08:00:01.000Z',
      error: { code: 'IN_DOUBT', message: 'no look can tell', httpStatus: 502 },
    })
    expect(parse(item, 'metadata')).toEqual({ a: 'b' })
  })

  it('expires 90 days after it was written, in whole seconds', () => {
    expect(toItem(anOpenEntry(), 'worker-a', at('2026-11-22T08:00:00.999Z'))['expiresAt']).toEqual({
      N: '1803110400',
    })
  })

  it('does not expire while it is in doubt', () => {
    expect(toItem(aFinalEntry('inDoubt'), 'worker-a', now)).not.toHaveProperty('expiresAt')
  })
})
