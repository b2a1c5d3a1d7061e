import { chooseRedrive } from '../core/choose-redrive.js'
import { Unavailable } from '../core/errors.js'
import { holdKeyOf } from '../core/request.js'
import { type JoinDeps, type JoinedLetter, joinLetter } from './join-letter.js'
import { type LookAfreshDeps, lookAfresh } from './look-afresh.js'
import type { HeldLetter, Ledger, LetterBox, LetterQueue, Random } from './ports.js'
import { intakeMessage, isSameRequest, redriveMessage } from './redrive-message.js'
import { type KeepHold, walkLetters } from './walk-letters.js'

export type RedriveDeps = JoinDeps &
  LookAfreshDeps & { random: Random; letterBox: LetterBox; ledger: Pick<Ledger, 'read'> }

export type RedriveWish = {
  queues: readonly LetterQueue[]
  wants(letter: JoinedLetter): boolean
  /** Whether the letter was asked for by its reason or its id. */
  isNamed(letter: JoinedLetter): boolean
  /** Sends a second, at most. */
  rate: number
  dryRun: boolean
  /** Ids of messages that an edit lies beside. */
  replaced: ReadonlySet<string>
  onEach(redriven: Redriven): void
}

export type Verdict = 'redriven' | 'left' | 'refused' | 'failed'
export type Redriven = { joined: JoinedLetter; verdict: Verdict; why?: string }
export type RedriveReport = { letters: Redriven[]; mayHoldMore: boolean; stoppedWhy?: string }

/**
 * Sends dead letters to the operations queue, and webhooks to their intake queue, each group in its order, and removes each only
 * once SQS has taken it. Killed between the two, a letter is in both queues: run again it is found done, or sent a second time
 * under the same key, and the ledger carries it out once; a webhook's order is looked at twice. What is not taken stops its group,
 * so that nothing overtakes it.
 */
export async function redriveLetters(deps: RedriveDeps, wish: RedriveWish): Promise<RedriveReport> {
  const run = {
    wish,
    seen: new Map<string, Redriven>(),
    unwanted: new Set<string>(),
    moved: new Set<string>(),
    stopped: new Set<string>(),
    pace: { nextAt: 0 },
  }
  try {
    const { mayHoldMore } = await walkLetters(deps, wish.queues, (letter, keepHold) =>
      visit(deps, { ...run, keepHold }, letter),
    )
    return { letters: [...run.seen.values()], mayHoldMore }
  } catch (error) {
    // What was moved until then is still to be told.
    if (!(error instanceof Unavailable)) throw error
    return { letters: [...run.seen.values()], mayHoldMore: true, stoppedWhy: error.message }
  }
}

type Run = {
  wish: RedriveWish
  /** By message id: decided once in a run, however often a pass shows it. */
  seen: Map<string, Redriven>
  unwanted: Set<string>
  /** Keys of requests: what comes back during the run is not moved again. */
  moved: Set<string>
  /** Groups in which something was not taken. */
  stopped: Set<string>
  pace: { nextAt: number }
  keepHold: KeepHold
}

async function visit(deps: RedriveDeps, run: Run, letter: HeldLetter): Promise<'gone' | 'kept'> {
  if (run.seen.has(letter.messageId) || run.unwanted.has(letter.messageId)) return 'kept'
  const joined = await joinLetter(deps, letter, letter.queue, run.wish.replaced)
  if (!run.wish.wants(joined)) {
    run.unwanted.add(letter.messageId)
    return 'kept'
  }
  const redriven = { joined, ...(await redrive(deps, run, joined)) }
  run.seen.set(letter.messageId, redriven)
  run.wish.onEach(redriven)
  return redriven.verdict === 'redriven' && !run.wish.dryRun ? 'gone' : 'kept'
}

type Done = { verdict: Verdict; why?: string }

/** Two letters of one request are one; a webhook has none, and its look does nothing twice. */
const keyOf = ({ storeHash, requestId, envelope, letter }: JoinedLetter): string =>
  envelope.kind === 'webhook' ? letter.messageId : `${storeHash}#${requestId}`

async function redrive(deps: RedriveDeps, run: Run, joined: JoinedLetter): Promise<Done> {
  const key = keyOf(joined)
  if (run.stopped.has(joined.groupId))
    return { verdict: 'failed', why: 'an earlier message of its group was not sent' }
  const isNamed = run.wish.isNamed(joined)
  const chosen = chooseRedrive({ ...joined, isNamed })
  if (chosen.choice === 'leave') return { verdict: 'left', why: chosen.why }
  if (chosen.choice === 'refuse') return { verdict: 'refused', why: chosen.why }
  if (run.moved.has(key)) return { verdict: 'left', why: 'its request was redriven in this run already' }
  if (chosen.choice === 'look' && joined.entry !== undefined) {
    const fresh = await lookAfresh(deps, joined.entry)
    await run.keepHold()
    if (!fresh.settles) return { verdict: 'refused', why: fresh.why }
  }
  const heldBy = await findHolder(deps, run, joined)
  if (heldBy !== undefined)
    return { verdict: 'refused', why: `the doubt of ${heldBy} holds its payment: settle that first` }
  const done = run.wish.dryRun ? { verdict: 'redriven' as const } : await move(deps, run, joined)
  if (done.verdict === 'redriven') run.moved.add(key)
  return done
}

/** A request whose doubt would send this one back as BLOCKED_BY_DOUBT, unless it goes before it in this run. */
async function findHolder(
  { ledger }: RedriveDeps,
  run: Run,
  { request }: JoinedLetter,
): Promise<string | undefined> {
  if (request === undefined) return undefined
  const key = holdKeyOf(request)
  const holders = (await ledger.readHolds([key], [])).payments.get(key) ?? []
  return holders.find(
    holder => holder !== request.requestId && !run.moved.has(`${request.storeHash}#${holder}`),
  )
}

async function waitForTurn({ clock, letterBox }: RedriveDeps, { keepHold, pace, wish }: Run): Promise<void> {
  for (let leftMs = pace.nextAt - clock.now(); leftMs > 0; leftMs = pace.nextAt - clock.now()) {
    await clock.sleep(Math.min(leftMs, letterBox.hiddenMs / 3))
    if (leftMs > letterBox.hiddenMs / 3) await keepHold()
  }
  pace.nextAt = clock.now() + 1_000 / wish.rate
}

async function move(deps: RedriveDeps, run: Run, joined: JoinedLetter): Promise<Done> {
  const { clock, letterBox, random } = deps
  const isWebhook = joined.envelope.kind === 'webhook'
  const message = isWebhook
    ? intakeMessage(joined, random.uuid())
    : redriveMessage(joined, random.uuid(), clock.now())
  if (!isWebhook && !isSameRequest(message, joined, deps.defaultStoreHash))
    return { verdict: 'refused', why: 'it would be read as another request: edit it to name store and key' }
  await waitForTurn(deps, run)
  try {
    await letterBox.send(isWebhook ? 'webhooks' : 'operations', message)
  } catch (error) {
    // Refused, or not known to be taken: the letter stays, and what is behind it must not overtake it.
    if (!(error instanceof Unavailable)) throw error
    run.stopped.add(joined.groupId)
    return { verdict: 'failed', why: error.message }
  }
  try {
    await letterBox.remove(joined.letter)
    return { verdict: 'redriven' }
  } catch (error) {
    // The copy is on its way; the ledger carries it out once, however many there are.
    if (!(error instanceof Unavailable)) throw error
    run.moved.add(keyOf(joined))
    return { verdict: 'failed', why: `it was sent, but is still here: ${error.message}` }
  }
}
