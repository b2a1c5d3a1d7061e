import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { systemClock } from '../../../lib/adapters/system.js'
import { readAnswer } from '../../../lib/core/answer.js'
import {
  type ApiCall,
  type CallKind,
  detailCall,
  listCall,
  operationsCall,
  transactionsCall,
  writeCallFor,
} from '../../../lib/core/api-call.js'
import { addDecimals, equalDecimals } from '../../../lib/core/decimal.js'
import { assert } from '../../../lib/core/errors.js'
import { pageSizeMax } from '../../../lib/core/list-query.js'
import type { Contents } from '../../../lib/core/read-content.js'
import { type CreateOfflinePayment, parseRequestValue } from '../../../lib/core/request.js'
import { endAll } from '../../support/endings.js'
import { aCreate, anUpdate } from '../../support/requests.js'
import { type JudgedStore, startJudgedStore } from './a-judged-store.js'
import { areJudgesRequired, describeJudged, missingJudges } from './judges.js'
import { listFilters } from './list-filters.js'
import { aValidNewPayment } from './offline-payments.js'
import { publishedAnswers } from './published-answers.js'
import { readPublishedAnswers } from './read-document.js'

/**
 * Our client and our sandbox speak through a Prism proxy that knows the official document: neither may say what the
 * document does not have. Where the document or Prism is missing nothing is judged; with PAYOPS_REQUIRE_JUDGES=1 that fails.
 * That Prism sees what is wrong is proven beside, in `violations.test.ts`.
 */

describe('the judges', () => {
  it('are here wherever they are required', () => {
    expect(areJudgesRequired ? missingJudges : []).toEqual([])
  })
})

describeJudged('the official document', () => {
  let store: JudgedStore
  beforeAll(async () => {
    store = await startJudgedStore()
  })
  afterAll(async () => {
    await endAll()
    console.info(`${store.exchanges.length} exchanges judged by the official document`)
  })

  it('publishes no answer that is not asked for below, of nine endpoints', () => {
    const published = readPublishedAnswers().map(({ answer }) => answer)
    expect([...new Set(publishedAnswers.map(({ answer }) => answer))].sort()).toEqual(published.sort())
    expect(new Set(published.map(answer => answer.replace(/ \d+$/, ''))).size).toBe(9)
  })

  it('holds no example that our client cannot read', () => {
    for (const { answer: published, status, examples } of readPublishedAnswers()) {
      expect(examples).not.toEqual([])
      const { call, meaning } = publishedAnswers.find(({ answer }) => answer === published) ?? {}
      assert(call !== undefined, `${published} is not asked for`)
      for (const example of examples) {
        const body = JSON.stringify(example)
        const reply = { kind: 'answered', status, headers: {}, body, receivedAt: systemClock.now() } as const
        expect([published, readAnswer(call.kind, reply)]).toMatchObject([published, { meaning }])
      }
    }
  })

  it.each(publishedAnswers)(
    'agrees with $answer $why',
    async ({ answer: published, call, meaning, message }) => {
      const { answer, exchange } = await store.call(call)
      expect(exchange.violations).toEqual([])
      expect(published).toBe(`${exchange.method} ${templateOf(exchange.path)} ${exchange.status}`)
      expect(answer).toMatchObject({ meaning, message, httpStatus: exchange.status })
    },
  )

  it.each(listFilters)('agrees with a list by %j', async page => {
    const { answer, exchange } = await store.call(listCall({ offset: 0, limit: 5, ...page }))
    expect(exchange.violations).toEqual([])
    expect(answer.meaning).toBe('success')
    expect(answer.content).not.toEqual([])
  })

  it('agrees with every payment of the store in full pages, and with each kind of payment by itself', async () => {
    const payments = store.sandbox.payments('luma7x2')
    for (let offset = 0; offset < payments.length; offset += pageSizeMax) {
      const { answer, exchange } = await store.call(listCall({ offset, limit: pageSizeMax }))
      expect(exchange.violations).toEqual([])
      expect(answer.totalCount).toBe(payments.length)
      expect(answer.content).toHaveLength(Math.min(pageSizeMax, payments.length - offset))
    }
    // The last digit says which kind a payment of the example is; from 501 on they are kinds of their own.
    for (const { id } of payments.filter(({ id }) => id <= 130 || id > 500)) {
      for (const call of [detailCall(id), operationsCall(id), transactionsCall(id)]) {
        const { answer, exchange } = await store.call(call)
        expect(exchange.violations).toEqual([])
        expect(answer.meaning).toBe('success')
      }
    }
  })

  it.each([117.5, 0.00000001, Number.MAX_SAFE_INTEGER])('takes %d for the id of a payment', async id => {
    for (const call of [detailCall(id), operationsCall(id), transactionsCall(id)]) {
      const { answer, exchange } = await store.call(call)
      expect(exchange.violations).toEqual([])
      expect(answer.meaning).toBe('notFound')
    }
  })

  it('agrees with every new payment that we take for valid, with its update and with what is read of it', async () => {
    const property = fc.asyncProperty(aValidNewPayment(), fc.constantFrom(0, 1, 2, 3), judgeCreate)
    await fc.assert(property, { numRuns: 60, seed: 20_260_401 })
  })

  async function judgeCreate(payment: CreateOfflinePayment['payment'], fundingStatus: 0 | 1 | 2 | 3) {
    expect(parseRequestValue(aCreate({}, payment), { requestId: 'r-1' })).toMatchObject({ valid: true })
    const agree = async <K extends CallKind>(call: ApiCall<K>): Promise<Contents[K]> => {
      const { answer, exchange } = await store.call(call)
      expect(exchange.violations).toEqual([])
      expect(JSON.parse(exchange.sent || 'null')).toEqual(call.body ?? null)
      assert(answer.content !== undefined, answer.message)
      return answer.content
    }
    const created = await agree(writeCallFor(aCreate({}, payment)))
    assert('paymentId' in created && created.paymentId !== undefined, 'a create says what it created')
    const { paymentId } = created
    const { total = '' } = await agree(detailCall(paymentId))
    const asked = addDecimals(payment.lineItems.map(({ amount }) => amount))
    expect([total, equalDecimals(total, asked)]).toEqual([total, true])
    const { channelId: _, ...kept } = payment
    await agree(writeCallFor(anUpdate({ paymentId }, { ...kept, fundingStatus })))
    await agree(operationsCall(paymentId))
    await agree(transactionsCall(paymentId))
    const q = payment.externalId
    const found = await agree(listCall({ offset: 0, limit: pageSizeMax, searchBy: 'externalId', q }))
    expect(found).toContainEqual(expect.objectContaining({ id: paymentId, externalId: q, fundingStatus }))
  }
})

/** The path of the document that a path of ours belongs to. */
function templateOf(path: string): string {
  return path.replace(/\?.*$/, '').replace(/\/\d[^/]*/, '/{paymentId}')
}
