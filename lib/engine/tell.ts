import { GroundError } from '../core/errors.js'
import type { LedgerEntry } from '../core/ledger-entry.js'
import type { DeadLetter } from '../core/letter.js'
import type { Outcome } from '../core/outcome.js'
import type { DeadLetters, Ledger, Log, Metrics, Outcomes } from './ports.js'

/** What the world has to hear of one message before it may go. */
export type Telling = {
  outcome?: Outcome
  letter?: DeadLetter
  /** The failed entry that `letter` is for; it is marked once the queue has the letter. */
  entry?: LedgerEntry
}

type Deps = {
  outcomes: Outcomes
  deadLetters: DeadLetters
  ledger?: Pick<Ledger, 'save'>
  log: Log
  metrics: Pick<Metrics, 'add'>
}

/**
 * Tells what became of a batch, in the order that survives a crash anywhere: the ledger has it already, then the bus,
 * then the dead-letter queue, then the mark that it was sent there. For each telling: whether all of it was taken.
 */
export async function tell(deps: Deps, tellings: Telling[]): Promise<boolean[]> {
  const published = await forEach(
    deps,
    tellings,
    telling => telling.outcome,
    outcomes => deps.outcomes.publish(outcomes),
  )
  const toSend = tellings.map((telling, index) => (published[index] === true ? telling : {}))
  const sent = await forEach(
    deps,
    toSend,
    telling => telling.letter,
    letters => deps.deadLetters.send(letters),
  )
  const letters = toSend.filter(({ letter }, index) => letter !== undefined && sent[index] === true)
  if (letters.length > 0) deps.metrics.add('DeadLettered', letters.length)
  await Promise.all(
    toSend.map((telling, index) => (sent[index] === true ? markSent(deps, telling.entry) : undefined)),
  )
  return tellings.map((_, index) => published[index] === true && sent[index] === true)
}

/** Sends what each telling holds of one kind; a telling that holds none of it has nothing left to do. */
async function forEach<T>(
  deps: Deps,
  tellings: Telling[],
  pick: (telling: Telling) => T | undefined,
  send: (items: T[]) => Promise<boolean[]>,
): Promise<boolean[]> {
  const items = tellings.flatMap(telling => pick(telling) ?? [])
  const taken = items.length === 0 ? [] : await trySend(deps, items, send)
  const queue = [...taken]
  return tellings.map(telling => (pick(telling) === undefined ? true : queue.shift() === true))
}

async function trySend<T>(
  deps: Deps,
  items: T[],
  send: (items: T[]) => Promise<boolean[]>,
): Promise<boolean[]> {
  try {
    const taken = await send(items)
    if (taken.includes(false)) deps.metrics.add('GroundFailures')
    return taken
  } catch (error) {
    // Nothing counts as told, so every message of it returns and is told again.
    deps.metrics.add('GroundFailures')
    deps.log.warn('telling failed', { error: error instanceof Error ? error.message : String(error) })
    return items.map(() => false)
  }
}

/** Without the mark a repeat of this request would send its dead letter once more: a nuisance, no loss. */
async function markSent(deps: Deps, entry: LedgerEntry | undefined): Promise<void> {
  if (entry === undefined || deps.ledger === undefined) return
  try {
    await deps.ledger.save({ ...entry, deadLetter: 'sent' }, 'tell')
  } catch (error) {
    // The letter is in the queue, which is what counts; a bug would show elsewhere too.
    const code = error instanceof GroundError ? error.code : 'BUG'
    deps.log.warn('a dead letter was sent but could not be marked as sent', {
      code,
      requestId: entry.request.requestId,
    })
  }
}
