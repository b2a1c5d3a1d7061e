import type { Answer } from '../core/answer.js'
import type { ApiCall, CallKind } from '../core/api-call.js'
import type { Expectation, Observation } from '../core/diagnose.js'
import type { LedgerEntry, Source } from '../core/ledger-entry.js'
import type { DeadLetter } from '../core/letter.js'
import type { LogFields } from '../core/log-fields.js'
import type { MetricName } from '../core/metrics.js'
import type { Outcome } from '../core/outcome.js'
import type { ReportCounts } from '../core/reconcile/finding.js'
import type { Cursor, SweepPage } from '../core/reconcile/sweep.js'
import type { EpochMs } from '../core/time.js'
import type { Hook, HookPage } from '../core/webhook/hook.js'

export type { DeadLetter } from '../core/letter.js'
export type { Clock, Random } from '../core/time.js'

/** One message of the operations queue. */
export type Incoming = {
  messageId: string
  receiptHandle: string
  body: string
  groupId: string
  deduplicationId?: string
  /** When SQS took it. */
  sentAt: EpochMs
  /** ApproximateReceiveCount: 1 at the first delivery. */
  receives: number
  /** String attributes of the message: `source`, and those of a dead letter on a redrive. */
  attributes: Record<string, string>
}

/** A store's credentials. The token is a function, so that neither a log nor JSON can print it by accident. */
export type Access = { storeHash: string; scheme: 'accessToken' | 'authToken'; token: () => string }

export type CredentialsResult =
  | {
      usable: true
      access: Access
      version: string
      /** Of a store whose secret holds what its webhooks are verified with; `headerValue` where a second header is asked for. */
      webhooks?: { headerValue?: () => string }
    }
  | { usable: false; message: string }

export type Credentials = {
  /** The store's credentials, cached. Throws `Unavailable` when Secrets Manager gives none and none is cached. */
  get(storeHash: string): Promise<CredentialsResult>
  /** Read afresh, once for all who ask at the same time, unless a version other than the refused one is cached by now. */
  refresh(storeHash: string, refusedVersion: string): Promise<CredentialsResult>
}

export type PaymentsApi = {
  /** One call, once. Everything that the network can do is in the answer; it throws for nothing but a bug. */
  call<K extends CallKind>(call: ApiCall<K>, access: Access, timeoutMs: number): Promise<Answer<K>>
}

/** A store whose credentials are missing or refused: nobody calls it but one probe, at growing intervals. */
export type StoreHold = {
  storeHash: string
  rev: number
  active: boolean
  code: 'CREDENTIALS_MISSING' | 'CREDENTIALS_REJECTED'
  message: string
  httpStatus?: number
  /** Of the refused secret; absent where there is none. */
  version?: string
  probes: number
  nextProbeAt: EpochMs
}

export type Holds = {
  /** By hold key: the requestIds whose doubt holds the payment. */
  payments: Map<string, string[]>
  stores: Map<string, StoreHold>
}

/** Throws `Unavailable` when it cannot answer, `StaleLease` when an entry was written by somebody else meanwhile. */
export type Ledger = {
  /** One batched, consistent read. */
  readHolds(holdKeys: string[], storeHashes: string[]): Promise<Holds>
  /** Writes a new entry, or returns the one that is there. `by` tells our own write, repeated after a lost reply, from another's. */
  claim(entry: LedgerEntry, by: string): Promise<LedgerEntry | undefined>
  read(storeHash: string, requestId: string): Promise<LedgerEntry | undefined>
  /** Replaces the entry of `entry.rev` and returns it with the next `rev`. */
  save(entry: LedgerEntry, by: string): Promise<LedgerEntry>
  /** The requestIds of the creates that are on record to have made this payment. May lag behind by a moment. */
  makersOf(storeHash: string, paymentId: number): Promise<string[]>
  holdPayment(holdKey: string, requestId: string): Promise<void>
  releasePayment(holdKey: string, requestId: string): Promise<void>
  /** Replaces the hold of `hold.rev` (0: none yet); false when somebody was faster. */
  saveStoreHold(hold: StoreHold): Promise<boolean>
  /** One page of entries that are not final, or in doubt. */
  listOpen(cursor?: string): Promise<{ entries: LedgerEntry[]; cursor?: string }>
}

/** What reconciliation asks of the ledger beyond the requests' own way. */
export type LedgerHistory = {
  /** Of one payment: the succeeded entry that was completed last, and every entry that is not final or in doubt. May lag behind by a moment. */
  lastByPayment(storeHash: string, paymentId: number): Promise<PaymentHistory>
  /** One page of all entries, final or not, of one store or of all. */
  listEntries(storeHash?: string, cursor?: string): Promise<{ entries: LedgerEntry[]; cursor?: string }>
}

/** What a person asks of the ledger. */
export type PaymentRecord = {
  /** Every entry of one payment, whatever became of it, in order of asking. May lag behind by a moment. */
  byPayment(storeHash: string, paymentId: number): Promise<LedgerEntry[]>
}

/** What a person did by hand: to a dead letter, or to a doubt. */
export type Act = {
  action: 'edit' | 'discard' | 'resolve'
  at: EpochMs
  by: string
  reason: string
  storeHash?: string
  requestId?: string
  paymentId?: number
  messageId?: string
  /** The message's body as it was before, byte for byte, and for an edit as it is now. */
  original?: string
  changedTo?: string
}

export type Audit = {
  /**
   * Durable once it says so; false: it is too large to be kept. Under one `id` it is kept once, however often it is
   * recorded. Throws `Unavailable`.
   */
  record(act: Act, id?: string): Promise<{ recorded: true } | { recorded: false; why: string }>
  /**
   * Of all edits of one message the first says which request takes its place, whoever comes at the same moment: that one, for
   * this edit and every later one. Throws `Unavailable`.
   */
  takePlace(messageId: string, requestKey: string, at: EpochMs): Promise<string>
  /** In order of time. May lag behind by a moment. */
  byPayment(storeHash: string, paymentId: number): Promise<Act[]>
}

/** `lastMove`: of the applies and reverts that succeeded the last; a pull or a status since then does not take back what it meant. */
export type PaymentHistory = { last?: LedgerEntry; lastMove?: LedgerEntry; open: LedgerEntry[] }

/** The right to sweep a store, for a while. `fence` grows with each holder: a write with an older one is refused. */
export type Course = {
  storeHash: string
  owner: string
  fence: number
  leaseUntil: EpochMs
  /** Of the sweep under way; absent: none is. */
  cursor?: Cursor
  /** Everything that the store changed up to here has been looked at. Unix milliseconds on the store's clock. */
  watermark?: EpochMs
  lastFullAt?: EpochMs
}

/** Throws `Unavailable` when it cannot answer, `StaleLease` when another holds the store by now. */
export type Checkpoints = {
  /** The store's course, for `owner` until `until`; undefined: somebody else holds it. The same owner may acquire again. */
  acquire(storeHash: string, owner: string, until: EpochMs): Promise<Course | undefined>
  /** Reads what `acquire` would give, changing nothing: for a dry run. */
  read(storeHash: string): Promise<Pick<Course, 'watermark' | 'lastFullAt'>>
  /** Page number `course.cursor.page` (0 at the start of a sweep), then `next`, in one write each and in this order. */
  savePage(course: Course, page: SweepPage, next: Cursor): Promise<Course>
  /** Pages 0 to `course.cursor.page - 1` of the sweep under way, in order. */
  readPages(course: Course): Promise<SweepPage[]>
  /** The sweep is done: watermark set, cursor gone, lease released; its pages may expire. */
  finish(course: Course, watermark: EpochMs, fullAt?: EpochMs): Promise<void>
  /** Gives the lease back and keeps the cursor. */
  release(course: Course): Promise<void>
}

/** The stores' secrets, as a person changes them. */
export type SecretWriter = {
  /** What `change` makes of what the secret holds, stored as its next version. Throws `Unavailable`. */
  change(
    storeHash: string,
    change: (content: Record<string, unknown>) => Record<string, unknown>,
  ): Promise<{ name: string; wasThere: boolean }>
}

export type StoreList = {
  /** The stores that have a secret under the prefix. */
  list(): Promise<string[]>
}

export type PeekedLetter = {
  messageId: string
  body: string
  groupId: string
  deduplicationId?: string
  attributes: Record<string, string>
  sentAt: EpochMs
}

export type DeadLetterPeek = {
  /** What the dead-letter queue holds, each message once; it leaves the queue as it was. */
  peek(): Promise<PeekedLetter[]>
}

/** Of a queue, about: SQS counts in passing. */
export type MessageCounts = { waiting: number; inFlight: number; delayed: number }

/** Looks at what is deployed, and changes nothing. */
export type Inspector = {
  /** Never throws for what AWS says: that is what it saw. */
  look(expected: Expectation): Promise<Observation>
  /** undefined: there is no such queue. Throws `Unavailable`. */
  countMessages(queueName: string): Promise<MessageCounts | undefined>
}

/** The two dead-letter queues: of operations (FIFO), and of events that reached nobody (standard). */
export type LetterQueue = 'operations' | 'events'

/** A dead letter that is hidden from others while we look at it; `receiptHandle` is what removes it. */
export type HeldLetter = PeekedLetter & { queue: LetterQueue; receiptHandle: string }

/** Throws `Unavailable` when SQS does not answer; then it is not known whether it was done. */
export type LetterBox = {
  /** The next few of a queue, hidden for `hiddenMs`; of a FIFO group in order, and no more of that group while one is hidden. */
  receive(queue: LetterQueue): Promise<HeldLetter[]>
  hiddenMs: number
  /** Hides them for `hiddenMs` from now. Best effort. */
  keepHidden(letters: HeldLetter[]): Promise<void>
  /** Shows them to everybody again. Best effort: where it fails they show themselves after `hiddenMs`. */
  show(letters: HeldLetter[]): Promise<void>
  remove(letter: HeldLetter): Promise<void>
  /** Puts a message on the operations queue, on its dead-letter queue, or on the intake queue of webhooks. */
  send(to: 'operations' | 'deadLetters' | 'webhooks', message: LetterMessage): Promise<void>
}

export type LetterMessage = {
  body: string
  groupId: string
  deduplicationId: string
  attributes: Record<string, string>
}

/** What the store's own API said of its webhooks. `message` holds no token and no header's value. */
export type HookAnswer<T> =
  | { meaning: 'success'; content: T }
  /** 429: certainly not executed. */
  | { meaning: 'throttled'; message: string; waitMs?: number }
  /** 401, 403 · 404 · any other final refusal · no usable answer, so that it may have been executed. */
  | { meaning: 'credentials' | 'notFound' | 'rejected' | 'lost'; message: string }

/** The webhooks that are registered at a store. Each is one call, once; nothing that the network can do is thrown. */
export type StoreHooks = {
  /** Page 1 is the first. */
  list(access: Access, page: number): Promise<HookAnswer<HookPage>>
  create(access: Access, wish: { scope: string; destination: string } & HookHeader): Promise<HookAnswer<Hook>>
  /** Switches it on, and gives it the header where there is one. */
  activate(access: Access, id: number, wish: HookHeader): Promise<HookAnswer<Hook>>
}
/** What the webhook is to carry as its second, shared header. */
export type HookHeader = { headerValue?: () => string }

export type ReportDetail = { startedAt: string; endedAt: string; dryRun: boolean } & ReportCounts

/** The environment that the deployed functions have. */
export type FunctionSettings = {
  read(variable: string): Promise<{ known: true; value?: string } | { known: false; why: string }>
}

export type Reports = {
  /** Tells the bus of a pass (`Reconciliation Completed`); false when it did not take it. */
  completed(detail: ReportDetail): Promise<boolean>
}

export type DeadLetters = {
  /** For each letter whether the queue has it. */
  send(letters: DeadLetter[]): Promise<boolean[]>
}

export type Outcomes = {
  /** For each outcome whether the bus has it. */
  publish(outcomes: Outcome[]): Promise<boolean[]>
}

export type OperationsQueue = {
  /** Makes each message come back after its delay. Best effort: where it fails, the queue's own visibility time-out counts. */
  delay(messages: { receiptHandle: string; delayMs: number }[]): Promise<void>
  send(message: { body: string; groupId: string; deduplicationId: string; source: Source }): Promise<void>
}

export type Log = {
  info(message: string, fields: LogFields): void
  warn(message: string, fields: LogFields): void
  error(message: string, fields: LogFields): void
}

export type Metrics = {
  /** Adds to what this invocation tells; `value` is 1 where none is given. */
  add(name: MetricName, value?: number): void
  /** Writes what was added since the last time. */
  flush(): void
}
