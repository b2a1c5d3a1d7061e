import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { detailCall, listCall, writeCallFor } from '../../../lib/core/api-call.js'
import { endAll } from '../../support/endings.js'
import { aCreate, anUpdate, aRequest, aStatusUpdate } from '../../support/requests.js'
import { sentinelToken } from '../../support/sentinel.js'
import { type JudgedStore, startJudgedStore } from './a-judged-store.js'
import { describeJudged } from './judges.js'

/** The control of `official-document.test.ts`: what the document does not have is seen, from either side. */

describeJudged('a violation of the official document', () => {
  let store: JudgedStore
  beforeAll(async () => {
    store = await startJudgedStore()
  })
  afterAll(endAll)

  const headers = {
    'x-auth-token': sentinelToken,
    'x-store-hash': 'luma7x2',
    'content-type': 'application/json',
  }
  const wrongRequests: [string, string, string, RequestInit][] = [
    ['an unknown operation code', 'POST', '/payments/101/operations', { body: '{"operationCode":9}' }],
    ['a body without its required field', 'PUT', '/payments/101/processing-status', { body: '{}' }],
    [
      'an amount that is a number',
      'POST',
      '/payments/offline',
      { body: JSON.stringify({ ...aCreate().payment, lineItems: [{ invoiceId: 1101, amount: 20 }] }) },
    ],
    ['a sort by an unknown field', 'GET', '/payments?sortBy=payerName', {}],
    ['an id that is no number', 'GET', '/payments/abc', {}],
    ['a path that is not published', 'GET', '/payments/101/refunds', {}],
    ['a token without its store', 'GET', '/payments/101', { headers: { 'x-auth-token': sentinelToken } }],
  ]
  it.each(wrongRequests)('is seen in a request with %s', async (_, method, path, init) => {
    const calls = store.sandbox.calls().length
    await (await fetch(store.url + path, { headers, method, ...init })).text()
    expect(store.exchanges.at(-1)?.violations).not.toEqual([])
    // Prism answered it itself.
    expect(store.sandbox.calls().length).toBe(calls)
  })

  it.each([
    'okWithErrorCode',
    'html',
    'emptyBody',
    'truncatedJson',
    'http500',
    'throttledWithB2bHeaders',
  ] as const)('is seen in an answer spoilt by %s', async fault => {
    store.sandbox.misbehave({ fault, paymentId: 104 })
    const { exchange } = await store.call(detailCall(104))
    expect(exchange.violations).not.toEqual([])
  })

  it.each([
    ['an empty list', listCall({ offset: 100_000, limit: 10 })],
    ['a 404 for an operation', writeCallFor(aRequest({ paymentId: 9999 }))],
    ['a 404 for a status', writeCallFor(aStatusUpdate({ paymentId: 9999 }))],
    ['a 404 for an update', writeCallFor(anUpdate({ paymentId: 9999 }))],
  ])('is seen in %s, which the sandbox gives all the same', async (_, call) => {
    expect((await store.call(call)).exchange.violations).not.toEqual([])
  })

  it('is seen in two equal line items, which the sandbox takes and shows', async () => {
    const twice = [1, 2].map(() => ({ invoiceId: 1101, amount: '1.00' }))
    const created = await store.call(writeCallFor(aCreate({}, { externalId: 'twice', lineItems: twice })))
    expect(created).toMatchObject({ answer: { meaning: 'success' }, exchange: { violations: [] } })
    const page = { offset: 0, limit: 1, searchBy: 'externalId', q: 'twice' } as const
    expect((await store.call(listCall(page))).exchange.violations).not.toEqual([])
  })
})
