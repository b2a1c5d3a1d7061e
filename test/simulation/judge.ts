import type { ApiCall } from '../../lib/core/api-call.js'
import { isFinal, type LedgerEntry } from '../../lib/core/ledger-entry.js'
import { outcomeOf } from '../../lib/core/outcome.js'
import { hashContent, parseRequest } from '../../lib/core/request.js'
import type { Executed } from '../support/fake-store.js'
import type { World } from '../support/world.js'

/** Several requests may create under this one; they share a group, as the contract asks of producers. */
export const sharedId = 'PO-1'

/** A request as it was asked, by its requestId. */
export type Asked = Map<string, AskedRequest>
export type AskedRequest = {
  what: string
  paymentId?: number
  repeatable: boolean
  groupId: string
  amount?: string
  name?: string
}

/** Answers that say for certain that a write was not let in: throttled, unreachable, a refused token. */
const uncounted = ['throttled', 'notSent', 'credentials']
/** An invocation, and what the clocks may be read apart. */
const sendingMaxMs = 35_000
/** The contract's: a request is sent at most so often. */
const writesMax = 5

/**
 * What must hold after every step, judged by the store's own history and by what left payops, never by what the ledger
 * believes. Absolute writes and refreshes (status, update, pull) may be sent again after a look; everything else once.
 */
export class Judge {
  readonly violations: string[] = []
  /** Requests whose last write got an unknown answer, and no look since. */
  readonly #unlooked = new Set<string>()
  #historySeen = 0
  #callsSeen = 0
  readonly #effects = new Map<string, number>()
  /** Requests that an operator sent again from the dead-letter queue: these may have a second outcome. */
  readonly redriven = new Set<string>()
  readonly #atFirst: Map<number, { appliedStatus: number; processingStatus: number }>

  constructor(
    readonly world: World,
    readonly asked: Asked,
  ) {
    this.#atFirst = new Map([...world.store.payments].map(([id, payment]) => [id, { ...payment }]))
  }

  afterStep(): void {
    this.#judgeEffects()
    this.#judgeCalls()
  }

  /** A message may go only when its request's outcome is durable: in the ledger, on the bus, and in the DLQ where due. */
  onAcknowledge(receiptHandles: string[]): void {
    for (const handle of receiptHandles) {
      const message = this.world.queue.messages.find(({ receipt }) => receipt === handle)
      if (message === undefined) continue
      const parsed = parseRequest(message.body, { requestId: message.messageId, storeHash: 'abc' })
      const letter = this.world.letters.some(({ body }) => body === message.body)
      if (!parsed.valid) {
        if (!letter)
          this.violations.push(`invalid message ${message.messageId} was acknowledged without a dead letter`)
        continue
      }
      const { requestId } = parsed.request
      const entry = this.world.ledger.rows.get(`abc#${requestId}`)?.entry
      const isOther = entry !== undefined && hashContent(entry.request) !== hashContent(parsed.request)
      if (isOther) {
        if (!this.#isRefused(message.body))
          this.violations.push(`${requestId} with other content was acknowledged without its dead letter`)
      } else if (entry === undefined || !isFinal(entry.state)) {
        this.violations.push(`${requestId} was acknowledged while ${entry?.state ?? 'unknown to the ledger'}`)
      } else if (this.world.outcomeOf(requestId)?.status !== entry.state) {
        this.violations.push(`${requestId} was acknowledged before its outcome was told`)
      } else if (entry.state !== 'succeeded' && !this.#hasLetter(requestId, entry.ending?.completedAt)) {
        this.violations.push(`${requestId} ${entry.state} without a dead letter`)
      }
    }
  }

  #isRefused(body: string): boolean {
    return this.world.letters.some(
      letter => letter.body === body && letter.attributes['errorCode'] === 'IDEMPOTENCY_CONFLICT',
    )
  }

  /** A letter of this very failure: that of an earlier one, which was sent again, is none. */
  #hasLetter(requestId: string, failedAt = 0): boolean {
    const at = new Date(failedAt).toISOString()
    return this.world.letters.some(
      ({ attributes }) => attributes['requestId'] === requestId && attributes['failedAt'] === at,
    )
  }

  #judgeEffects(): void {
    const { history } = this.world.store
    for (; this.#historySeen < history.length; this.#historySeen += 1) {
      const event = history[this.#historySeen]
      const request = event === undefined ? undefined : this.asked.get(event.by)
      if (event === undefined || request === undefined) continue
      const times = (this.#effects.get(event.by) ?? 0) + 1
      this.#effects.set(event.by, times)
      if (event.what !== request.what) this.violations.push(`${event.by}: ${event.what} was never asked for`)
      const overruled = this.#newerWord(event, request)
      if (overruled !== undefined)
        this.violations.push(`${event.by}: ${event.what} overruled what ${overruled} did since`)
      if (times > 1 && !request.repeatable)
        this.violations.push(`${event.by}: ${event.what} was executed ${times} times`)
    }
  }

  /**
   * Sent again after an unknown answer, an absolute write must not overrule what somebody did since: after the lease of the
   * first sending was over (so that it is after the second of sending, whatever the clocks), and before any look at it.
   */
  #newerWord(event: Executed, { what, paymentId }: AskedRequest): string | undefined {
    if (what !== 'update' && !what.startsWith('status ')) return undefined
    // Without the store's clock, nothing tells what came after the sending.
    if (!this.world.store.tellsDate) return undefined
    const { calls, history } = this.world.store
    const writes = calls.filter(({ call, at }) => call.requestId === event.by && at <= event.at)
    const before = writes.at(-2)
    if (before === undefined || (before.isHeard === true && before.answer?.certainty !== 'unknown'))
      return undefined
    const looks = calls.filter(
      ({ call, at, answer }) =>
        call.path === `/payments/${paymentId}` &&
        at > before.at &&
        at < event.at &&
        answer?.meaning === 'success',
    )
    const lookedFirst = Math.min(...looks.map(({ at }) => at))
    return history.find(
      ({ by, paymentId: touched, at }) =>
        by !== event.by && touched === paymentId && at > before.at + sendingMaxMs && at < lookedFirst,
    )?.by
  }

  #judgeCalls(): void {
    const { calls } = this.world.store
    for (; this.#callsSeen < calls.length; this.#callsSeen += 1) {
      const made = calls[this.#callsSeen]
      if (made === undefined) continue
      const id = made.call.requestId
      if (id === undefined) {
        for (const waiting of this.#unlooked)
          if (this.#isLookFor(made.call, waiting)) this.#unlooked.delete(waiting)
        continue
      }
      this.#judgeOrder(id)
      this.#judgeIntent(id)
      if (this.#unlooked.has(id))
        this.violations.push(`${id} was sent again after an unknown answer without a look`)
      // Until an answer says otherwise: a worker may die before it hears one.
      this.#unlooked.add(id)
    }
    for (const made of calls) {
      if (
        made.call.requestId !== undefined &&
        made.isHeard === true &&
        made.answer?.certainty !== 'unknown'
      ) {
        this.#settled.add(made)
      }
    }
    this.#releaseSettled()
  }

  /**
   * A write comes after the end of every earlier request of its group on its payment, and never while one of them is in doubt.
   * A duplicate that is delivered late has no write of its own, so it cannot come here.
   */
  #isOnePayment(one: AskedRequest, other: AskedRequest): boolean {
    if (one.paymentId !== undefined || other.paymentId !== undefined) return one.paymentId === other.paymentId
    // Creates: one payment only under one externalId, whose requests share the group that is named after it.
    return one.groupId === other.groupId && one.groupId.endsWith(sharedId)
  }

  #judgeOrder(requestId: string): void {
    const mine = this.asked.get(requestId)
    const order = this.#firstSent.get(requestId) ?? Number.POSITIVE_INFINITY
    for (const [otherId, other] of this.asked) {
      if (other.groupId !== mine?.groupId || otherId === requestId) continue
      const entry = this.world.ledger.rows.get(`abc#${otherId}`)?.entry
      const isEarlier = (this.#firstSent.get(otherId) ?? Number.POSITIVE_INFINITY) < order
      if (!isEarlier || entry === undefined) continue
      if (entry.state === 'inDoubt' && this.#isOnePayment(other, mine))
        this.violations.push(`${requestId} was sent while ${otherId} on its payment is in doubt`)
      else if (!isFinal(entry.state))
        this.violations.push(`${requestId} overtook ${otherId}, which is ${entry.state}`)
    }
  }

  /** The intent of each write is durable before it, and counted: a crash right after leaves a trace of exactly this attempt. */
  #judgeIntent(requestId: string): void {
    const { calls } = this.world.store
    const before = calls.slice(0, this.#callsSeen).filter(({ call }) => call.requestId === requestId)
    // What was certainly not executed is not counted, or not yet.
    const counted = before.filter(({ answer }) => !uncounted.includes(answer?.meaning ?? 'lost')).length
    const entry = this.world.ledger.rows.get(`abc#${requestId}`)?.entry
    if (entry?.state !== 'sending')
      this.violations.push(`${requestId} was sent while the ledger says ${entry?.state ?? 'nothing'}`)
    else if (entry.attempts < counted + 1)
      this.violations.push(`${requestId} was sent ${counted + 1} times and ${entry.attempts} are on record`)
    else if (!this.redriven.has(requestId) && counted + 1 > writesMax)
      this.violations.push(`${requestId} was sent ${counted + 1} times`)
  }

  /** When each request first stood in the queue, in the order of the queue. */
  readonly #firstSent = new Map<string, number>()
  noteQueued(requestId: string): void {
    if (!this.#firstSent.has(requestId)) this.#firstSent.set(requestId, this.#firstSent.size)
  }

  readonly #settled = new Set<object>()
  #releaseSettled(): void {
    for (const id of [...this.#unlooked]) {
      const last = this.world.store.calls.findLast(({ call }) => call.requestId === id)
      if (last !== undefined && this.#settled.has(last)) this.#unlooked.delete(id)
    }
  }

  #isLookFor(call: ApiCall, requestId: string): boolean {
    const request = this.asked.get(requestId)
    // Nothing that a look shows is a word on operation 3.
    if (request?.what === 'three') return false
    return request?.paymentId === undefined
      ? call.path.startsWith('/payments?')
      : call.path === `/payments/${request.paymentId}`
  }

  /** When everything has drained: each request has one outcome, and it is true. */
  atTheEnd(): void {
    for (const [requestId, request] of this.asked) {
      const entry = this.world.ledger.rows.get(`abc#${requestId}`)?.entry
      const outcomes = this.world.outcomes.filter(outcome => outcome.requestId === requestId)
      const told = new Set(outcomes.map(outcome => JSON.stringify(outcome)))
      if (entry === undefined || !isFinal(entry.state)) {
        this.violations.push(`${requestId} has no end: ${entry?.state ?? 'not in the ledger'}`)
        continue
      }
      if (told.size > 1 && !this.redriven.has(requestId)) {
        this.violations.push(`${requestId} has ${told.size} different outcomes`)
      }
      const success = outcomes.findIndex(({ status }) => status === 'succeeded')
      if (success >= 0 && new Set(outcomes.slice(success).map(outcome => JSON.stringify(outcome))).size > 1)
        this.violations.push(`${requestId} was told succeeded and then something else`)
      if (JSON.stringify(outcomes.at(-1)) !== JSON.stringify(outcomeOf(entry))) {
        this.violations.push(`${requestId} was last told otherwise than the ledger has it`)
      }
      const effects = this.#effects.get(requestId) ?? 0
      const effect = entry.ending?.effect
      if (effect === 'performed' && effects === 0)
        this.violations.push(`${requestId} is called performed and was not`)
      if (effect === 'none' && effects > 0)
        this.violations.push(`${requestId} is called without effect and had ${effects}`)
      if (entry.ending?.error?.code === 'OPERATION_NOT_ALLOWED' && !this.#wasRefusedTruly(requestId, request))
        this.violations.push(
          `${requestId} is called not allowed, and no look showed that it was not done already`,
        )
      if (entry.state === 'succeeded') this.#judgeSucceeded(requestId, request, entry)
      if (entry.ending?.error?.code === 'BLOCKED_BY_DOUBT' && !this.#wasDoubted(requestId, request)) {
        this.violations.push(`${requestId} is called blocked by a doubt that nobody was told of`)
      }
      if (
        effect === 'confirmed' &&
        effects === 0 &&
        request.what !== 'delete' &&
        request.what !== 'create' &&
        !this.#othersDid(requestId, request)
      ) {
        this.violations.push(`${requestId} is called confirmed and nobody did it`)
      }
    }
  }

  /** Success is told only of what the store has shown. */
  #judgeSucceeded(requestId: string, request: AskedRequest, { ending, attempts }: LedgerEntry): void {
    const { store } = this.world
    const { what, paymentId = 0 } = request
    if (ending?.effect === 'confirmed' && !this.#hadUnknown(requestId, attempts))
      this.violations.push(`${requestId} is called confirmed, and no answer to it was ever lost`)
    if (what === 'delete' && store.payments.has(paymentId))
      this.violations.push(`${requestId} is called done, and the payment is still there`)
    if (what === 'create') {
      const made = store.history.find(
        event => event.what === 'create' && event.paymentId === ending?.paymentId,
      )
      if (made === undefined || (made.by !== requestId && !this.#isTwin(made, request)))
        this.violations.push(`${requestId} is said to have made ${ending?.paymentId}, which ${made?.by} made`)
    }
    const wanted = wantedState(what)
    if (wanted === undefined || (ending?.effect !== 'alreadyDone' && ending?.effect !== 'confirmed')) return
    const last = store.calls.findLastIndex(({ call }) => call.requestId === requestId)
    const wasShown = store.calls
      .slice(last + 1)
      .some(({ call, answer }) => call.path === `/payments/${paymentId}` && holds(answer?.content, wanted))
    if (!wasShown) this.violations.push(`${requestId} is called ${ending.effect}, and no look showed it`)
  }

  /** False where the one and only write was answered for certain and nothing was asked afterwards: nothing was ever in doubt. */
  #hadUnknown(requestId: string, attempts: number): boolean {
    const { calls } = this.world.store
    const index = calls.findIndex(({ call }) => call.requestId === requestId)
    const first = calls[index]
    if (attempts !== 1 || first?.answer === undefined || first.answer.certainty === 'unknown') return true
    return calls
      .slice(index + 1)
      .some(({ call }) => call.requestId === requestId || this.#isLookFor(call, requestId))
  }

  /** Made by a person under the same name with the same money: nothing that the API shows could tell it apart. */
  #isTwin({ by, paymentId }: { by: string; paymentId: number }, { amount, name }: AskedRequest): boolean {
    const made = this.world.store.payments.get(paymentId)
    return by === 'a person' && made?.externalId === name && Number(made?.total.value) === Number(amount)
  }

  /** A refusal is an end only after a look that did not show what was wanted. */
  #wasRefusedTruly(requestId: string, { what, paymentId }: AskedRequest): boolean {
    const wanted = wantedState(what)
    const { calls } = this.world.store
    const last = calls.findLastIndex(({ call }) => call.requestId === requestId)
    const looks = calls.slice(last + 1).filter(({ call }) => call.path === `/payments/${paymentId}`)
    return (
      wanted === undefined ||
      looks.some(({ answer }) => answer?.meaning === 'success' && !holds(answer.content, wanted))
    )
  }

  /** Somebody was told of a doubt on the payment before this was refused for one. */
  #wasDoubted(requestId: string, { paymentId, groupId, what }: AskedRequest): boolean {
    const mine = this.world.outcomeOf(requestId)?.completedAt ?? ''
    return this.world.outcomes.some(({ requestId: otherId, status, completedAt }) => {
      const other = this.asked.get(otherId)
      const isOnMine =
        what === 'create'
          ? other?.what === 'create' && other.groupId === groupId
          : other?.paymentId === paymentId
      return status === 'inDoubt' && otherId !== requestId && isOnMine && completedAt <= mine
    })
  }

  /**
   * The wanted state is there by another's hand, or was from the beginning while something else touched the payment in the
   * second of sending. It is true that it is done; who did it is nothing that the API could show.
   */
  #othersDid(requestId: string, { what, paymentId = 0 }: AskedRequest): boolean {
    const first = this.#atFirst.get(paymentId)
    const wasSo =
      (what === 'apply' && first?.appliedStatus === 1) ||
      (what === 'revert' && first?.appliedStatus === 0) ||
      what === `status ${first?.processingStatus}`
    const others = this.world.store.history.filter(
      event => event.by !== requestId && event.paymentId === paymentId,
    )
    return others.some(event => wasSo || event.what === what || event.by === 'a person')
  }
}

const wantedState = (what: string): Record<string, number> | undefined => {
  if (what === 'apply' || what === 'revert') return { appliedStatus: what === 'apply' ? 1 : 0 }
  return what.startsWith('status ') ? { processingStatus: Number(what.slice(7)) } : undefined
}

const holds = (content: unknown, wanted: Record<string, number>): boolean =>
  typeof content === 'object' &&
  content !== null &&
  Object.entries(wanted).every(([key, value]) =>
    Object.entries(content).some(([k, v]) => k === key && v === value),
  )
