import { type Answer, type Reply, readAnswer } from '../../lib/core/answer.js'
import type { ApiCall, CallKind } from '../../lib/core/api-call.js'
import { asEpochMs, type Clock } from '../../lib/core/time.js'
import type { Access, PaymentsApi } from '../../lib/engine/ports.js'

/** One executed write, as the store saw it; `by` is the request that asked, or a person. Judges go by this, not by the ledger. */
export type Executed = {
  by: string
  what: string
  paymentId: number
  at: number
  changed: boolean
}

export type StoredPayment = {
  id: number
  createdAt: number
  updatedAt: number
  appliedStatus: number
  processingStatus: number
  fundingStatus: number
  customerId: string
  externalId: string | null
  details: { memo: string }
  total: { code: string; value: string }
  lineItems: {
    paymentId: number
    invoiceId: number
    invoiceNumber: string
    amount: { code: string; value: string }
  }[]
  orderPending: boolean
  /** When it shows in the list. */
  listedAt: number
}

/** How one call goes wrong. */
export type Trouble =
  | 'none'
  | 'notSent'
  | 'lostBefore'
  | 'lostAfter'
  | 'error500Before'
  | 'error500After'
  | 'html'
  | 'truncated'
  | 'okWithErrorCode'
  | 'throttled'
  | 'conflict'
  | 'conflictAfter'
  | 'slow'
  /** Carried out only just before the caller gives up. */
  | 'late'
  /** Seen or done at once, answered well, but only just in time: what it says is old by then. */
  | 'stale'

export type FakeStoreSettings = {
  clock: Clock
  /** Chooses the trouble of each call and its latency. */
  trouble: (call: ApiCall) => Trouble
  latencyMs: () => number
  clockOffsetMs: number
  listLagMs: number
  token: string
}

/** A small store behind the PaymentsApi port. It answers in the API's own words, which the production core reads. */
export class FakeStore implements PaymentsApi {
  readonly payments = new Map<number, StoredPayment>()
  readonly history: Executed[] = []
  /** The most payments that a page holds, whatever was asked for. */
  pageMax = 249
  /** A create under an `externalId` that is there already is refused with 400. */
  refusesSameName = false
  windowResetsAfter = '1.5 s'
  /** Whether answers carry a `Date`. */
  tellsDate = true
  /** How far `createdAt` and `updatedAt` are behind `Date`. */
  writesBehindMs = 0
  /** How much further behind `createdAt` is. */
  createdBehindMs = 0
  readonly calls: { call: ApiCall; at: number; trouble: Trouble; answer?: Answer; isHeard?: boolean }[] = []
  token: string
  #nextId = 9001

  constructor(readonly settings: FakeStoreSettings) {
    this.token = settings.token
  }

  add(id: number, fields: Partial<StoredPayment> = {}): StoredPayment {
    const created = Math.floor(this.serverNow() / 1000) - 86_400
    const payment: StoredPayment = {
      id,
      createdAt: created,
      updatedAt: created,
      appliedStatus: 0,
      processingStatus: 3,
      fundingStatus: 2,
      customerId: '7',
      externalId: null,
      details: { memo: 'k' },
      total: { code: 'USD', value: '20.0000' },
      lineItems: [
        {
          paymentId: id,
          invoiceId: 1000 + id,
          invoiceNumber: '0001',
          amount: { code: 'USD', value: '20.0000' },
        },
      ],
      orderPending: false,
      listedAt: 0,
      ...fields,
    }
    this.payments.set(id, payment)
    return payment
  }

  serverNow(): number {
    return this.settings.clock.now() + this.settings.clockOffsetMs
  }

  async call<K extends CallKind>(call: ApiCall<K>, access: Access, timeoutMs: number): Promise<Answer<K>> {
    const { clock, latencyMs } = this.settings
    const trouble = this.settings.trouble(call)
    const record: (typeof this.calls)[number] = { call, at: clock.now(), trouble }
    this.calls.push(record)
    const reply = await this.#exchange(call, access, timeoutMs, trouble, latencyMs())
    const answer = readAnswer(call.kind, reply)
    record.answer = answer
    return answer
  }

  async #exchange(
    call: ApiCall,
    access: Access,
    timeoutMs: number,
    trouble: Trouble,
    latencyMs: number,
  ): Promise<Reply> {
    const { clock } = this.settings
    const wait = trouble === 'late' ? timeoutMs - 2 : Math.min(latencyMs, timeoutMs)
    if (trouble === 'notSent') {
      await clock.sleep(wait / 2)
      return { kind: 'notSent', message: 'ECONNREFUSED' }
    }
    await clock.sleep(trouble === 'late' ? wait : wait / 2)
    const answered = this.#answer(call, access, trouble)
    if (trouble === 'late') await clock.sleep(2)
    else if (trouble === 'stale') await clock.sleep(Math.max(0, timeoutMs - wait / 2 - 100))
    else await clock.sleep(trouble === 'slow' ? timeoutMs - wait / 2 : wait / 2)
    if (trouble === 'lostBefore' || trouble === 'lostAfter') {
      return { kind: 'lost', message: 'ECONNRESET', timedOut: false }
    }
    if (trouble === 'slow' || trouble === 'late')
      return { kind: 'lost', message: 'ETIMEDOUT', timedOut: true }
    return answered
  }

  #answer(call: ApiCall, access: Access, trouble: Trouble): Reply {
    if (access.token() !== this.token) return this.#reply(401, 401, { errMsg: 'Unauthorized' })
    switch (trouble) {
      case 'throttled':
        return this.#reply(
          429,
          429,
          { errMsg: 'Too many requests' },
          { 'x-request-window-resets-after': this.windowResetsAfter },
        )
      case 'conflict':
        return this.#reply(409, 409, { errMsg: 'Conflict' })
      case 'lostBefore':
      case 'error500Before':
        return this.#reply(500, 500, { errMsg: 'Internal error' })
      case 'okWithErrorCode':
        return this.#reply(200, 500, { errMsg: 'Internal error' })
      default:
    }
    const { code, content } = this.#execute(call)
    if (trouble === 'conflictAfter') return this.#reply(409, 409, { errMsg: 'Conflict' })
    if (trouble === 'error500After') return this.#reply(502, 502, { errMsg: 'Bad gateway' })
    const reply = this.#reply(code, code, content)
    if (reply.kind !== 'answered') return reply
    if (trouble === 'html') return { ...reply, status: 200, body: '<html>sorry</html>' }
    return trouble === 'truncated' ? { ...reply, body: reply.body.slice(0, -3) } : reply
  }

  #reply(status: number, code: number, content: unknown, headers: Record<string, string> = {}): Reply {
    const date = new Date(this.serverNow()).toUTCString()
    const body = JSON.stringify({ code, data: content, meta: { message: code < 300 ? 'SUCCESS' : 'Error' } })
    return {
      kind: 'answered',
      status,
      headers: { ...(this.tellsDate && { date }), ...headers },
      body,
      receivedAt: this.settings.clock.now(),
    }
  }

  #execute(call: ApiCall): { code: number; content: unknown } {
    const [path = '', query = ''] = call.path.split('?')
    const offline = /^\/payments\/offline(?:\/(\d+))?$/.exec(path)
    const by = call.requestId ?? 'a read'
    if (path === '/payments') return this.#list(new URLSearchParams(query))
    if (offline !== null && call.method === 'POST') return this.#create(by, call.body as Offline)
    const payment = this.payments.get(Number(offline?.[1] ?? path.split('/')[2]))
    if (payment === undefined) return { code: 404, content: { errMsg: 'Payment does not exist' } }
    if (offline !== null) return this.#update(by, payment, call.body as Offline)
    if (call.method === 'GET') return { code: 200, content: this.#show(payment) }
    if (call.method === 'DELETE') return this.#delete(by, payment)
    if (path.endsWith('/operations'))
      return this.#operate(by, payment, (call.body as { operationCode: number }).operationCode)
    return this.#setStatus(by, payment, (call.body as { processingStatus: number }).processingStatus)
  }

  #list(query: URLSearchParams): { code: number; content: unknown } {
    const q = (query.get('q') ?? '').toLowerCase()
    const found = [...this.payments.values()].filter(
      payment => payment.listedAt <= this.serverNow() && (payment.externalId ?? '').toLowerCase().includes(q),
    )
    const offset = Number(query.get('offset'))
    const limit = Math.min(this.pageMax, Number(query.get('limit')))
    return {
      code: 200,
      content: found.slice(offset, offset + limit).map(payment => this.#show(payment)),
    }
  }

  #show(payment: StoredPayment): unknown {
    const { orderPending: _, listedAt: __, ...shown } = payment
    return {
      ...shown,
      allowedOperations: this.allowedOperations(payment).map(String),
      allowedStatuses: ['1', '2', '3', '4'],
    }
  }

  allowedOperations(payment: StoredPayment): number[] {
    if (payment.appliedStatus === 1) return [1, 2, 3]
    return payment.processingStatus === 3 ? [0, 2, 3] : [2, 3]
  }

  #operate(by: string, payment: StoredPayment, operationCode: number): { code: number; content: unknown } {
    if (!this.allowedOperations(payment).includes(operationCode)) {
      return { code: 400, content: { errMsg: 'The payment operation is not allowed.' } }
    }
    const changed = operationCode === 3 || operationCode !== 2 || payment.orderPending
    if (operationCode < 2) payment.appliedStatus = operationCode === 0 ? 1 : 0
    if (operationCode === 2) payment.orderPending = false
    this.#record(by, ['apply', 'revert', 'pull', 'three'][operationCode] ?? '?', payment, changed)
    return { code: 200, content: { id: payment.id } }
  }

  #setStatus(by: string, payment: StoredPayment, status: number): { code: number; content: unknown } {
    const changed = payment.processingStatus !== status
    payment.processingStatus = status
    this.#record(by, `status ${status}`, payment, changed)
    return { code: 200, content: { id: payment.id } }
  }

  #create(by: string, body: Offline): { code: number; content: unknown } {
    if (
      this.refusesSameName &&
      [...this.payments.values()].some(({ externalId }) => externalId === body.externalId)
    )
      return { code: 400, content: { externalId: ['is taken'] } }
    const id = this.#nextId++
    const now = Math.floor((this.serverNow() - this.writesBehindMs - this.createdBehindMs) / 1000)
    const payment = this.add(id, {
      createdAt: now,
      updatedAt: now,
      externalId: body.externalId ?? null,
      customerId: body.customerId,
      ...this.#money(id, body),
      listedAt: this.serverNow() + this.settings.listLagMs,
    })
    this.#record(by, 'create', payment, true)
    return { code: 200, content: { paymentId: id } }
  }

  #money(id: number, body: Offline): Pick<StoredPayment, 'total' | 'lineItems'> {
    const sum = body.lineItems.reduce((total, item) => total + Math.round(Number(item.amount) * 10_000), 0)
    return {
      total: { code: body.currency, value: (sum / 10_000).toFixed(4) },
      lineItems: body.lineItems.map(item => ({
        paymentId: id,
        invoiceId: item.invoiceId,
        invoiceNumber: '0001',
        amount: { code: body.currency, value: Number(item.amount).toFixed(4) },
      })),
    }
  }

  #update(by: string, payment: StoredPayment, body: Offline): { code: number; content: unknown } {
    Object.assign(payment, this.#money(payment.id, body), {
      customerId: body.customerId,
      ...(body.details.memo !== undefined && { details: { memo: body.details.memo } }),
    })
    this.#record(by, 'update', payment, true)
    return { code: 200, content: { paymentId: payment.id } }
  }

  #delete(by: string, payment: StoredPayment): { code: number; content: unknown } {
    this.payments.delete(payment.id)
    this.#record(by, 'delete', payment, true)
    return { code: 200, content: { id: payment.id } }
  }

  #record(by: string, what: string, payment: StoredPayment, changed: boolean): void {
    payment.updatedAt = Math.floor((this.serverNow() - this.writesBehindMs) / 1000)
    this.history.push({ by, what, paymentId: payment.id, at: this.settings.clock.now(), changed })
  }

  /** A person makes a payment in the control panel, under a name of their choice. */
  createByHand(externalId: string, amount: string): void {
    const lineItems = [{ invoiceId: 13, amount }]
    this.#create('a person', { lineItems, currency: 'USD', customerId: '113', externalId, details: {} })
  }

  /** A person in the control panel. */
  byHand(
    paymentId: number,
    change: Partial<Pick<StoredPayment, 'appliedStatus' | 'processingStatus'>>,
  ): void {
    const payment = this.payments.get(paymentId)
    if (payment === undefined) return
    Object.assign(payment, change)
    this.#record('a person', JSON.stringify(change), payment, true)
  }
}

type Offline = {
  lineItems: { invoiceId: number; amount: string }[]
  currency: string
  customerId: string
  externalId?: string
  details: { memo?: string }
}

export const accessFor = (storeHash: string, token: string): Access => ({
  storeHash,
  scheme: 'accessToken',
  token: () => token,
})

export const instant = (iso: string) => asEpochMs(Date.parse(iso))
