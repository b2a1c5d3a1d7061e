import { isRecord, optional, readNumber, readNumbers, readPositiveNumber, readText } from './read-field.js'

/** What we read of a payment: tolerant of unknown fields, numeric strings and nulls, as the published examples demand. */
export type Payment = {
  id: number
  /** Unix seconds, the API's own. */
  createdAtSeconds: number
  updatedAtSeconds: number
  appliedStatus: number
  processingStatus: number
  fundingStatus?: number
  allowedOperations: number[]
  /** There where the API did not say what is allowed: then `allowedOperations` is empty and means nothing. */
  operationsUnsaid?: true
  allowedStatuses: number[]
  customerId?: string
  externalId?: string
  externalCustomerId?: string
  payerName?: string
  payerCustomerId?: string
  customerName?: string
  memo?: string
  /** What kind of payment it is: `payments_offline`, `payments_bigcommerce_sales_order`, a gateway's. */
  moduleName?: string
  /** Of a payment that comes from an order. */
  orderId?: number
  channelId?: string
  currency?: string
  /** A decimal string, as are the amounts. */
  total?: string
  lineItems: { invoiceId: number; amount: string }[]
}

/** A payment as the API wrote it, or undefined where a field that decisions rest on is missing or unreadable. */
export function readPayment(content: unknown): Payment | undefined {
  if (!isRecord(content)) return undefined
  const id = readPositiveNumber(content['id'])
  const createdAtSeconds = readNumber(content['createdAt'])
  const updatedAtSeconds = readNumber(content['updatedAt'])
  const appliedStatus = readNumber(content['appliedStatus'])
  const processingStatus = readNumber(content['processingStatus'])
  if (id === undefined || createdAtSeconds === undefined || updatedAtSeconds === undefined) return undefined
  if (appliedStatus === undefined || processingStatus === undefined) return undefined
  return {
    id,
    createdAtSeconds,
    updatedAtSeconds,
    appliedStatus,
    processingStatus,
    allowedOperations: readNumbers(content['allowedOperations']),
    allowedStatuses: readNumbers(content['allowedStatuses']),
    lineItems: readLineItems(content['lineItems']),
    ...(!Array.isArray(content['allowedOperations']) && { operationsUnsaid: true }),
    ...optional('fundingStatus', readNumber(content['fundingStatus'])),
    ...optional('customerId', readText(content['customerId'])),
    ...optional('externalId', readText(content['externalId'])),
    ...optional('externalCustomerId', readText(content['externalCustomerId'])),
    ...optional('payerName', readText(content['payerName'])),
    ...optional('payerCustomerId', readText(content['payerCustomerId'])),
    ...optional('customerName', readText(content['customerName'])),
    ...optional('memo', readText(fieldOf(content['details'], 'memo'))),
    ...optional('moduleName', readText(content['moduleName'])),
    ...optional('orderId', readPositiveNumber(fieldOf(content['moduleData'], 'orderId'))),
    ...optional('channelId', readText(content['channelId'])),
    ...optional('currency', readText(fieldOf(content['total'], 'code'))),
    ...optional('total', readText(fieldOf(content['total'], 'value'))),
  }
}

function readLineItems(items: unknown): Payment['lineItems'] {
  if (!Array.isArray(items)) return []
  return items.flatMap(item => {
    const invoiceId = isRecord(item) ? readNumber(item['invoiceId']) : undefined
    const amount = isRecord(item) ? readText(fieldOf(item['amount'], 'value')) : undefined
    return invoiceId === undefined || amount === undefined ? [] : [{ invoiceId, amount }]
  })
}

const fieldOf = (value: unknown, name: string): unknown => (isRecord(value) ? value[name] : undefined)
