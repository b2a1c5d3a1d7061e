import { type Answer, type Reply, readAnswer } from '../../lib/core/answer.js'
import type { ApiCall, CallKind } from '../../lib/core/api-call.js'
import type { Clock } from '../../lib/core/time.js'
import type { Access, PaymentsApi } from '../../lib/engine/ports.js'

export type Pull = { storeHash: string; paymentId: number; by: string; at: number }

type PaymentOfOrder = { id: number; invoiceIds: number[]; allowedOperations?: number[] | undefined }
type PaymentIndex = { byId: Map<number, PaymentOfOrder>; byInvoice: Map<number, PaymentOfOrder[]> }
type Contents = {
  invoices: { id: number; orderNumber: string | null }[]
  payments: PaymentOfOrder[]
}

/** How a call goes wrong, if it does: what is answered in place of the truth, or nothing after it was carried out. */
export type Mishap = 'none' | 'lost' | 'lostAfter' | 'throttled' | 'error500' | 'refused' | 'unauthorized'

/** Stores with invoices of orders, and the payments of these; they carry out operation 2 and remember when. */
export class OrderStore implements PaymentsApi {
  readonly stores = new Map<string, Contents>()
  readonly pulls: Pull[] = []
  readonly calls: { method: string; path: string; storeHash: string; at: number }[] = []
  mishap: (call: ApiCall) => Mishap = () => 'none'
  latencyMs = 100
  /** The most that a page holds, whatever was asked for. */
  pageMax = 249

  readonly #indexes = new WeakMap<PaymentOfOrder[], PaymentIndex>()

  constructor(readonly clock: Clock) {}

  of(storeHash: string): Contents {
    const contents = this.stores.get(storeHash) ?? { invoices: [], payments: [] }
    this.stores.set(storeHash, contents)
    return contents
  }

  /** One invoice of an order, and its payments. */
  add(storeHash: string, orderNumber: string, invoiceId: number, ...paymentIds: number[]): void {
    const { invoices, payments } = this.of(storeHash)
    invoices.push({ id: invoiceId, orderNumber })
    for (const id of paymentIds) payments.push({ id, invoiceIds: [invoiceId], allowedOperations: [0, 2] })
  }

  async call<K extends CallKind>(call: ApiCall<K>, access: Access): Promise<Answer<K>> {
    const mishap = this.mishap(call)
    const { storeHash } = access
    this.calls.push({ method: call.method, path: call.path, storeHash, at: this.clock.now() })
    await this.clock.sleep(this.latencyMs / 2)
    const reply = this.#answer(call, storeHash, mishap)
    await this.clock.sleep(this.latencyMs / 2)
    return readAnswer(call.kind, reply)
  }

  #answer(call: ApiCall, storeHash: string, mishap: Mishap): Reply {
    if (mishap === 'lost') return { kind: 'lost', message: 'ECONNRESET', timedOut: false }
    if (mishap === 'throttled')
      return this.#reply(429, { errMsg: 'Too many requests' }, { 'x-request-window-resets-after': '20 s' })
    if (mishap === 'error500') return this.#reply(500, { errMsg: 'Internal error' })
    if (mishap === 'refused') return this.#reply(422, { errMsg: 'No such search' })
    if (mishap === 'unauthorized') return this.#reply(401, { errMsg: 'Unauthorized' })
    const reply = this.#execute(call, storeHash)
    return mishap === 'lostAfter' ? { kind: 'lost', message: 'ECONNRESET', timedOut: false } : reply
  }

  #execute(call: ApiCall, storeHash: string): Reply {
    const { invoices, payments } = this.of(storeHash)
    const [path = '', search = ''] = call.path.split('?')
    const query = new URLSearchParams(search)
    if (path === '/invoices') {
      const found = invoices.filter(({ orderNumber }) => orderNumber?.includes(query.get('q') ?? ''))
      return this.#page(found, query)
    }
    if (path === '/payments') {
      const found = this.#index(payments).byInvoice.get(Number(query.get('invoiceId'))) ?? []
      return this.#page(found.map(show), query)
    }
    const payment = this.#index(payments).byId.get(Number(path.split('/')[2]))
    if (payment === undefined) return this.#reply(404, { errMsg: 'Payment does not exist' })
    if (call.method === 'GET') return this.#reply(200, show(payment))
    const { requestId: by = '' } = call
    this.pulls.push({ storeHash, paymentId: payment.id, by, at: this.clock.now() })
    return this.#reply(200, { id: payment.id })
  }

  /** Made anew when a payment was added. */
  #index(payments: PaymentOfOrder[]): PaymentIndex {
    const kept = this.#indexes.get(payments)
    if (kept?.byId.size === payments.length) return kept
    const byInvoice = new Map<number, PaymentOfOrder[]>()
    for (const payment of payments)
      for (const id of payment.invoiceIds) byInvoice.set(id, [...(byInvoice.get(id) ?? []), payment])
    const index = { byId: new Map(payments.map(payment => [payment.id, payment])), byInvoice }
    this.#indexes.set(payments, index)
    return index
  }

  #page(found: unknown[], query: URLSearchParams): Reply {
    const offset = Number(query.get('offset'))
    const shown = found.slice(offset, offset + Math.min(this.pageMax, Number(query.get('limit'))))
    return this.#reply(200, shown, {}, found.length)
  }

  #reply(code: number, content: unknown, headers: Record<string, string> = {}, totalCount?: number): Reply {
    const pagination = totalCount === undefined ? {} : { pagination: { totalCount } }
    const meta = { message: code < 300 ? 'SUCCESS' : 'Error', ...pagination }
    return {
      kind: 'answered',
      status: code,
      headers: { date: new Date(this.clock.now()).toUTCString(), ...headers },
      body: JSON.stringify({ code, data: content, meta }),
      receivedAt: this.clock.now(),
    }
  }
}

const show = ({ id, invoiceIds, allowedOperations }: PaymentOfOrder) => ({
  id,
  createdAt: 1_700_000_000,
  updatedAt: 1_700_000_000,
  appliedStatus: 1,
  processingStatus: 3,
  ...(allowedOperations && { allowedOperations: allowedOperations.map(String) }),
  lineItems: invoiceIds.map(invoiceId => ({
    paymentId: id,
    invoiceId,
    amount: { code: 'USD', value: '20.0000' },
  })),
})
