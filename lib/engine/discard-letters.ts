import { createHash } from 'node:crypto'
import { Unavailable } from '../core/errors.js'
import { type JoinDeps, type JoinedLetter, joinLetter } from './join-letter.js'
import type { Audit, HeldLetter, LetterBox, LetterQueue } from './ports.js'
import { walkLetters } from './walk-letters.js'

export type DiscardDeps = JoinDeps & { letterBox: LetterBox; audit: Pick<Audit, 'record'> }

export type DiscardWish = {
  queues: readonly LetterQueue[]
  wants(letter: JoinedLetter): boolean
  /** Also what did not take effect. */
  evenUndone: boolean
  by: string
  reason: string
  dryRun: boolean
  replaced: ReadonlySet<string>
}

export type Discarded = { joined: JoinedLetter; verdict: 'discarded' | 'refused'; why?: string }
export type DiscardReport = { letters: Discarded[]; mayHoldMore: boolean; stoppedWhy?: string }

/** Removes dead letters for good, each only once it is on record with its body and with who threw it away. */
export async function discardLetters(deps: DiscardDeps, wish: DiscardWish): Promise<DiscardReport> {
  const seen = new Map<string, Discarded>()
  const unwanted = new Set<string>()
  const visit = async (letter: HeldLetter): Promise<'gone' | 'kept'> => {
    if (seen.has(letter.messageId) || unwanted.has(letter.messageId)) return 'kept'
    const joined = await joinLetter(deps, letter, letter.queue, wish.replaced)
    if (!wish.wants(joined)) {
      unwanted.add(letter.messageId)
      return 'kept'
    }
    const why =
      refuse(joined, wish.evenUndone) ?? (wish.dryRun ? undefined : await discard(deps, joined, wish))
    seen.set(letter.messageId, { joined, ...(why === undefined ? done : { verdict: 'refused', why }) })
    return why === undefined && !wish.dryRun ? 'gone' : 'kept'
  }
  try {
    const { mayHoldMore } = await walkLetters(deps, wish.queues, visit)
    return { letters: [...seen.values()], mayHoldMore }
  } catch (error) {
    // What was discarded until then is still to be told.
    if (!(error instanceof Unavailable)) throw error
    return { letters: [...seen.values()], mayHoldMore: true, stoppedWhy: error.message }
  }
}

const done = { verdict: 'discarded' as const }

function refuse({ explanation, entry }: JoinedLetter, evenUndone: boolean): string | undefined {
  const { meaning, why, next } = explanation
  if (meaning === 'done') return undefined
  if (meaning === 'underWay') return `${why}; ${next}`
  // A doubt of which the ledger knows nothing is a person's to judge; every other has to be settled first.
  if (meaning === 'inDoubt' && entry !== undefined) return `${why}; settle the doubt first: ${next}`
  if (evenUndone) return undefined
  const effect = meaning === 'inDoubt' ? 'it is not known whether it took effect' : 'it did not take effect'
  return `${effect} (${why}); --even-undone discards it all the same`
}

/** All of it. Only of what is more than the ledger holds, which is far more than a request may have: its beginning, and its mark. */
function boundOriginal(body: string): string {
  const bytes = Buffer.byteLength(body)
  if (bytes <= originalBytesMax) return body
  const mark = createHash('sha256').update(body).digest('hex')
  return `${body.slice(0, keptOfOversized).toWellFormed()}… (the first ${keptOfOversized} characters of ${bytes} bytes, sha256 ${mark})`
}
const originalBytesMax = 380_000
const keptOfOversized = 32_768

/** Why it was not done. */
async function discard(
  { audit, clock, letterBox }: DiscardDeps,
  { letter, storeHash, requestId, paymentId }: JoinedLetter,
  { by, reason }: DiscardWish,
): Promise<string | undefined> {
  const recorded = await audit.record({
    action: 'discard',
    at: clock.now(),
    by,
    reason,
    ...(storeHash !== undefined && { storeHash }),
    ...(requestId !== undefined && { requestId }),
    ...(paymentId !== undefined && { paymentId }),
    messageId: letter.messageId,
    original: boundOriginal(letter.body),
  })
  if (!recorded.recorded) return `it is not on record, so it stays: ${recorded.why}`
  try {
    await letterBox.remove(letter)
    return undefined
  } catch (error) {
    // On record, and still here: run again it is recorded once more and removed.
    if (!(error instanceof Unavailable)) throw error
    return error.message
  }
}
