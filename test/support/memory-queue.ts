import { asEpochMs, type Clock } from '../../lib/core/time.js'
import type { Incoming, OperationsQueue } from '../../lib/engine/ports.js'

type Stored = {
  messageId: string
  body: string
  groupId: string
  deduplicationId: string
  attributes: Record<string, string>
  sentAt: number
  receives: number
  visibleAt: number
  receipt: string
}

/**
 * An SQS FIFO queue as AWS describes it: several messages of one group may come in one batch, in order; while any of a
 * group is invisible, no other of it is delivered; a receipt is good only until the next receipt of the same message.
 */
export class MemoryQueue implements OperationsQueue {
  readonly messages: Stored[] = []
  #ids = 0

  constructor(
    readonly clock: Clock,
    readonly visibilityMs: number,
  ) {}

  async send(message: {
    body: string
    groupId: string
    deduplicationId: string
    source: string
  }): Promise<void> {
    this.put(message.body, message.groupId, { source: message.source }, message.deduplicationId)
  }

  put(
    body: string,
    groupId: string,
    attributes: Record<string, string> = {},
    deduplicationId?: string,
  ): string {
    const messageId = `m${this.#ids++}`
    this.messages.push({
      messageId,
      body,
      groupId,
      deduplicationId: deduplicationId ?? messageId,
      attributes,
      sentAt: this.clock.now(),
      receives: 0,
      visibleAt: 0,
      receipt: '',
    })
    return messageId
  }

  receive(most: number): Incoming[] {
    const now = this.clock.now()
    const closed = new Set(
      this.messages.filter(message => message.visibleAt > now).map(({ groupId }) => groupId),
    )
    const taken = this.messages.filter(message => !closed.has(message.groupId)).slice(0, most)
    return taken.map(message => {
      message.receives += 1
      message.visibleAt = now + this.visibilityMs
      message.receipt = `${message.messageId}/${message.receives}`
      return {
        messageId: message.messageId,
        receiptHandle: message.receipt,
        body: message.body,
        groupId: message.groupId,
        deduplicationId: message.deduplicationId,
        sentAt: asEpochMs(message.sentAt),
        receives: message.receives,
        attributes: message.attributes,
      }
    })
  }

  async delay(items: { receiptHandle: string; delayMs: number }[]): Promise<void> {
    for (const { receiptHandle, delayMs } of items) {
      const message = this.messages.find(other => other.receipt === receiptHandle)
      if (message !== undefined) message.visibleAt = this.clock.now() + Math.ceil(delayMs / 1000) * 1000
    }
  }

  remove(receiptHandles: string[]): void {
    for (const handle of receiptHandles) {
      const index = this.messages.findIndex(message => message.receipt === handle)
      if (index >= 0) this.messages.splice(index, 1)
    }
  }

  /** When the next message can be received: its whole group has to be visible. Undefined while there is none at all. */
  nextVisibleAt(): number | undefined {
    const groups = new Map<string, number>()
    for (const { groupId, visibleAt } of this.messages)
      groups.set(groupId, Math.max(groups.get(groupId) ?? 0, visibleAt))
    return groups.size === 0 ? undefined : Math.min(...groups.values())
  }
}
