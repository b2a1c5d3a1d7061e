import { isRecord, readNumber } from './answer.js'

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
  allowedStatuses: number[]
  customerId?: string
  externalId?: string
  externalCustomerId?: string
  payerName?: string
  payerCustomerId?: string
  memo?: string
  currency?: string
  total?: string
  lineItems: { invoiceId: number; amount: string }[]
}

/** A payment as the API wrote it, or undefined where a field that decisions rest on is missing or unreadable. */
export function readPayment(content: unknown): Payment | undefined {
  if (!isRecord(content)) return undefined
  const id = readNumber(content['id'])
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
    ...optional('fundingStatus', readNumber(content['fundingStatus'])),
    ...optional('customerId', readText(content['customerId'])),
    ...optional('externalId', readText(content['externalId'])),
    ...optional('externalCustomerId', readText(content['externalCustomerId'])),
    ...optional('payerName', readText(content['payerName'])),
    ...optional('payerCustomerId', readText(content['payerCustomerId'])),
    ...optional('memo', isRecord(content['details']) ? readText(content['details']['memo']) : undefined),
    ...optional('currency', isRecord(content['total']) ? readText(content['total']['code']) : undefined),
    ...optional('total', isRecord(content['total']) ? readText(content['total']['value']) : undefined),
  }
}

function readLineItems(items: unknown): Payment['lineItems'] {
  if (!Array.isArray(items)) return []
  return items.flatMap(item => {
    const invoiceId = isRecord(item) ? readNumber(item['invoiceId']) : undefined
    const amount = isRecord(item) && isRecord(item['amount']) ? readText(item['amount']['value']) : undefined
    return invoiceId === undefined || amount === undefined ? [] : [{ invoiceId, amount }]
  })
}

const readNumbers = (values: unknown): number[] =>
  Array.isArray(values) ? values.map(readNumber).filter(value => value !== undefined) : []

const readText = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined

const optional = <K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } =>
  (value === undefined ? {} : { [key]: value }) as { [P in K]?: V }
