import type { ApiCall } from '../../lib/core/api-call.js'
import { isFinal } from '../../lib/core/ledger-entry.js'
import { outcomeOf } from '../../lib/core/outcome.js'
import { parseRequest } from '../../lib/core/request.js'
import type { World } from '../support/world.js'

/** A request as it was asked, by its requestId. */
export type Asked = Map<string, AskedRequest>
export type AskedRequest = { what: string; paymentId?: number; repeatable: boolean; groupId: string }

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
      if (entry === undefined || !isFinal(entry.state)) {
        this.violations.push(`${requestId} was acknowledged while ${entry?.state ?? 'unknown to the ledger'}`)
      } else if (this.world.outcomeOf(requestId)?.status !== entry.state) {
        this.violations.push(`${requestId} was acknowledged before its outcome was told`)
      } else if (entry.state !== 'succeeded' && !letter) {
        this.violations.push(`${requestId} ${entry.state} without a dead letter`)
      }
    }
  }

  #judgeEffects(): void {
    const { history } = this.world.store
    for (; this.#historySeen < history.length; this.#historySeen += 1) {
      const event = history[this.#historySeen]
      const request = event === undefined ? undefined : this.asked.get(event.by)
      if (event === undefined || request === undefined) continue
      const times = (this.#effects.get(event.by) ?? 0) + 1
      this.#effects.set(event.by, times)
      if (times > 1 && !request.repeatable)
        this.violations.push(`${event.by}: ${event.what} was executed ${times} times`)
    }
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
      if (this.#unlooked.has(id))
        this.violations.push(`${id} was sent again after an unknown answer without a look`)
      // Until an answer says otherwise: a worker may die before it hears one.
      this.#unlooked.add(id)
    }
    for (const made of calls) {
      if (
        made.call.requestId !== undefined &&
        made.answer !== undefined &&
        made.answer.certainty !== 'unknown'
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
  #judgeOrder(requestId: string): void {
    const mine = this.asked.get(requestId)
    const order = this.#firstSent.get(requestId) ?? Number.POSITIVE_INFINITY
    for (const [otherId, other] of this.asked) {
      if (other.groupId !== mine?.groupId || other.paymentId !== mine.paymentId || otherId === requestId)
        continue
      const entry = this.world.ledger.rows.get(`abc#${otherId}`)?.entry
      const isEarlier = (this.#firstSent.get(otherId) ?? Number.POSITIVE_INFINITY) < order
      if (!isEarlier || entry === undefined) continue
      if (entry.state === 'inDoubt')
        this.violations.push(`${requestId} was sent while ${otherId} on its payment is in doubt`)
      else if (!isFinal(entry.state))
        this.violations.push(`${requestId} overtook ${otherId}, which is ${entry.state}`)
    }
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
      if (JSON.stringify(outcomes.at(-1)) !== JSON.stringify(outcomeOf(entry))) {
        this.violations.push(`${requestId} was last told otherwise than the ledger has it`)
      }
      const effects = this.#effects.get(requestId) ?? 0
      const effect = entry.ending?.effect
      if (effect === 'performed' && effects === 0)
        this.violations.push(`${requestId} is called performed and was not`)
      if (effect === 'none' && effects > 0)
        this.violations.push(`${requestId} is called without effect and had ${effects}`)
      if (
        effect === 'confirmed' &&
        effects === 0 &&
        request.what !== 'delete' &&
        !this.#othersDid(requestId, request)
      ) {
        this.violations.push(`${requestId} is called confirmed and nobody did it`)
      }
    }
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
