import type { CallKind } from './api-call.js'
import { type Invoice, readInvoice } from './invoice.js'
import { type Payment, readPayment } from './payment.js'
import { isRecord, optional, readNumbers, readPositiveNumber } from './read-field.js'
import { readTransaction, type Transaction } from './transaction.js'

/** What a success of each kind of call holds under `data`, after reading. */
export type Contents = {
  change: { id: number }
  create: { paymentId: number }
  update: { paymentId?: number }
  detail: Payment
  invoices: Invoice[]
  list: Payment[]
  operations: { allowedOperations: number[]; allowedStatuses: number[] }
  transactions: Transaction[]
}

/** What stands under `data`, or undefined where it is not what the endpoint promises: "SUCCESS" around nothing is no success. */
export const readContent = <K extends CallKind>(kind: K, content: unknown): Contents[K] | undefined =>
  readers[kind](content)

const readers: { [K in CallKind]: (content: unknown) => Contents[K] | undefined } = {
  change: content => {
    const id = isRecord(content) ? readPositiveNumber(content['id']) : undefined
    return id === undefined ? undefined : { id }
  },
  create: content => {
    const paymentId = isRecord(content) ? readPositiveNumber(content['paymentId']) : undefined
    return paymentId === undefined ? undefined : { paymentId }
  },
  // The published schema does not promise the id here.
  update: content =>
    isRecord(content) ? optional('paymentId', readPositiveNumber(content['paymentId'])) : undefined,
  detail: readPayment,
  // One that cannot be read must not hide the others; `Answer.unreadable` says how many are missing.
  invoices: content => readSome(content, readInvoice),
  list: content => readSome(content, readPayment),
  operations: content => {
    if (!isRecord(content)) return undefined
    const { allowedOperations, allowedStatuses } = content
    if (!Array.isArray(allowedOperations) || !Array.isArray(allowedStatuses)) return undefined
    return {
      allowedOperations: readNumbers(allowedOperations),
      allowedStatuses: readNumbers(allowedStatuses),
    }
  },
  transactions: content => readEach(content, readTransaction),
}

const readSome = <T>(content: unknown, read: (item: unknown) => T | undefined): T[] | undefined =>
  Array.isArray(content) ? content.map(read).filter(item => item !== undefined) : undefined

/** All or nothing: a list with a hole in it would pass for a whole one. */
function readEach<T>(content: unknown, read: (item: unknown) => T | undefined): T[] | undefined {
  if (!Array.isArray(content)) return undefined
  const items = content.map(read).filter(item => item !== undefined)
  return items.length === content.length ? items : undefined
}
