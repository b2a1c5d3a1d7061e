import { asEpochMs, type Clock } from '../../lib/core/time.js'
import type { Incoming } from '../../lib/engine/ports.js'

type Stored = Omit<Incoming, 'receives' | 'receiptHandle'> & {
  receives: number
  receiptHandle: string
  /** Not before this, from the queue's delay or a receipt. */
  visibleAt: number
}

type Message = { body: string; groupId: string; deduplicationId: string; source?: string }

const deduplicationMs = 300_000

/**
 * An SQS FIFO queue as AWS describes it, with its delay and its five minutes of deduplication: of a group several messages may
 * come in one batch, in order; none, while another of it is in flight; a receipt is good until the message is received again.
 */
export class FifoQueue {
  readonly groups = new Map<string, Stored[]>()
  readonly #recent = new Map<string, number>()
  readonly #inFlight = new Map<string, Stored>()
  #ids = 0
  /** What was taken, without what was dropped as a duplicate. */
  taken = 0
  dropped = 0

  constructor(
    readonly clock: Clock,
    /** `aheadMs`: how far the queue's clock is ahead of everybody else's. */
    readonly settings: { delayMs: number; visibilityMs: number; aheadMs?: number },
  ) {}

  async send({ body, groupId, deduplicationId, source }: Message): Promise<void> {
    const now = this.clock.now()
    const recentKey = `${groupId}\n${deduplicationId}`
    const last = this.#recent.get(recentKey)
    if (last !== undefined && now - last < deduplicationMs) {
      this.dropped += 1
      return
    }
    this.#recent.set(recentKey, now)
    this.taken += 1
    const message: Stored = {
      messageId: `m${this.#ids++}`,
      body,
      groupId,
      deduplicationId,
      sentAt: asEpochMs(now + (this.settings.aheadMs ?? 0)),
      receives: 0,
      receiptHandle: '',
      attributes: source === undefined ? {} : { source },
      visibleAt: now + this.settings.delayMs,
    }
    const group = this.groups.get(groupId)
    if (group === undefined) this.groups.set(groupId, [message])
    else group.push(message)
  }

  receive(most = 10): Incoming[] {
    const now = this.clock.now()
    const batch: Incoming[] = []
    for (const group of this.groups.values()) {
      if (batch.length >= most) break
      if (group.some(({ receives, visibleAt }) => receives > 0 && visibleAt > now)) continue
      for (const message of group) {
        if (message.visibleAt > now || batch.length >= most) break
        batch.push(this.#hand(message, now))
      }
    }
    return batch
  }

  #hand(message: Stored, now: number): Incoming {
    message.receives += 1
    message.visibleAt = now + this.settings.visibilityMs
    message.receiptHandle = `${message.messageId}/${message.receives}`
    this.#inFlight.set(message.receiptHandle, message)
    const { visibleAt: _, ...incoming } = message
    return incoming
  }

  async delay(items: { receiptHandle: string; delayMs: number }[]): Promise<void> {
    for (const { receiptHandle, delayMs } of items) {
      const message = this.#inFlight.get(receiptHandle)
      if (message?.receiptHandle === receiptHandle)
        message.visibleAt = this.clock.now() + Math.ceil(delayMs / 1000) * 1000
    }
  }

  remove(receiptHandles: string[]): void {
    for (const handle of receiptHandles) {
      const message = this.#inFlight.get(handle)
      this.#inFlight.delete(handle)
      if (message?.receiptHandle !== handle) continue
      const left = (this.groups.get(message.groupId) ?? []).filter(other => other !== message)
      if (left.length === 0) this.groups.delete(message.groupId)
      else this.groups.set(message.groupId, left)
    }
  }

  /** What of a batch was not in its answer leaves the queue. */
  settle(batch: Incoming[], failures: { itemIdentifier: string }[]): void {
    const failed = new Set(failures.map(({ itemIdentifier }) => itemIdentifier))
    this.remove(
      batch.filter(({ messageId }) => !failed.has(messageId)).map(({ receiptHandle }) => receiptHandle),
    )
  }

  get size(): number {
    return [...this.groups.values()].reduce((sum, group) => sum + group.length, 0)
  }

  /** When something may be received next; undefined: there is nothing. */
  nextVisibleAt(): number | undefined {
    let next: number | undefined
    for (const group of this.groups.values()) {
      const blocking = group.filter(({ receives }) => receives > 0).map(({ visibleAt }) => visibleAt)
      const at = Math.max(group[0]?.visibleAt ?? 0, ...blocking)
      if (next === undefined || at < next) next = at
    }
    return next
  }
}
