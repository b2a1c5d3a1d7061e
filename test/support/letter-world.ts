import { Unavailable } from '../../lib/core/errors.js'
import { asEpochMs } from '../../lib/core/time.js'
import type { Webhook } from '../../lib/core/webhook/webhook.js'
import type { Act, HeldLetter, LetterBox, LetterMessage, LetterQueue } from '../../lib/engine/ports.js'
import {
  type RedriveDeps,
  type RedriveReport,
  type RedriveWish,
  redriveLetters,
} from '../../lib/engine/redrive-letters.js'
import { MemoryQueue } from './memory-queue.js'
import { World } from './world.js'

export class Killed extends Error {}
/** Where a command dies: at its so-many-th call of the queues, before it is made or after it took effect. */
export type Death = { call: number; passage: 'before' | 'after' }

const hiddenMs = 30_000

/** The world with both dead-letter queues, as SQS keeps them, in the hands of a command that may be killed. */
export class LetterWorld extends World {
  readonly deadLetters = new MemoryQueue(this.clock, hiddenMs)
  readonly events = new MemoryQueue(this.clock, hiddenMs)
  /** Their intake queue. */
  readonly webhooks = new MemoryQueue(this.clock, hiddenMs)
  readonly acts: Act[] = []
  /** Hashes of webhooks whose order has been looked at. */
  readonly answered = new Set<string>()
  readonly #places = new Map<string, string>()
  readonly sent: LetterMessage[] = []
  /** Refuses what it says true to, as SQS may. */
  refuses: (message: LetterMessage) => boolean = () => false
  calls = 0
  death: Death | undefined

  readonly letterBox: LetterBox = {
    hiddenMs,
    receive: queue => this.#call(() => this.#receive(queue)),
    keepHidden: letters => this.#call(() => this.#hide(letters, hiddenMs)),
    show: letters => this.#call(() => this.#hide(letters, 0)),
    remove: letter => this.#call(() => this.#queue(letter.queue).remove([letter.receiptHandle])),
    send: (to, message) => this.#call(() => this.#send(to, message)),
  }

  /** What the commands get. */
  get operatorDeps() {
    return {
      ...this.deps,
      ledger: this.ledger,
      isAnswered: async ({ hash }: Webhook) => this.answered.has(hash),
      letterBox: this.letterBox,
      audit: {
        record: (act: Act) =>
          this.#call(() => {
            this.acts.push(act)
            return { recorded: true as const }
          }),
        takePlace: (messageId: string, requestKey: string) =>
          this.#call(() => {
            const key = this.#places.get(messageId) ?? requestKey
            this.#places.set(messageId, key)
            return key
          }),
      },
    }
  }

  redrive(wish: Partial<RedriveWish> = {}, deps: RedriveDeps = this.operatorDeps): Promise<RedriveReport> {
    const whole: RedriveWish = {
      queues: ['operations', 'events'],
      wants: () => true,
      isNamed: () => true,
      rate: 1_000,
      dryRun: false,
      replaced: new Set(),
      onEach: () => undefined,
      ...wish,
    }
    return this.clock.run(redriveLetters(deps, whole))
  }

  /** Puts a dead letter into the operations' queue. */
  bury(
    body: string,
    { groupId = 'abc:117', attributes = {}, id = `d-${this.deadLetters.messages.length}` } = {},
  ): string {
    return this.deadLetters.put(body, groupId, attributes, id)
  }

  /** Moves the clock until nothing is hidden any more. */
  waitUntilShown(): void {
    const all = [...this.deadLetters.messages, ...this.events.messages]
    this.clock.moveTo(asEpochMs(Math.max(this.clock.now(), ...all.map(({ visibleAt }) => visibleAt))))
  }

  #queue(queue: LetterQueue): MemoryQueue {
    return queue === 'operations' ? this.deadLetters : this.events
  }

  #receive(queue: LetterQueue): HeldLetter[] {
    return this.#queue(queue)
      .receive(10)
      .map(({ receives: _, ...letter }) => ({ ...letter, messageId: `${queue}-${letter.messageId}`, queue }))
  }

  async #hide(letters: HeldLetter[], delayMs: number): Promise<void> {
    for (const { queue, receiptHandle } of letters)
      await this.#queue(queue).delay([{ receiptHandle, delayMs }])
  }

  #send(to: 'operations' | 'deadLetters' | 'webhooks', message: LetterMessage): void {
    if (this.refuses(message)) throw new Unavailable('SQS SendMessage failed: ServiceUnavailable')
    const { body, groupId, attributes, deduplicationId } = message
    const queue = { operations: this.queue, deadLetters: this.deadLetters, webhooks: this.webhooks }[to]
    queue.put(body, groupId, attributes, deduplicationId)
    this.sent.push(message)
  }

  async #call<T>(work: () => T | Promise<T>): Promise<Awaited<T>> {
    this.calls += 1
    const { call = Number.POSITIVE_INFINITY, passage } = this.death ?? {}
    // Dead is dead: not even what a `finally` would do is done.
    if (this.calls > call || (this.calls === call && passage === 'before')) throw new Killed()
    const result = await work()
    if (this.calls === call) throw new Killed()
    return result
  }
}
