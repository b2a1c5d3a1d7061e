import { type Explanation, explainLetter } from '../core/explain-letter.js'
import type { LedgerEntry } from '../core/ledger-entry.js'
import { hashContent, type OperationRequest } from '../core/request.js'
import { asEpochMs, type EpochMs } from '../core/time.js'
import type { Clock, DeadLetterPeek, Ledger, PeekedLetter } from './ports.js'
import { readIncoming } from './read-incoming.js'

type Deps = {
  clock: Clock
  letters: DeadLetterPeek
  ledger: Pick<Ledger, 'read'>
  defaultStoreHash?: string
}

/** A dead letter beside what the ledger knows of its request. */
export type JoinedLetter = {
  letter: PeekedLetter
  failedAt: EpochMs
  storeHash?: string
  requestId?: string
  paymentId?: number
  request?: OperationRequest
  entry?: LedgerEntry
  explanation: Explanation
}

/** Every dead letter that a look into the queue shows, joined with the ledger, the oldest first. Writes nothing. */
export async function readDeadLetters(deps: Deps): Promise<JoinedLetter[]> {
  const joined: JoinedLetter[] = []
  for (const letter of await deps.letters.peek()) joined.push(await joinLetter(deps, letter))
  return joined.sort((a, b) => a.failedAt - b.failedAt)
}

async function joinLetter(deps: Deps, letter: PeekedLetter): Promise<JoinedLetter> {
  const { errorCode, errorMessage, failedAt, attempts, storeHash: failedStore } = letter.attributes
  // Read as a redrive of it would be, so that both speak of the same entry.
  const { parsed } = readIncoming(
    { ...letter, receiptHandle: '', receives: 0 },
    failedStore ?? deps.defaultStoreHash,
  )
  const { storeHash, requestId, ...readable } = parsed.valid ? parsed.request : parsed.readable
  const entry =
    parsed.valid && storeHash !== undefined && requestId !== undefined
      ? await deps.ledger.read(storeHash, requestId)
      : undefined
  const failedMs = Date.parse(failedAt ?? '')
  return {
    letter,
    failedAt: Number.isNaN(failedMs) ? letter.sentAt : asEpochMs(failedMs),
    ...(storeHash !== undefined && { storeHash }),
    ...(requestId !== undefined && { requestId }),
    ...('paymentId' in readable && readable.paymentId !== undefined && { paymentId: readable.paymentId }),
    ...(parsed.valid && { request: parsed.request }),
    ...(entry && { entry }),
    explanation: explainLetter(
      {
        ...(errorCode !== undefined && { errorCode }),
        ...(errorMessage !== undefined && { errorMessage }),
        ...(attempts !== undefined && { attempts: Number(attempts) }),
        ...(parsed.valid
          ? { contentHash: hashContent(parsed.request) }
          : { problem: parsed.refusal.message }),
      },
      entry,
      deps.clock.now(),
    ),
  }
}
