import { asEpochMs, type Clock, type EpochMs } from '../../lib/core/time.js'
import type { BatchAnswer } from '../../lib/engine/perform-batch.js'
import type { Incoming } from '../../lib/engine/ports.js'

type Message = { body: string; groupId: string; id: string; sentAt: EpochMs; receives: number }

/** A queue of groups of one message each: what is ready goes out in the order in which it became so, ten at a time. */
export class VirtualQueue {
  #ready: Message[] = []
  #returnsIn = new Map<string, number>()
  #wakes: (() => void)[] = []

  constructor(readonly clock: Clock) {}

  put({ body, groupId, id }: { body: string; groupId: string; id: string }): void {
    this.#show({ body, groupId, id, sentAt: this.clock.now(), receives: 0 })
  }

  async delay(items: { receiptHandle: string; delayMs: number }[]): Promise<void> {
    // SQS knows whole seconds.
    for (const { receiptHandle, delayMs } of items)
      this.#returnsIn.set(receiptHandle, Math.ceil(delayMs / 1_000) * 1_000)
  }

  /** One container: takes a batch, has it carried out, and so on for ever. */
  async serve(invoke: (batch: Incoming[]) => Promise<BatchAnswer>): Promise<never> {
    for (;;) {
      while (this.#ready.length === 0) await new Promise<void>(wake => this.#wakes.push(wake))
      const batch = this.#ready.splice(0, 10)
      const { batchItemFailures } = await invoke(batch.map(receive))
      const returned = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))
      for (const message of batch) if (returned.has(message.id)) this.#hide(message)
    }
  }

  #hide(message: Message): void {
    const ms = this.#returnsIn.get(message.id) ?? 180_000
    void this.clock.sleep(ms).then(() => this.#show(message))
  }

  #show(message: Message): void {
    this.#ready.push(message)
    this.#wakes.shift()?.()
  }
}

function receive(message: Message): Incoming {
  message.receives += 1
  const { body, groupId, id, sentAt, receives } = message
  return {
    messageId: id,
    receiptHandle: id,
    body,
    groupId,
    deduplicationId: id,
    sentAt: asEpochMs(sentAt),
    receives,
    attributes: {},
  }
}
