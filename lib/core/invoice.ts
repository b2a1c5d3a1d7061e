import { isRecord, optional, readPositiveNumber, readText } from './read-field.js'

/** What we read of an invoice: enough to tell whose order it is. */
export type Invoice = {
  id: number
  /** The store's order id, as text; an invoice that comes from no order has none. */
  orderNumber?: string
}

/** An invoice as the API wrote it, or undefined where it is none. */
export function readInvoice(content: unknown): Invoice | undefined {
  if (!isRecord(content)) return undefined
  const id = readPositiveNumber(content['id'])
  // Its payments are asked for by it.
  return id === undefined || !Number.isSafeInteger(id)
    ? undefined
    : { id, ...optional('orderNumber', readText(content['orderNumber'])) }
}
