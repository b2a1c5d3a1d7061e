import { type Answer, type Reply, readAnswer } from '../../lib/core/answer.js'
import type { ApiCall, CallKind } from '../../lib/core/api-call.js'
import type { Clock } from '../../lib/core/time.js'
import type { PaymentsApi } from '../../lib/engine/ports.js'

export type Listed = {
  id: number
  createdAt: number
  updatedAt: number
  processingStatus: number
  appliedStatus: number
  allowedOperations: number[]
  externalId?: string
  customerId?: string
  moduleName: string
  total: { code: string; value: string }
  lineItems: { invoiceId: number; amount: { code: string; value: string } }[]
}

/** A store as a sweep sees it: a list that sorts, pages and counts, details, and the operations that rules may ask for. */
export class ListedStore implements PaymentsApi {
  readonly payments = new Map<number, Listed>()
  readonly calls: { method: string; path: string }[] = []
  readonly effects: string[] = []
  /** Every answer, while it is set. */
  down: number | undefined
  /** Items of the list that no reader understands. */
  broken: unknown[] = []

  constructor(readonly clock: Clock) {}

  /** At rest: an hour old, processing, nothing to find. */
  add(id: number, fields: Partial<Listed> = {}): void {
    const hourAgo = Math.floor(this.clock.now() / 1000) - 3600
    this.payments.set(id, {
      id,
      createdAt: hourAgo - 100_000 + id,
      updatedAt: hourAgo,
      processingStatus: 2,
      appliedStatus: 0,
      allowedOperations: [],
      moduleName: 'gateway',
      total: { code: 'USD', value: '20.0000' },
      lineItems: [{ invoiceId: 1000 + id, amount: { code: 'USD', value: '20.0000' } }],
      ...fields,
    })
  }

  get lists(): number {
    return this.calls.filter(({ path }) => path.startsWith('/payments?')).length
  }

  async call<K extends CallKind>(call: ApiCall<K>): Promise<Answer<K>> {
    this.calls.push({ method: call.method, path: call.path })
    await this.clock.sleep(50)
    if (this.down !== undefined)
      return readAnswer(call.kind, this.#reply(this.down, { errMsg: 'Service Unavailable' }))
    const [path = '', query = ''] = call.path.split('?')
    if (path === '/payments') return readAnswer(call.kind, this.#list(new URLSearchParams(query)))
    const payment = this.payments.get(Number(path.split('/')[2]))
    if (payment === undefined)
      return readAnswer(call.kind, this.#reply(404, { errMsg: 'Payment does not exist' }))
    if (call.method === 'POST')
      return readAnswer(call.kind, this.#operate(payment, call.body as { operationCode: number }))
    return readAnswer(call.kind, this.#reply(200, payment))
  }

  #list(query: URLSearchParams): Reply {
    const q = query.get('q')
    const sortBy = query.get('sortBy') === 'updatedAt' ? 'updatedAt' : 'createdAt'
    const sign = query.get('orderBy') === 'DESC' ? -1 : 1
    const sorted = [...this.payments.values()]
      .filter(({ externalId }) => q === null || (externalId ?? '').includes(q))
      .sort((a, b) => sign * (a[sortBy] - b[sortBy] || a.id - b.id))
    const all: unknown[] = [...sorted, ...(q === null ? this.broken : [])]
    const offset = Number(query.get('offset'))
    const page = all.slice(offset, offset + Number(query.get('limit')))
    return this.#reply(200, page, { pagination: { totalCount: all.length, offset, limit: page.length } })
  }

  #operate(payment: Listed, { operationCode }: { operationCode: number }): Reply {
    if (!payment.allowedOperations.includes(operationCode))
      return this.#reply(400, { errMsg: 'The payment operation is not allowed.' })
    this.effects.push(`${operationCode} on ${payment.id}`)
    if (operationCode < 2) payment.appliedStatus = operationCode === 0 ? 1 : 0
    payment.allowedOperations = []
    payment.updatedAt = Math.floor(this.clock.now() / 1000)
    return this.#reply(200, { id: payment.id })
  }

  #reply(code: number, data: unknown, meta: object = {}): Reply {
    return {
      kind: 'answered',
      status: code,
      headers: { date: new Date(this.clock.now()).toUTCString() },
      body: JSON.stringify({ code, data, meta: { message: code < 300 ? 'SUCCESS' : 'Error', ...meta } }),
      receivedAt: this.clock.now(),
    }
  }
}
