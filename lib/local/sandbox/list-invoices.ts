import type { Answer } from './answers.js'
import { refuseFields } from './answers.js'
import type { Invoice } from './payment.js'
import type { StoreState } from './store-state.js'

const searchable = ['id', 'invoiceNumber', 'orderNumber'] as const
const maxLimit = 249

/** The store's invoices, the newest first. `q` is a keyword search: "25" finds the order number "250" as well. */
export function listInvoices(store: StoreState, query: URLSearchParams): Answer {
  const offset = readWhole(query.get('offset') ?? '0', 0, Number.MAX_SAFE_INTEGER)
  const limit = readWhole(query.get('limit') ?? '10', 1, maxLimit)
  const searchBy = query.get('searchBy') || undefined
  const fields = searchable.filter(field => searchBy === undefined || field === searchBy)
  const wrong: Record<string, string[]> = {}
  if (offset === undefined) wrong['offset'] = ['A whole number, 0 or more, is required.']
  if (limit === undefined) wrong['limit'] = [`A whole number from 1 to ${maxLimit} is required.`]
  if (fields.length === 0) wrong['searchBy'] = ['Not a valid choice.']
  if (offset === undefined || limit === undefined || fields.length === 0) return refuseFields(wrong)

  const word = (query.get('q') ?? '').toLowerCase()
  const found = [...store.invoices.values()]
    .filter(invoice => word === '' || fields.some(field => contains(invoice[field], word)))
    .sort((a, b) => b.id - a.id)
  return {
    code: 200,
    data: found.slice(offset, offset + limit).map(invoice => describe(invoice, store.storeHash)),
    meta: { pagination: { totalCount: found.length, offset, limit }, message: 'SUCCESS' },
  }
}

/** An invoice that a person made, and not an order, has an empty order number. */
const describe = (invoice: Invoice, storeHash: string) => ({ orderNumber: '', ...invoice, storeHash })

const contains = (field: string | number | undefined, word: string): boolean =>
  field !== undefined && String(field).toLowerCase().includes(word)

function readWhole(text: string, min: number, max: number): number | undefined {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN
  return number >= min && number <= max ? number : undefined
}
