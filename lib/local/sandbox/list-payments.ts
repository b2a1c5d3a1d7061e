import type { EpochMs } from '../../core/time.js'
import { readAmount } from './amount.js'
import { type Answer, refuseFields } from './answers.js'
import type { Payment } from './payment.js'
import { describeForList } from './read-payment.js'
import type { StoreState } from './store-state.js'

const searchable = ['id', 'customerId', 'externalId', 'externalCustomerId'] as const
const sortable = [
  'moduleName',
  'processingStatus',
  'appliedStatus',
  'createdAt',
  'customerId',
  'externalCustomerId',
  'fundingStatus',
  'updatedAt',
  'totalAmount',
] as const
const directions = ['ASC', 'DESC'] as const
const maxLimit = 249

/** Endpoint 1. Without a sort order the newest comes first. */
export function listPayments(store: StoreState, query: URLSearchParams, now: EpochMs): Answer {
  const offset = readWhole(query.get('offset') ?? '0', 0, Number.MAX_SAFE_INTEGER)
  const limit = readWhole(query.get('limit') ?? '10', 1, maxLimit)
  const sortBy = readChoice(query.get('sortBy') || 'createdAt', sortable)
  const direction = readChoice(query.get('orderBy') || 'DESC', directions)
  const searchBy = query.get('searchBy') || undefined
  const wrong: Record<string, string[]> = {}
  if (offset === undefined) wrong['offset'] = ['A whole number, 0 or more, is required.']
  if (limit === undefined) wrong['limit'] = [`A whole number from 1 to ${maxLimit} is required.`]
  if (!sortBy) wrong['sortBy'] = ['Not a valid choice.']
  if (!direction) wrong['orderBy'] = ['Not a valid choice.']
  if (searchBy && !readChoice(searchBy, searchable)) wrong['searchBy'] = ['Not a valid choice.']
  if (offset === undefined || limit === undefined || !sortBy || !direction || Object.keys(wrong).length > 0) {
    return refuseFields(wrong)
  }

  const found = [...store.payments.values()]
    .filter(record => record.listedFromMs <= now)
    .map(record => record.payment)
    .filter(payment => matchesQuery(payment, query, searchBy))
    .sort((a, b) => (direction === 'ASC' ? 1 : -1) * (compare(a, b, sortBy) || a.id - b.id))
  return {
    code: 200,
    data: found.slice(offset, offset + limit).map(describeForList),
    meta: { pagination: { totalCount: found.length, offset, limit }, message: 'SUCCESS' },
  }
}

function matchesQuery(payment: Payment, query: URLSearchParams, searchBy: string | undefined): boolean {
  const contains = (field: string | number | null, word: string) =>
    field !== null && String(field).toLowerCase().includes(word.toLowerCase())
  const keyword = query.get('q')
  const fields = searchable.filter(field => !searchBy || field === searchBy)
  // A keyword search, not an exact one: "A-1" finds "A-10" as well.
  if (keyword && !fields.some(field => contains(payment[field], keyword))) return false
  const customerName = query.get('customerName')
  if (customerName && !contains(payment.customerName, customerName)) return false
  const invoiceId = query.get('invoiceId')
  if (invoiceId && !payment.lineItems.some(item => item.invoiceId === Number(invoiceId))) return false
  const processingStatus = query.get('processingStatus')
  if (processingStatus && payment.processingStatus !== Number(processingStatus)) return false
  const channelIds = [...query.getAll('channelIds'), ...query.getAll('channelIds[]')].flatMap(ids =>
    ids.split(','),
  )
  return channelIds.length === 0 || channelIds.includes(payment.channelId ?? '')
}

function compare(a: Payment, b: Payment, sortBy: (typeof sortable)[number]): number {
  if (sortBy === 'totalAmount') return Number(readAmount(a.total.value) - readAmount(b.total.value))
  const [left, right] = [a[sortBy] ?? '', b[sortBy] ?? '']
  if (typeof left === 'number' && typeof right === 'number') return left - right
  return String(left) < String(right) ? -1 : Number(String(left) > String(right))
}

function readWhole(text: string, min: number, max: number): number | undefined {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN
  return number >= min && number <= max ? number : undefined
}

function readChoice<T extends string>(text: string, choices: readonly T[]): T | undefined {
  return choices.find(choice => choice === text)
}
