import { aboutRequest } from '../core/about-request.js'
import { planLanes } from '../core/batch.js'
import { isoTime, outcomeOf } from '../core/outcome.js'
import { asEpochMs, type EpochMs } from '../core/time.js'
import { type BatchAnswer, giveBack, logFailure, soon } from './give-back.js'
import { noteOutcome, noteRefused, noteRepeat } from './note-outcome.js'
import type { Pacer } from './pacer.js'
import { createPaymentHolds, type PaymentHolds } from './payment-holds.js'
import { perform, type Verdict } from './perform.js'
import type {
  Clock,
  Credentials,
  DeadLetters,
  Holds,
  Incoming,
  Ledger,
  Log,
  Metrics,
  OperationsQueue,
  Outcomes,
  PaymentsApi,
  Random,
} from './ports.js'
import { type ReadMessage, readIncoming } from './read-incoming.js'
import type { ServerClock } from './server-clock.js'
import { createStoreAccess } from './store-access.js'
import { type Telling, tell } from './tell.js'
import { tellConflict, tellFinished, tellInvalid } from './tellings.js'

export type BatchDeps = {
  clock: Clock
  random: Random
  log: Log
  metrics: Metrics
  ledger: Ledger
  api: PaymentsApi
  credentials: Credentials
  pacer: Pacer
  serverClock: ServerClock
  queue: Pick<OperationsQueue, 'delay'>
  deadLetters: DeadLetters
  outcomes: Outcomes
  delayScale: number
  defaultStoreHash?: string
}

export type { BatchAnswer } from './give-back.js'

/** What became of one message: it has to be told and may go, or it comes back after a while. */
type Handled = { message: ReadMessage } & ({ telling: Telling } | { returnAt: EpochMs })

/** What telling the outcomes of a batch may take; no request runs into it. */
const tellReserveMs = 5_000
/** Outcomes are told together, but none waits longer for a slow store that its request happens to share the batch with. */
const tellTogetherMs = 1_000

/**
 * Carries out a batch: in order inside a group, groups side by side. A message that cannot be finished returns with the
 * rest of its group, and only them. Never throws: whatever happens to one record is that record's, and this is the one
 * place that builds the partial batch answer.
 */
export async function performBatch(
  deps: BatchDeps,
  batch: Incoming[],
  invocationEnd: EpochMs,
): Promise<BatchAnswer> {
  const deadline = asEpochMs(invocationEnd - tellReserveMs)
  const messages = readBatch(deps, batch)
  const holds = await readHolds(deps, messages)
  const lanes =
    holds === undefined
      ? [Promise.resolve(messages.map(message => comeBack(deps, message)))]
      : runLanes(deps, planLanes(messages), holds, deadline)
  const { handled, untold } = await tellAsTheyEnd(deps, lanes)
  return giveBack(deps, closeGroups(batch, handled, untold), {
    count: 'Returned',
    oldest: 'OldestReturned',
  })
}

/** A record that cannot even be read, which only a bug can cause, returns alone with the rest of its group. */
function readBatch(deps: BatchDeps, batch: Incoming[]): ReadMessage[] {
  const unread = new Set<string>()
  return batch.flatMap(incoming => {
    if (unread.has(incoming.groupId)) return []
    try {
      return readIncoming(incoming, deps.defaultStoreHash)
    } catch (error) {
      // `closeGroups` returns what is not among the handled.
      unread.add(incoming.groupId)
      logFailure(deps, error, { messageId: incoming.messageId })
      return []
    }
  })
}

async function readHolds(deps: BatchDeps, messages: ReadMessage[]): Promise<Holds | undefined> {
  const holdKeys = new Set(messages.flatMap(({ holdKey }) => holdKey ?? []))
  const stores = new Set(messages.flatMap(({ parsed }) => (parsed.valid ? parsed.request.storeHash : [])))
  if (stores.size === 0) return { payments: new Map(), stores: new Map() }
  try {
    return await deps.ledger.readHolds([...holdKeys], [...stores])
  } catch (error) {
    // Without the ledger nothing may be begun; every message comes back.
    logFailure(deps, error, {})
    return undefined
  }
}

/** What the lanes of one batch share. */
type Course = { payments: PaymentHolds; stores: Holds['stores']; deadline: EpochMs }

function runLanes(
  deps: BatchDeps,
  lanes: ReadMessage[][],
  holds: Holds,
  deadline: EpochMs,
): Promise<Handled[]>[] {
  const payments = createPaymentHolds(deps.ledger, holds.payments)
  const course = { payments, stores: holds.stores, deadline }
  return lanes.map(lane => runLane(deps, lane, course))
}

async function runLane(deps: BatchDeps, lane: ReadMessage[], course: Course): Promise<Handled[]> {
  const handled: Handled[] = []
  const closed = new Map<string, EpochMs>()
  for (const message of lane) {
    const keys = [`group ${message.groupId}`, `payment ${message.holdKey}`]
    // The request whose doubt the others wait for is what ends the wait: only its own group can hold it up.
    const holdUps = isHolder(message, course) ? keys.slice(0, 1) : keys
    const returnAt = holdUps.map(key => closed.get(key)).find(at => at !== undefined)
    const result = returnAt === undefined ? await handle(deps, message, course) : { message, returnAt }
    handled.push(result)
    if ('returnAt' in result) for (const key of keys) closed.set(key, result.returnAt)
  }
  return handled
}

const isHolder = ({ parsed }: ReadMessage, { payments }: Course): boolean =>
  parsed.valid && payments.isHolder(parsed.request)

async function handle(deps: BatchDeps, message: ReadMessage, course: Course): Promise<Handled> {
  const { parsed, incoming } = message
  try {
    if (!parsed.valid) {
      noteRefused(deps, { ...parsed.readable, messageId: incoming.messageId, code: parsed.refusal.code })
      return { message, telling: tellInvalid(message, parsed, deps.clock.now()) }
    }
    const order = {
      request: parsed.request,
      source: message.source,
      requestedAt: incoming.sentAt,
      receives: incoming.receives,
      deadline: course.deadline,
      ...(message.redriveOf !== undefined && { redriveOf: message.redriveOf }),
    }
    const access = createStoreAccess(deps, course.stores, deps.delayScale)
    return readVerdict(deps, message, await perform({ ...deps, access, payments: course.payments }, order))
  } catch (error) {
    // The one place where a failure of our own ground, or a bug, ends: the record returns, the others go on.
    const { requestId, storeHash } = parsed.valid ? parsed.request : parsed.readable
    logFailure(deps, error, { requestId, storeHash, messageId: incoming.messageId })
    return comeBack(deps, message)
  }
}

function readVerdict(deps: BatchDeps, message: ReadMessage, verdict: Verdict): Handled {
  const { messageId, receives } = message.incoming
  const known = message.parsed.valid ? aboutRequest(message.parsed.request) : {}
  switch (verdict.kind) {
    case 'finished': {
      const note = verdict.isRepeat ? noteRepeat : noteOutcome
      note(deps, outcomeOf(verdict.entry))
      return { message, telling: tellFinished(message, verdict.entry) }
    }
    case 'conflict':
      noteRefused(deps, { ...known, messageId, code: 'IDEMPOTENCY_CONFLICT' })
      return { message, telling: tellConflict(message, deps.clock.now()) }
    case 'return': {
      const { why, at } = verdict
      deps.log.info('request returns to the queue', { ...known, messageId, receives, why, at: isoTime(at) })
      return { message, returnAt: verdict.at }
    }
  }
}

/** All in one call where no lane is slow; otherwise what has ended goes first, every so often. */
async function tellAsTheyEnd(
  deps: BatchDeps,
  lanes: Promise<Handled[]>[],
): Promise<{ handled: Handled[]; untold: Set<ReadMessage> }> {
  const handled: Handled[] = []
  const waves: Promise<Set<ReadMessage>>[] = []
  let left = lanes.length
  const ended = Promise.all(
    lanes.map(async lane => {
      handled.push(...(await lane))
      left -= 1
    }),
  )
  for (let from = 0; from < handled.length || left > 0; ) {
    if (left > 0) await waitAtMost(deps.clock, tellTogetherMs, ended)
    const wave = handled.slice(from)
    from += wave.length
    // Not waited for before the next: two slow ones after each other would outlast what is reserved for telling.
    waves.push(tellAll(deps, wave))
  }
  const untold = new Set((await Promise.all(waves)).flatMap(wave => [...wave]))
  return { handled, untold }
}

async function waitAtMost(clock: Clock, ms: number, work: Promise<unknown>): Promise<void> {
  const done = new AbortController()
  try {
    await Promise.race([work, clock.sleep(ms, done.signal)])
  } finally {
    done.abort()
  }
}

async function tellAll(deps: BatchDeps, handled: Handled[]): Promise<Set<ReadMessage>> {
  const finished = handled.flatMap(result => ('telling' in result ? [result] : []))
  const told = await tell(
    deps,
    finished.map(({ telling }) => telling),
  )
  return new Set(finished.filter((_, index) => told[index] !== true).map(({ message }) => message))
}

/** What goes back: messages not finished or not told, and with each whatever follows it in its group. */
function closeGroups(
  batch: Incoming[],
  handled: Handled[],
  untold: Set<ReadMessage>,
): Map<Incoming, EpochMs | undefined> {
  const byIncoming = new Map(handled.map(result => [result.message.incoming, result]))
  const closed = new Map<string, EpochMs | undefined>()
  const returned = new Map<Incoming, EpochMs | undefined>()
  for (const incoming of batch) {
    const result = byIncoming.get(incoming)
    const isUntold = result === undefined || untold.has(result.message)
    const returnAt = result !== undefined && 'returnAt' in result ? result.returnAt : undefined
    if (!isUntold && returnAt === undefined && !closed.has(incoming.groupId)) continue
    if (!closed.has(incoming.groupId)) closed.set(incoming.groupId, returnAt)
    returned.set(incoming, closed.get(incoming.groupId))
  }
  return returned
}

const comeBack = (deps: BatchDeps, message: ReadMessage): Handled => ({
  message,
  returnAt: soon(deps, message.incoming.receives),
})
