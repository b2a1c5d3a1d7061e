import { queueForQuotaMs } from '../../core/backoff.js'
import type { Refusal } from '../../core/errors.js'
import { asEpochMs, type EpochMs } from '../../core/time.js'
import { afterTrouble, type Trouble } from '../../core/webhook/after-trouble.js'
import { type Choice, chooseLook, type Heard } from '../../core/webhook/choose-look.js'
import { orderRequest } from '../../core/webhook/order-request.js'
import {
  endLook,
  type OrderWatch,
  type PendingLook,
  remember,
  type Seen,
} from '../../core/webhook/order-watch.js'
import { type CallDeps, latestBegin } from '../call-api.js'
import { soon } from '../give-back.js'
import type { OperationsQueue, Random } from '../ports.js'
import { lookAtOrder, type Order } from './look-at-order.js'
import type { OrderWatches } from './ports.js'
import { sendRequests } from './send-requests.js'

/**
 * The webhooks of one order and operation, as far as one delivery of them comes. The watch says what was done before, and is
 * written before the first request of a look is sent and after the last; whoever dies in between, or is overtaken by another
 * worker, leaves webhooks that come back and a look that can be made again.
 */

export type OrderDeps = CallDeps & {
  random: Random
  watches: OrderWatches
  operations: Pick<OperationsQueue, 'send'>
  delayScale: number
}

export type HeardOf = Heard & { scope: string; receives: number }

/** `answered`: the hashes of those that may go. The others come back, or go to the dead-letter queue. */
export type Resolved = { answered: Set<string>; rest?: Rest }
export type Rest = { returnAt: EpochMs } | GivenUp
/** `watch` is to be kept once the dead-letter queue has them. */
export type GivenUp = { refusal: Refusal; watch: OrderWatch }

/** A look that had so long and came to no end will not come to one in the next invocation either. */
const lookFairMs = 10_000

export async function resolveOrder(
  deps: OrderDeps,
  order: Order,
  heard: HeardOf[],
  deadline: EpochMs,
): Promise<Resolved> {
  const turn = new Turn(deps, order, heard, deadline)
  return turn.run(await deps.watches.read(order.storeHash, order.orderId, order.operationCode))
}

class Turn {
  readonly answered = new Set<string>()
  /** The keys of the looks that were made. */
  readonly keys = new Set<string>()

  constructor(
    readonly deps: OrderDeps,
    readonly order: Order,
    readonly heard: HeardOf[],
    readonly deadline: EpochMs,
  ) {}

  async run(read: OrderWatch): Promise<Resolved> {
    const { delayScale, watches } = this.deps
    let watch = read
    for (;;) {
      const open = this.heard.filter(({ hash }) => !this.answered.has(hash))
      const choice = chooseLook(watch, open, { now: this.now(), delayScale })
      if (choice.look === 'none') {
        if (choice.unknown.length > 0) await watches.save(remember(watch, choice.unknown, this.now()))
        for (const { hash } of open) this.answered.add(hash)
        return this.finish()
      }
      const looked = await this.look(watch, choice)
      if (!('ended' in looked)) return this.finish(looked)
      watch = looked.ended
    }
  }

  /** What was answered without a look for its own sake is counted: repeats, and whatever another's look covers. */
  finish(rest?: Rest): Resolved {
    const { answered, heard, keys } = this
    const looks = new Set(heard.flatMap(({ hash }) => (keys.has(hash) ? hash : []))).size
    const covered = heard.filter(({ hash }) => answered.has(hash)).length - looks
    if (covered > 0) this.deps.metrics.add('WebhooksCovered', covered)
    return { answered, ...(rest && { rest }) }
  }

  async look(
    before: OrderWatch,
    choice: Exclude<Choice, { look: 'none' }>,
  ): Promise<{ ended: OrderWatch } | Rest> {
    const { pending } = choice
    if (pending.seen !== undefined) return this.end({ ...before, pending }, pending, pending.seen)
    const { pacer, watches } = this.deps
    const admission = pacer.admit(this.order.storeHash, latestBegin(this.deadline))
    if ('until' in admission) return { returnAt: this.afterQueue(admission.until) }
    try {
      if (this.now() > latestBegin(this.deadline)) return { returnAt: this.soon() }
      const begun = { ...before, pending }
      const watch = choice.look === 'new' ? await watches.save(begun) : begun
      const beganAt = this.now()
      const seen = await lookAtOrder(this.callDeps(), this.order, this.deadline)
      if ('until' in seen) return await this.stopShort(watch, seen.until, beganAt)
      if ('trouble' in seen) return await this.fail(watch, seen)
      return await this.end(watch, pending, seen)
    } finally {
      admission.leave()
    }
  }

  /** What was seen is asked for; only then are the look's webhooks answered. */
  async end(watch: OrderWatch, pending: PendingLook, seen: Seen): Promise<{ ended: OrderWatch }> {
    const { delayScale, watches } = this.deps
    const scope = this.heard[0]?.scope ?? ''
    const requests = seen.asked.map(paymentId => orderRequest(this.order, pending.key, paymentId, scope))
    const failure = await sendRequests(this.deps.operations, requests)
    if (failure !== undefined) {
      // The queue refuses, and may for long: the store need not be asked again each time.
      if (pending.seen === undefined) await watches.save({ ...watch, pending: { ...pending, seen } })
      throw failure.reason
    }
    const ended = await watches.save(endLook(watch, this.now(), delayScale))
    for (const { hash } of pending.hashes) this.answered.add(hash)
    this.keys.add(pending.key)
    this.note(seen)
    return { ended }
  }

  /** The quota or the time of this invocation is used up; neither is a failure, unless the look never fits. */
  async stopShort(watch: OrderWatch, until: EpochMs, beganAt: EpochMs): Promise<Rest> {
    const isOutOfTime = this.now() > latestBegin(this.deadline)
    if (isOutOfTime && this.now() - beganAt >= lookFairMs) {
      return this.fail(watch, { trouble: 'failed', message: 'the store answers too slowly for a whole look' })
    }
    return { returnAt: this.afterQueue(until) }
  }

  async fail(watch: OrderWatch, trouble: Trouble): Promise<Rest> {
    const { delayScale, random, watches } = this.deps
    const after = afterTrouble(watch, trouble, { now: this.now(), roll: random.next(), delayScale })
    if ('refusal' in after) return after
    await watches.save(after.watch)
    return { returnAt: after.returnAt }
  }

  note({ invoices, asked, passedOver }: Seen): void {
    const { log, metrics } = this.deps
    metrics.add('OrderLooks')
    if (invoices === 0) metrics.add('OrdersWithoutInvoice')
    if (asked.length > 0) metrics.add('PaymentsAsked', asked.length)
    if (passedOver.length > 0) metrics.add('PaymentsPassedOver', passedOver.length)
    const payments = asked.length + passedOver.length
    log.info('order looked at', { ...this.about(), invoices, payments, enqueued: asked.length })
  }

  callDeps(): CallDeps {
    return { ...this.deps, about: this.about() }
  }

  about() {
    const { storeHash, orderId, operationCode } = this.order
    return { storeHash, orderId, operationCode }
  }

  /** Who came often in vain stays away longer than until the window's end. */
  afterQueue(until: EpochMs): EpochMs {
    const { delayScale, random } = this.deps
    const waitMs = queueForQuotaMs(this.receives(), random.next()) * delayScale
    return asEpochMs(Math.ceil(Math.max(until, this.now()) + waitMs))
  }

  soon(): EpochMs {
    return soon(this.deps, this.receives())
  }

  receives(): number {
    return Math.max(1, ...this.heard.map(({ receives }) => receives))
  }

  now(): EpochMs {
    return this.deps.clock.now()
  }
}
