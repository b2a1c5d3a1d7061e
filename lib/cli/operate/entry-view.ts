import { type Effect, entryPaymentId, type LedgerEntry } from '../../core/ledger-entry.js'
import { isoTime } from '../../core/outcome.js'
import { describeRequest } from '../../core/reconcile/describe.js'

/** What the ledger knows of one request, in the words and names of the contract: what `--json` prints. */
export type EntryView = {
  requestId: string
  storeHash: string
  paymentId?: number
  type: string
  asked: string
  source: string
  state: string
  effect?: Effect
  attempts: number
  evidence: string
  requestedAt: string
  lastSentAt?: string
  completedAt?: string
  nextTryAt?: string
  apiRequestId?: string
  error?: { code: string; message: string; httpStatus?: number }
  /** A person's word, where no look could settle a doubt. */
  resolution?: { as: 'done' | 'notDone'; by: string; reason: string; at: string }
  lastAnswer?: { message: string; httpStatus?: number; apiRequestId?: string }
  metadata?: Record<string, string>
}

const evidenceOf: Record<Effect, string> = {
  performed: 'the API answered this write with success',
  confirmed: 'the answer was lost; a look at the store showed that it was done',
  alreadyDone: 'the API refused it; a look showed the wanted state there already',
  none: 'nothing took effect',
  unknown: 'whether it took effect is not known',
}

const evidenceOfOpen: Partial<Record<LedgerEntry['state'], string>> = {
  sending: 'a write may be on its way',
  waiting: 'nothing is on its way, nothing took effect',
  unknown: 'an answer was lost; a look has to tell what became of it',
  refused: 'the API refused it; a look has to tell whether the wanted state is there',
}

/** An entry as a person or a program reads it. */
export function viewEntry(entry: LedgerEntry): EntryView {
  const { request, ending, source, state, attempts, lastAnswer, resolution } = entry
  const paymentId = entryPaymentId(entry)
  const apiRequestId = ending?.apiRequestId ?? lastAnswer?.apiRequestId
  return {
    requestId: request.requestId,
    storeHash: request.storeHash,
    ...(paymentId !== undefined && { paymentId }),
    type: request.type,
    asked: describeRequest(request),
    source,
    state,
    ...(ending && { effect: ending.effect }),
    attempts,
    evidence: describeEvidence(entry),
    requestedAt: isoTime(entry.requestedAt),
    // Of a request that never was sent the intent was taken back.
    ...(attempts > 0 && entry.sendingFrom !== undefined && { lastSentAt: isoTime(entry.sendingFrom) }),
    ...(ending && { completedAt: isoTime(ending.completedAt) }),
    ...(entry.notBefore !== undefined && !ending && { nextTryAt: isoTime(entry.notBefore) }),
    ...(apiRequestId !== undefined && { apiRequestId }),
    ...(ending?.error && { error: ending.error }),
    ...(resolution && { resolution: { ...resolution, at: isoTime(resolution.at) } }),
    ...(lastAnswer && { lastAnswer }),
    ...(request.metadata && { metadata: request.metadata }),
  }
}

function describeEvidence({ state, ending, resolution }: LedgerEntry): string {
  if (ending === undefined) return evidenceOfOpen[state] ?? state
  // Of a doubt that was resolved and tried afresh since, the new end speaks for itself.
  if (resolution === undefined || resolution.at !== ending.completedAt) return evidenceOf[ending.effect]
  const { by, at, reason } = resolution
  return `${by} resolved it on ${isoTime(at)}: ${reason}`
}
