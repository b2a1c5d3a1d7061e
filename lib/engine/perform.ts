import { aboutRequest } from '../core/about-request.js'
import { writeCallFor } from '../core/api-call.js'
import { queueForQuotaMs, returnDelayMs } from '../core/backoff.js'
import { decideClaim, isForGood, neverSent, withoutIntent } from '../core/claim.js'
import { assert, unreachable } from '../core/errors.js'
import { judgeDoubt } from '../core/evidence.js'
import {
  isFinal,
  isLeased,
  type Lease,
  type LedgerEntry,
  openEntry,
  release,
  type Source,
  toSending,
} from '../core/ledger-entry.js'
import {
  afterAnswer,
  afterLook,
  afterLost,
  afterNoCredentials,
  afterRefusalLook,
  type Decision,
  failBlocked,
  type Moment,
} from '../core/next-step.js'
import type { OperationRequest } from '../core/request.js'
import { asEpochMs, type EpochMs } from '../core/time.js'
import {
  type CallDeps,
  type Called,
  callApi,
  latestBegin,
  recordReserveMs,
  shortestCallMs,
} from './call-api.js'
import { lookAtStore } from './look.js'
import type { Admission } from './pacer.js'
import { isInDoubt, type PaymentHolds } from './payment-holds.js'
import type { Ledger, Random } from './ports.js'
import type { Opened } from './store-access.js'

/** One request to its end, or as far as the time allows: claim, send or look, record. Telling is `perform-batch.ts`. */

export type PerformDeps = CallDeps & {
  ledger: Ledger
  payments: PaymentHolds
  random: Random
  delayScale: number
}

export type Order = {
  request: OperationRequest
  source: Source
  requestedAt: EpochMs
  receives: number
  /** `failedAt` of the dead letter that this message is a redrive of. */
  redriveOf?: string
  /** When the invocation ends. */
  deadline: EpochMs
}

export type Verdict =
  /** The outcome is in the ledger, `isRepeat`: since an earlier delivery; it has to be told before the message may go. */
  | { kind: 'finished'; entry: LedgerEntry; isRepeat: boolean }
  | { kind: 'conflict' }
  /** The message goes back and comes again at `at`. */
  | { kind: 'return'; at: EpochMs; why: string }

/** A wait that is shorter is waited in process; a longer one would be billed for nothing. */
const waitInProcessMaxMs = 3_000
const notYetCallable = 'the store may not be called yet'

export async function perform(deps: PerformDeps, order: Order): Promise<Verdict> {
  const turn = new Turn(deps, order)
  try {
    const refused = turn.admit()
    if (refused !== undefined) {
      const ended = refused.isDown === true ? await turn.endUncalled() : undefined
      return ended ?? turn.comeBack(turn.afterQueue(refused.until), notYetCallable)
    }
    const blocked = await turn.checkHolds()
    if (blocked !== undefined) return blocked
    const opened = await deps.access.open(order.request.storeHash)
    return opened.usable ? await turn.start(opened) : await turn.waitForCredentials(opened)
  } finally {
    turn.leave()
  }
}

/** The state of one delivery; each method is one phase, and what it leaves behind is in the ledger. */
class Turn {
  readonly lease: Lease
  /** Gives back the place among those who are going to call the store. */
  leave: () => void = () => undefined

  constructor(
    readonly deps: PerformDeps,
    readonly order: Order,
  ) {
    this.lease = { owner: deps.random.uuid(), until: order.deadline }
  }

  /** Takes a place, or says why there is none. */
  admit(): Extract<Admission, { until: EpochMs }> | undefined {
    const { request, deadline } = this.order
    const admission = this.deps.pacer.admit(request.storeHash, latestBegin(deadline))
    if ('until' in admission) return admission
    this.leave = admission.leave
    return undefined
  }

  /** Asks whether the store may still be called. The own place must not stand in its own way. */
  admitAgain(): ReturnType<Turn['admit']> {
    this.leave()
    this.leave = () => undefined
    return this.admit()
  }

  /**
   * What needs no call does not wait for a store that is down, which lets few through: an outcome that is still to be told,
   * a doubt that may never get another look and whose six hours end all the same, and one that a crash has left unnoticed,
   * whose six hours begin.
   */
  async endUncalled(): Promise<Verdict | undefined> {
    const { request, receives, redriveOf } = this.order
    if (receives < 2) return undefined
    const own = await this.deps.ledger.read(request.storeHash, request.requestId)
    if (own === undefined) return undefined
    const isOver = isFinal(own.state) && redriveOf === undefined
    const isLeftBehind = own.state === 'sending' && !isLeased(own, this.now())
    const mayEnd = own.state === 'unknown' && this.isOverdue(own)
    if (!isOver && !isLeftBehind && !mayEnd) return undefined
    const entry = await this.claim(this.openEntry())
    if ('kind' in entry) return entry
    const saved = await this.save(entry)
    // Another delivery may have settled it between the read and the claim.
    if (saved.state !== 'unknown') return this.takeOver(saved)
    // A crash may have come between the doubt and its hold; once it is one for good nobody holds the payment for it any more.
    await this.deps.payments.hold(request)
    return this.follow(this.giveUpLooking(saved))
  }

  isOverdue(entry: LedgerEntry): boolean {
    return isForGood(entry, this.now(), this.deps.delayScale)
  }

  giveUpLooking(entry: LedgerEntry): Decision {
    return afterLook(entry, { verdict: 'notYet', why: 'the store gives no usable answers' }, this.moment())
  }

  /** Claims the request with its intent, and goes on from wherever the ledger says that it stands. */
  async start(opened: Opened & { usable: true }): Promise<Verdict> {
    const fresh = this.openEntry()
    const entry = await this.claim(fresh)
    if ('kind' in entry) return entry
    return entry === fresh ? this.send(fresh, opened) : this.takeOver(await this.save(entry), opened)
  }

  /** Nobody may call the store now: no intent is written, so that a crash leaves no doubt behind. */
  async waitForCredentials(opened: Opened & { usable: false }): Promise<Verdict> {
    const entry = await this.claim(neverSent(this.openEntry()))
    if ('kind' in entry) return entry
    return this.follow(afterNoCredentials(withoutIntent(entry), opened.lack, opened.nextTryAt, this.moment()))
  }

  openEntry(): LedgerEntry {
    const { request, source, requestedAt } = this.order
    return openEntry(request, { source, requestedAt }, this.lease, this.now())
  }

  /** `fresh`, once it is in the ledger; or what to go on with in place of the entry that is there; or why not. */
  async claim(fresh: LedgerEntry): Promise<LedgerEntry | Verdict> {
    const { request, redriveOf } = this.order
    const existing = await this.deps.ledger.claim(fresh, this.lease.owner)
    if (existing === undefined) return fresh
    const delivery = { request, ...(redriveOf !== undefined && { redriveOf }) }
    const claim = decideClaim(existing, delivery, this.lease, this.now())
    switch (claim.found) {
      case 'conflict':
        return { kind: 'conflict' }
      case 'finished':
        return this.repeat(existing)
      case 'notYet':
        return this.comeBack(
          // A live worker is nearly always done long before its lease is over; its group need not wait for the end of that.
          isLeased(existing, this.now()) ? asEpochMs(Math.min(claim.until, this.soon())) : claim.until,
          'another delivery of it is being worked on, or its next try is not due',
        )
      case 'mine':
        return claim.entry
      default:
        return unreachable(claim)
    }
  }

  async takeOver(entry: LedgerEntry, opened?: Opened): Promise<Verdict> {
    if (entry.state === 'sending') return this.send(entry, opened)
    if (entry.state !== 'unknown') return this.lookAndGoOn(entry, opened)
    await this.deps.payments.hold(this.order.request)
    const decision = afterLost(entry, this.moment())
    return decision.step.next === 'tell' ? this.follow(decision) : this.lookAndGoOn(entry, opened)
  }

  /** The write itself. Its intent is in the ledger; nobody else may send while the lease lasts. */
  async send(entry: LedgerEntry, opened?: Opened): Promise<Verdict> {
    const { request, deadline } = this.order
    const called = await callApi(
      this.callDeps(entry),
      request.storeHash,
      writeCallFor(request),
      deadline,
      opened,
    )
    if (!called.made)
      return this.stopShort(
        {
          ...entry,
          attempts: entry.attempts - 1 + called.refusedBefore,
          attemptsBefore: entry.attemptsBefore + called.refusedBefore,
        },
        called,
      )
    const sent = {
      ...entry,
      attempts: entry.attempts + called.refusedBefore,
      attemptsBefore: entry.attemptsBefore + called.refusedBefore,
    }
    const decision = afterAnswer(sent, called.answer, this.moment())
    if (isInDoubt(decision.entry)) await this.deps.payments.hold(this.order.request)
    return this.follow(decision)
  }

  async lookAndGoOn(entry: LedgerEntry, opened?: Opened): Promise<Verdict> {
    // What is seen is as old as the question, not as the answer.
    const askedAt = this.now()
    const looked = await lookAtStore(this.callDeps(entry), this.order.request, this.order.deadline, opened)
    if (!looked.made) return this.stopShort(entry, looked)
    const serverOffsetMs = this.deps.serverClock.offsetMs(this.order.request.storeHash)
    const sending = {
      from: entry.sendingFrom ?? askedAt,
      until: entry.sendingUntil ?? askedAt,
      serverOffsetMs,
    }
    const evidence = judgeDoubt(this.order.request, sending, looked.look, askedAt, this.deps.delayScale)
    if (entry.state === 'refused') {
      return this.follow(afterRefusalLook(entry, looked.look, evidence, this.moment()))
    }
    assert(entry.state === 'unknown', 'only a doubt or a refusal is looked at')
    const decision = afterLook(entry, evidence, this.moment())
    // No doubt any more: what waits to be sent again must not hold what others want of the payment.
    if (decision.entry.state === 'waiting') await this.deps.payments.release(this.order.request)
    return this.follow(decision.step.next === 'send' ? await this.unlessInDoubt(decision) : decision)
  }

  /** Proven not executed, but another request on the payment is in doubt for good: then nothing more is written to it. */
  async unlessInDoubt(decision: Decision): Promise<Decision> {
    const holder = await this.deps.payments.findHolder(this.order.request)
    if (holder?.state !== 'inDoubt') return decision
    return failBlocked(decision.entry, holder.request.requestId, this.moment())
  }

  /** Does what was decided: now, after a short wait, or by giving the message back until it is due. */
  async follow({ entry, step }: Decision): Promise<Verdict> {
    if (step.next === 'tell') return this.record(entry)
    const due = step.next === 'wait' ? step.until : step.at
    const waitMs = due - this.now()
    if (step.next === 'wait' || waitMs > waitInProcessMaxMs || !this.fits(Math.max(0, waitMs))) {
      return this.giveBack(entry, due, `waiting to ${step.next}`)
    }
    // A wait in process for a store that nobody may call after it would only hold up the batch.
    const refused = this.admitAgain()
    if (refused !== undefined)
      return this.giveBack(entry, asEpochMs(Math.max(due, refused.until)), notYetCallable)
    if (waitMs > 0) await this.deps.clock.sleep(waitMs)
    if (step.next === 'look') return this.lookAndGoOn(entry)
    return this.send(await this.save(toSending(entry, this.now())))
  }

  /** The API was not called: the window is closed, or nobody may call this store now. */
  async stopShort(entry: LedgerEntry, called: Extract<Called, { made: false }>): Promise<Verdict> {
    if (called.because === 'throttled') {
      if (entry.state === 'unknown' && this.isOverdue(entry) && this.admitAgain()?.isDown === true)
        return this.follow(this.giveUpLooking(entry))
      const state = entry.state === 'sending' ? 'waiting' : entry.state
      return this.giveBack({ ...entry, state }, this.afterQueue(called.until), notYetCallable)
    }
    return this.follow(afterNoCredentials(entry, called.lack, called.until, this.moment()))
  }

  /** The outcome becomes durable; only then does the doubt stop holding the payment. */
  async record(entry: LedgerEntry): Promise<Verdict> {
    const saved = await this.save(entry)
    if (saved.hadUnknown && saved.state !== 'inDoubt') await this.deps.payments.release(saved.request)
    return { kind: 'finished', entry: saved, isRepeat: false }
  }

  /** Finished before. A crash may have come between its outcome and the release of its payment. */
  async repeat(entry: LedgerEntry): Promise<Verdict> {
    if (entry.state !== 'inDoubt') await this.deps.payments.release(this.order.request)
    return { kind: 'finished', entry, isRepeat: true }
  }

  async giveBack(entry: LedgerEntry, due: EpochMs, why: string): Promise<Verdict> {
    await this.save(release(entry, due))
    return this.comeBack(due, why)
  }

  /**
   * Other requests in doubt hold the payment: while one may still be settled this one waits; after that it fails
   * unexecuted. A request's own doubt never stops it, it is what leads to the look.
   */
  async checkHolds(): Promise<Verdict | undefined> {
    const { request } = this.order
    const holder = await this.deps.payments.findHolder(request)
    if (holder === undefined) return undefined
    const own = await this.deps.ledger.read(request.storeHash, request.requestId)
    // What was begun before the doubt came up, or is finished, is not the hold's to decide.
    if (own !== undefined && own.state !== 'waiting' && !this.isReopened(own)) return undefined
    const { requestId } = holder.request
    if (isForGood(holder, this.now(), this.deps.delayScale)) return this.block(requestId)
    return this.comeBack(this.soon(), `request ${requestId} on this payment is in doubt`)
  }

  async block(holder: string): Promise<Verdict> {
    const entry = await this.claim(neverSent(this.openEntry()))
    if ('kind' in entry) return entry
    if (entry.state === 'unknown') return this.takeOver(await this.save(entry))
    return this.follow(failBlocked(withoutIntent(entry), holder, this.moment()))
  }

  isReopened(own: LedgerEntry): boolean {
    return own.state === 'failed' && own.ending?.effect === 'none' && this.order.redriveOf !== undefined
  }

  callDeps({ request, attempts }: LedgerEntry): PerformDeps {
    return { ...this.deps, about: { ...aboutRequest(request), attempt: attempts } }
  }

  save(entry: LedgerEntry): Promise<LedgerEntry> {
    return this.deps.ledger.save(entry, this.lease.owner)
  }

  comeBack(at: EpochMs, why: string): Verdict {
    return { kind: 'return', at: asEpochMs(Math.max(at, this.now())), why }
  }

  soon(): EpochMs {
    return asEpochMs(
      this.now() + returnDelayMs(this.order.receives, this.deps.random.next()) * this.deps.delayScale,
    )
  }

  /** Who came often in vain stays away longer than until the window's end. */
  afterQueue(until: EpochMs): EpochMs {
    const { deps, order } = this
    return asEpochMs(Math.ceil(until + queueForQuotaMs(order.receives, deps.random.next()) * deps.delayScale))
  }

  /** Whether a wait of `ms` leaves enough time for a call and its record. */
  fits(ms: number): boolean {
    return this.now() + ms + shortestCallMs + recordReserveMs <= this.order.deadline
  }

  now(): EpochMs {
    return this.deps.clock.now()
  }

  moment(): Moment {
    return { now: this.now(), roll: this.deps.random.next(), delayScale: this.deps.delayScale }
  }
}
