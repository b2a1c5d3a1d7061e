import { afterEach, describe, expect, it } from '@jest/globals'
import {
  type ApiCall,
  detailCall,
  listCall,
  operationsCall,
  transactionsCall,
  writeCallFor,
} from '../../lib/core/api-call.js'
import { type PaymentsQuery, pageSizeMax } from '../../lib/core/list-query.js'
import type { Payment } from '../../lib/core/payment.js'
import type { PaymentSeed, Sandbox } from '../../lib/local/sandbox/start-sandbox.js'
import { alpha, aPayment, aSandbox, stopSandboxes } from '../local/sandbox/a-sandbox.js'
import { aCreate, aDelete, anUpdate, aRequest, aStatusUpdate } from '../support/requests.js'
import { sentinelToken } from '../support/sentinel.js'
import { anAccess, anApi } from './payments-api-setup.js'

// The nine endpoints from the call to its typed answer, over HTTP, against the sandbox.

afterEach(stopSandboxes)

/** Store alpha, with the token for which every answer is searched. */
async function aStore(payments: PaymentSeed[]) {
  const sandbox: Sandbox = await aSandbox({ stores: [alpha(payments, { accessToken: sentinelToken })] })
  const callAny = anApi(sandbox.url)
  const call: typeof callAny = (apiCall, options) =>
    callAny(apiCall, { access: anAccess({ storeHash: 'alpha' }), ...options })
  const page = async (query: PaymentsQuery): Promise<{ ids: number[]; totalCount: number | undefined }> => {
    const { content = [], totalCount } = await call(listCall(query))
    return { ids: content.map(({ id }) => id), totalCount }
  }
  return { sandbox, call, page }
}

const offline = aPayment({ id: 12, moduleName: 'payments_offline', externalId: 'A-0' })
const ofOrder = aPayment({
  id: 20,
  moduleName: 'payments_bigcommerce_sales_order',
  orderId: 121,
  appliedStatus: 1,
  channelId: '1',
  customerName: 'silk',
  externalCustomerId: 'ERP-7',
})
const payments = [aPayment(), offline, ofOrder, aPayment({ id: 30, processingStatus: 1 })]

const success = { certainty: 'executed', meaning: 'success', message: 'SUCCESS', httpStatus: 200 }

const money = { lineItems: [{ invoiceId: 141, amount: '20.00' }] }

describe('a write', () => {
  it.each<[string, ApiCall, unknown]>([
    ['performs an operation', writeCallFor(aRequest()), { id: 117 }],
    [
      'updates a processing status',
      writeCallFor(aStatusUpdate({ paymentId: 30, processingStatus: 2 })),
      { id: 30 },
    ],
    ['creates an offline payment', writeCallFor(aCreate({}, money)), { paymentId: 118 }],
    ['updates an offline payment', writeCallFor(anUpdate({ paymentId: 12 }, money)), { paymentId: 12 }],
    ['deletes a payment', writeCallFor(aDelete({ paymentId: 12 })), { id: 12 }],
  ])('%s, and the store knows it', async (_, write, content) => {
    const { sandbox, call } = await aStore(payments)
    expect(await call(write)).toMatchObject({ ...success, content })
    expect(sandbox.effects()).toHaveLength(1)
  })

  const notAllowed = { meaning: 'notAllowed', httpStatus: 400 }
  const notFound = { meaning: 'notFound', httpStatus: 404, message: 'Payment does not exist' }
  const rejected = { meaning: 'rejected', httpStatus: 422 }
  const noInvoice = { lineItems: [{ invoiceId: 999, amount: '20.00' }] }
  it.each<[string, ApiCall, object]>([
    [
      'an operation that is not allowed',
      writeCallFor(aRequest({ operationCode: 1 })),
      { ...notAllowed, message: 'The payment operation is not allowed.' },
    ],
    ['an operation on no payment', writeCallFor(aRequest({ paymentId: 999 })), notFound],
    ['a status of no payment', writeCallFor(aStatusUpdate({ paymentId: 999 })), notFound],
    ['a create on no invoice', writeCallFor(aCreate({}, noInvoice)), rejected],
    ['an update on no invoice', writeCallFor(anUpdate({ paymentId: 12 }, noInvoice)), rejected],
    ['an update of no payment', writeCallFor(anUpdate({ paymentId: 999 }, money)), notFound],
    ['a delete of no payment', writeCallFor(aDelete({ paymentId: 999 })), notFound],
  ])('is refused without effect or content: %s', async (_, write, refusal) => {
    const { sandbox, call } = await aStore(payments)
    const answer = await call(write)
    expect(answer).toMatchObject({ certainty: 'notExecuted', ...refusal })
    expect(answer).not.toHaveProperty('content')
    expect(sandbox.effects()).toEqual([])
  })

  it('is refused a status that the payment may not have', async () => {
    const { call } = await aStore([aPayment({ allowedStatuses: [3] })])
    expect(await call(writeCallFor(aStatusUpdate({ processingStatus: 4 })))).toMatchObject({
      certainty: 'notExecuted',
      ...notAllowed,
      message: 'The payment processing status is not allowed.',
    })
  })
})

describe('a read', () => {
  it('of the detail knows what kind of payment it is and where it comes from', async () => {
    const { call } = await aStore(payments)
    const expected: Payment = {
      id: 20,
      createdAtSeconds: 1_618_590_401,
      updatedAtSeconds: 1_618_590_401,
      appliedStatus: 1,
      processingStatus: 3,
      fundingStatus: 2,
      allowedOperations: [1, 2],
      allowedStatuses: [1, 2, 3, 4],
      customerId: '6041',
      externalCustomerId: 'ERP-7',
      payerName: 'Check',
      payerCustomerId: '6041',
      customerName: 'silk',
      memo: 'Payment 20',
      moduleName: 'payments_bigcommerce_sales_order',
      orderId: 121,
      channelId: '1',
      currency: 'USD',
      total: '20.0000',
      lineItems: [{ invoiceId: 141, amount: '20.0000' }],
    }
    const { content } = await call(detailCall(20))
    expect(content).toEqual(expected)
  })

  it('of the operations has them as numbers, though they come as strings', async () => {
    const { call } = await aStore(payments)
    expect(await call(operationsCall(20))).toMatchObject({
      ...success,
      message: 'Success',
      content: { allowedOperations: [1, 2], allowedStatuses: [1, 2, 3, 4] },
    })
  })

  it('of the transactions has what the gateway tells of the card', async () => {
    const { call } = await aStore(payments)
    const card = { type: 'Visa', last4: '1111', expiryYear: 2050, expiryMonth: 12 }
    const { content } = await call(transactionsCall(117))
    expect(content).toEqual([
      {
        type: 'CreditCardTransaction',
        gateway: 'test',
        transactionId: '521117',
        authCode: '',
        event: 'capture',
        card,
      },
    ])
    expect((await call(transactionsCall(12))).content).toEqual([{ type: 'OfflineTransaction' }])
  })

  it.each<[string, ApiCall]>([
    ['the detail', detailCall(999)],
    ['the operations', operationsCall(999)],
    ['the transactions', transactionsCall(999)],
  ])('of %s of no payment is refused with the API’s own 404', async (_, read) => {
    const { call } = await aStore(payments)
    const answer = await call(read)
    expect(answer).toMatchObject({ certainty: 'notExecuted', meaning: 'notFound', httpStatus: 404 })
    expect(answer).not.toHaveProperty('content')
  })

  it('with a token that was replaced is refused', async () => {
    const { sandbox, call } = await aStore(payments)
    sandbox.rotateToken('alpha', { accessToken: 'another' })
    for (const read of [listCall({ offset: 0, limit: 10 }), detailCall(20), operationsCall(20)]) {
      expect(await call<typeof read.kind>(read)).toMatchObject({
        certainty: 'notExecuted',
        meaning: 'credentials',
      })
    }
  })
})

describe('a list', () => {
  const many = Array.from({ length: 600 }, (_, index) =>
    aPayment({ id: 1 + index, createdAt: 1_700_000_000 }),
  )

  it('gives more payments than a page holds, each exactly once, page after page', async () => {
    const { page } = await aStore(many)
    const order = { sortBy: 'createdAt', orderBy: 'ASC' } as const
    const pages = []
    for (const offset of [0, 249, 498, 600]) pages.push(await page({ offset, limit: pageSizeMax, ...order }))
    expect(pages.map(({ ids, totalCount }) => [ids.length, totalCount])).toEqual([
      [249, 600],
      [249, 600],
      [102, 600],
      [0, 600],
    ])
    expect(pages.flatMap(({ ids }) => ids)).toEqual(many.map(({ id }) => id))
  })

  const some = [
    aPayment({ id: 1, externalId: 'A-1', customerId: '7', createdAt: 30, processingStatus: 1 }),
    aPayment({ id: 2, externalId: 'A-10', customerName: 'Müller & Söhne', createdAt: 20, channelId: '5' }),
    aPayment({
      id: 3,
      externalCustomerId: 'ERP-7',
      lineItems: [{ invoiceId: 142, amount: '5' }],
      createdAt: 10,
    }),
    aPayment({ id: 4, externalId: '7', createdAt: 40, channelId: '6' }),
  ]
  it.each<[Partial<PaymentsQuery>, number[]]>([
    [{}, [4, 1, 2, 3]],
    [{ orderBy: 'ASC' }, [3, 2, 1, 4]],
    [{ sortBy: 'totalAmount', orderBy: 'ASC' }, [3, 1, 2, 4]],
    [{ searchBy: 'id', q: '3' }, [3]],
    [{ searchBy: 'customerId', q: '7' }, [1]],
    [{ searchBy: 'externalId', q: 'A-1' }, [1, 2]],
    [{ searchBy: 'externalCustomerId', q: 'ERP-7' }, [3]],
    [{ q: '7' }, [4, 1, 3]],
    [{ customerName: 'müller & söhne' }, [2]],
    [{ invoiceId: 142 }, [3]],
    [{ processingStatus: 1 }, [1]],
    [{ channelIds: [5, 6] }, [4, 2]],
    [{ offset: 1, limit: 2 }, [1, 2]],
  ])('asked for by %j holds %j', async (filters, ids) => {
    const { page } = await aStore(some)
    expect((await page({ offset: 0, limit: 10, ...filters })).ids).toEqual(ids)
  })

  it('that misses its search is a success with nothing in it', async () => {
    const { call } = await aStore(some)
    const none = listCall({ offset: 0, limit: 10, searchBy: 'externalId', q: 'B' })
    expect(await call(none)).toMatchObject({ ...success, content: [], totalCount: 0 })
  })

  it('by a filter that the API does not have is refused', async () => {
    const { call } = await aStore(some)
    const bad: ApiCall<'list'> = { kind: 'list', method: 'GET', path: '/payments?limit=250' }
    const answer = await call(bad)
    expect(answer).toMatchObject({ certainty: 'notExecuted', meaning: 'rejected', httpStatus: 422 })
    expect(answer).not.toHaveProperty('content')
  })
})
