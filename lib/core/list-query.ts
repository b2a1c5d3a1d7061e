import { assert } from './errors.js'

/** The published limit is below 250. */
export const pageSizeMax = 249

/** Which payments, in which order, and which page of them; the names are the API's own. */
export type PaymentsQuery = {
  offset: number
  /** 1 to `pageSizeMax`. A store may give shorter pages than were asked for. */
  limit: number
  orderBy?: 'ASC' | 'DESC'
  sortBy?:
    | 'moduleName'
    | 'processingStatus'
    | 'appliedStatus'
    | 'createdAt'
    | 'customerId'
    | 'externalCustomerId'
    | 'fundingStatus'
    | 'updatedAt'
    | 'totalAmount'
  /** Where `q` is searched for; absent: in all four. */
  searchBy?: 'id' | 'customerId' | 'externalId' | 'externalCustomerId'
  /** A keyword, so "A-1" finds "A-10" as well. */
  q?: string
  customerName?: string
  invoiceId?: number
  processingStatus?: 0 | 1 | 2 | 3 | 4
  channelIds?: number[]
}

/** Which invoices, and which page of them. */
export type InvoicesQuery = {
  offset: number
  limit: number
  searchBy: 'orderNumber'
  /** A keyword, so "25" finds "250" as well. */
  q: string
}

const names = [
  'offset',
  'limit',
  'orderBy',
  'sortBy',
  'searchBy',
  'q',
  'customerName',
  'invoiceId',
  'processingStatus',
  'channelIds',
] as const satisfies (keyof PaymentsQuery)[]

/** The query string of a list; an array is published as one parameter that comes several times. */
export function listQuery(asked: PaymentsQuery | InvoicesQuery): URLSearchParams {
  const query: { [name in (typeof names)[number]]?: string | number | number[] } = asked
  assert(asked.limit >= 1 && asked.limit <= pageSizeMax, `a page holds 1 to ${pageSizeMax} items`)
  const search = new URLSearchParams()
  for (const name of names) {
    for (const value of [query[name] ?? []].flat()) {
      assert(typeof value === 'string' || isWhole(value), `${name} is a whole number, 0 or more`)
      search.append(name, String(value))
    }
  }
  return search
}

const isWhole = (value: number): boolean => Number.isSafeInteger(value) && value >= 0
