import type { Answer } from '../../../lib/core/answer.js'
import {
  type ApiCall,
  detailCall,
  listCall,
  operationsCall,
  transactionsCall,
  writeCallFor,
} from '../../../lib/core/api-call.js'
import { aCreate, aDelete, anUpdate, aRequest, aStatusUpdate } from '../../support/requests.js'

/** One way to get an answer that the document publishes: a call of our client, and what it is to make of the answer. */
export type PublishedAnswer = {
  /** As `readPublishedAnswers` spells it. */
  answer: string
  why: string
  call: ApiCall
  meaning: Answer['meaning']
  /** Word for word as published, where the document gives an example. */
  message: string
}

const absent = 9999
const [operations, status] = ['/payments/{paymentId}/operations', '/payments/{paymentId}/processing-status']
const offline = '/payments/offline/{paymentId}'
const [done, gone] = ['SUCCESS', 'Payment does not exist']
const [noOperation, noStatus, noCurrency] = [
  'The payment operation is not allowed.',
  'The payment processing status is not allowed.',
  'Invalid currency code',
]
// More places than money has: valid for the document and for us, and refused by field.
const tooFine = { lineItems: [{ invoiceId: 1105, amount: '1.00001' }] }
const noSuchInvoice = { lineItems: [{ invoiceId: absent, amount: '1.00' }] }
const wrongAmount = 'lineItems: A valid positive amount is required.'

const succeeds = (answer: string, why: string, call: ApiCall, message = done): PublishedAnswer => ({
  answer: `${answer} 200`,
  why,
  call,
  meaning: 'success',
  message,
})
const isNotFound = (answer: string, call: ApiCall): PublishedAnswer => ({
  answer: `${answer} 404`,
  why: 'for a payment that does not exist',
  call,
  meaning: 'notFound',
  message: gone,
})
const isNotAllowed = (answer: string, why: string, call: ApiCall, message: string): PublishedAnswer => ({
  answer: `${answer} 400`,
  why,
  call,
  meaning: 'notAllowed',
  message,
})
const isRejected = (answer: string, why: string, call: ApiCall, message: string): PublishedAnswer => ({
  answer: `${answer} 422`,
  why,
  call,
  meaning: 'rejected',
  message,
})

/** Every payment is met by one of the writes only, so that the order does not matter. */
export const publishedAnswers: PublishedAnswer[] = [
  succeeds('GET /payments', 'for a page', listCall({ offset: 0, limit: 10 })),
  succeeds('GET /payments/{paymentId}', 'for a payment', detailCall(101)),
  isNotFound('GET /payments/{paymentId}', detailCall(absent)),
  succeeds('DELETE /payments/{paymentId}', 'for a payment', writeCallFor(aDelete({ paymentId: 102 }))),
  isNotFound('DELETE /payments/{paymentId}', writeCallFor(aDelete({ paymentId: absent }))),
  succeeds(`GET ${operations}`, 'for a payment', operationsCall(108), 'Success'),
  isNotFound(`GET ${operations}`, operationsCall(absent)),
  succeeds(`POST ${operations}`, 'for apply', writeCallFor(aRequest({ paymentId: 103, operationCode: 0 }))),
  succeeds(`POST ${operations}`, 'for revert', writeCallFor(aRequest({ paymentId: 106, operationCode: 1 }))),
  succeeds(`POST ${operations}`, 'for pull', writeCallFor(aRequest({ paymentId: 118, operationCode: 2 }))),
  succeeds(`POST ${operations}`, 'for code 3', writeCallFor(aRequest({ paymentId: 501, operationCode: 3 }))),
  ...([0, 1, 2, 3] as const).map(operationCode =>
    isNotAllowed(
      `POST ${operations}`,
      `for code ${operationCode}, not allowed`,
      writeCallFor(aRequest({ paymentId: 109, operationCode })),
      noOperation,
    ),
  ),
  ...([1, 2, 3, 4] as const).map(processingStatus =>
    succeeds(
      `PUT ${status}`,
      `for status ${processingStatus}`,
      writeCallFor(aStatusUpdate({ paymentId: 110 + processingStatus, processingStatus })),
    ),
  ),
  isNotAllowed(
    `PUT ${status}`,
    'for a status that is not allowed',
    writeCallFor(aStatusUpdate({ paymentId: 505, processingStatus: 4 })),
    noStatus,
  ),
  succeeds(`GET /payments/{paymentId}/transactions`, 'of a gateway', transactionsCall(101)),
  succeeds(`GET /payments/{paymentId}/transactions`, 'of an order', transactionsCall(108)),
  succeeds(`GET /payments/{paymentId}/transactions`, 'of an offline payment', transactionsCall(105)),
  isNotFound(`GET /payments/{paymentId}/transactions`, transactionsCall(absent)),
  succeeds('POST /payments/offline', 'for a new payment', writeCallFor(aCreate())),
  isRejected(
    'POST /payments/offline',
    'as errMsg, for another currency',
    writeCallFor(aCreate({}, { currency: 'EUR' })),
    noCurrency,
  ),
  isRejected(
    'POST /payments/offline',
    'as errMsg, for an invoice that does not exist',
    writeCallFor(aCreate({}, noSuchInvoice)),
    'Invoice does not exist',
  ),
  isRejected('POST /payments/offline', 'by field', writeCallFor(aCreate({}, tooFine)), wrongAmount),
  succeeds(`PUT ${offline}`, 'for an offline payment', writeCallFor(anUpdate({ paymentId: 115 }))),
  isRejected(
    `PUT ${offline}`,
    'as errMsg, for another currency',
    writeCallFor(anUpdate({ paymentId: 125 }, { currency: 'EUR' })),
    noCurrency,
  ),
  isRejected(
    `PUT ${offline}`,
    'as errMsg, for a payment that is none',
    writeCallFor(anUpdate({ paymentId: 101 })),
    'The payment is not an offline payment.',
  ),
  isRejected(`PUT ${offline}`, 'by field', writeCallFor(anUpdate({ paymentId: 125 }, tooFine)), wrongAmount),
]
