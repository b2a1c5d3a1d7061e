import { GroundError } from '../core/errors.js'
import { isFinal, type LedgerEntry } from '../core/ledger-entry.js'
import type { Submission } from '../core/read-submission.js'
import { hashContent, type OperationRequest } from '../core/request.js'
import { asEpochMs, type EpochMs } from '../core/time.js'
import { escapeUnheld } from './accept.js'
import type { Clock, Ledger, OperationsQueue, Random } from './ports.js'

type SendDeps = { random: Random; queue: Pick<OperationsQueue, 'send'> }

/**
 * Puts requests on the operations queue one after the other, so that those on one payment keep their order; `beforeEach` hears of
 * each before it may be lost. Ends at the first that the queue does not take, and returns it: whether the queue has that one is not known.
 */
export async function sendRequests(
  { random, queue }: SendDeps,
  submissions: Submission[],
  beforeEach: (submission: Submission) => void,
): Promise<{ submission: Submission; why: string } | undefined> {
  for (const submission of submissions) {
    const { body, groupId } = submission
    beforeEach(submission)
    try {
      // Never the same twice: whether it was done before is the ledger's to judge, which also sees the content.
      const deduplicationId = random.uuid()
      await queue.send({ body: escapeUnheld(body), groupId, deduplicationId, source: 'sqs' })
    } catch (error) {
      // A later one on the same payment must not pass it.
      if (!(error instanceof GroundError)) throw error
      return { submission, why: error.message }
    }
  }
  return undefined
}

/** What the ledger says of a request after its sending. */
export type Awaited =
  | { ended: 'as the ledger says'; entry: LedgerEntry }
  /** The ledger has other content under its key. */
  | { ended: 'conflict' }
  | { ended: 'not yet'; entry?: LedgerEntry }

type WaitDeps = { clock: Clock; ledger: Pick<Ledger, 'read'> }

/** How often the ledger is asked, at first and at last. */
const [firstPauseMs, lastPauseMs] = [250, 4_000]
const readsAtOnce = 10

/** Waits until the ledger has the end of every request, or until `limit`; for each what it came to. */
export async function awaitRequests(
  { clock, ledger }: WaitDeps,
  submissions: Submission[],
  limit: EpochMs,
): Promise<Awaited[]> {
  const found: Awaited[] = submissions.map(() => ({ ended: 'not yet' }))
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(lastPauseMs, pauseMs * 1.5)) {
    const open = [...submissions.entries()].filter(([index]) => found[index]?.ended === 'not yet')
    for (let from = 0; from < open.length; from += readsAtOnce)
      await Promise.all(
        open.slice(from, from + readsAtOnce).map(async ([index, submission]) => {
          found[index] = await readEnd({ ledger }, submission)
        }),
      )
    const isDone = found.every(({ ended }) => ended !== 'not yet')
    if (isDone || clock.now() >= limit) return found
    await clock.sleep(Math.min(pauseMs, asEpochMs(limit - clock.now())))
  }
}

async function readEnd({ ledger }: Pick<WaitDeps, 'ledger'>, { request }: Submission): Promise<Awaited> {
  const entry = await tryRead(ledger, request)
  if (entry === undefined) return { ended: 'not yet' }
  if (entry.contentHash !== hashContent(request)) return { ended: 'conflict' }
  return { ended: isFinal(entry.state) ? 'as the ledger says' : 'not yet', entry }
}

async function tryRead(
  ledger: WaitDeps['ledger'],
  { storeHash, requestId }: OperationRequest,
): Promise<LedgerEntry | undefined> {
  try {
    return await ledger.read(storeHash, requestId)
  } catch (error) {
    // It was sent, whatever the ledger says now; it is asked again as long as there is time.
    if (!(error instanceof GroundError)) throw error
    return undefined
  }
}
