import { type Envelope, openEventEnvelope, openOperationEnvelope } from '../core/envelope.js'
import { type Explanation, explainLetter } from '../core/explain-letter.js'
import { toGroupId } from '../core/group-id.js'
import type { LedgerEntry } from '../core/ledger-entry.js'
import {
  hashContent,
  type OperationRequest,
  orderKeyOf,
  type ParsedRequest,
  parseRequest,
} from '../core/request.js'
import { asEpochMs, type EpochMs } from '../core/time.js'
import { explainWebhook } from '../core/webhook/explain-webhook.js'
import { readIntake, type Webhook } from '../core/webhook/webhook.js'
import { escapeUnheld } from './accept.js'
import type { Clock, HeldLetter, Ledger, LetterQueue, PeekedLetter } from './ports.js'
import { readIncoming } from './read-incoming.js'

export type JoinDeps = {
  clock: Clock
  ledger: Pick<Ledger, 'read'>
  /** Whether a look has answered a webhook since. */
  isAnswered(webhook: Webhook): Promise<boolean>
  defaultStoreHash?: string
}

/** A dead letter beside what the ledger knows of its request. */
export type JoinedLetter<L extends PeekedLetter = HeldLetter> = {
  letter: L
  queue: LetterQueue
  envelope: Envelope
  /** The operations queue's group of it, its own or the request's. */
  groupId: string
  failedAt: EpochMs
  storeHash?: string
  requestId?: string
  paymentId?: number
  request?: OperationRequest
  /** In place of a request: the store's word that an order has changed. */
  webhook?: Webhook
  /** What is wrong with it as a request. */
  problem?: string
  entry?: LedgerEntry
  explanation: Explanation
}

/** `replaced`: the ids of messages that an edit has taken the place of, as far as they have been seen. */
export async function joinLetter<L extends PeekedLetter>(
  deps: JoinDeps,
  letter: L,
  queue: LetterQueue,
  replaced: ReadonlySet<string> = new Set(),
): Promise<JoinedLetter<L>> {
  const { errorCode, errorMessage, attempts, editedBy } = letter.attributes
  const envelope = open(letter, queue)
  if (envelope.kind === 'webhook') return joinWebhook(deps, letter, queue, envelope)
  const parsed = parse(deps, letter, envelope)
  const { storeHash, requestId, ...readable } = parsed.valid ? parsed.request : parsed.readable
  const request = parsed.valid ? parsed.request : undefined
  const entry = request && (await deps.ledger.read(request.storeHash, request.requestId))
  const problem = parsed.valid ? undefined : parsed.refusal.message
  const facts = {
    ...(envelope.kind === 'payops' && errorCode !== undefined && { errorCode }),
    ...(envelope.kind === 'payops' && errorMessage !== undefined && { errorMessage }),
    ...(attempts !== undefined && { attempts: Number(attempts) }),
    ...(editedBy !== undefined && { editedBy }),
    ...(envelope.why !== undefined && { envelopeWhy: envelope.why }),
    ...(replaced.has(letter.messageId) && { isReplaced: true }),
    ...(request && { contentHash: hashContent(request) }),
    ...(problem !== undefined && { problem }),
    ...(!parsed.valid && lacksStore(deps, letter, envelope) && { lacksStore: true }),
  }
  return {
    letter,
    queue,
    envelope,
    groupId: queue === 'operations' || !request ? letter.groupId : toGroupId(orderKeyOf(request)),
    failedAt: envelope.failedAt === undefined ? letter.sentAt : asEpochMs(envelope.failedAt),
    ...(storeHash !== undefined && { storeHash }),
    ...(requestId !== undefined && { requestId }),
    ...('paymentId' in readable && readable.paymentId !== undefined && { paymentId: readable.paymentId }),
    ...(request && { request }),
    ...(problem !== undefined && { problem }),
    ...(entry && { entry }),
    explanation: explainLetter(facts, entry, deps.clock.now()),
  }
}

/** The ledger knows requests alone, and a webhook becomes some only once its order was looked at. */
async function joinWebhook<L extends PeekedLetter>(
  deps: JoinDeps,
  letter: L,
  queue: LetterQueue,
  envelope: Envelope,
): Promise<JoinedLetter<L>> {
  const read = readIntake(letter.body)
  const storeHash = read.valid ? read.webhook.storeHash : read.storeHash
  return {
    letter,
    queue,
    envelope,
    groupId: letter.groupId,
    failedAt: envelope.failedAt === undefined ? letter.sentAt : asEpochMs(envelope.failedAt),
    ...(storeHash !== undefined && { storeHash }),
    ...(read.valid ? { webhook: read.webhook } : { problem: read.why }),
    explanation: explainWebhook(read, letter.attributes, read.valid && (await deps.isAnswered(read.webhook))),
  }
}

/** Invalid here alone: the functions have a default store, or the attempt would have ended in a letter of ours. */
const lacksStore = (deps: JoinDeps, letter: PeekedLetter, envelope: Envelope): boolean =>
  deps.defaultStoreHash === undefined &&
  envelope.kind !== 'payops' &&
  parse({ ...deps, defaultStoreHash: 'any' }, letter, envelope).valid

function open(letter: PeekedLetter, queue: LetterQueue): Envelope {
  if (queue === 'operations') return openOperationEnvelope(letter)
  const envelope = openEventEnvelope(letter)
  // As `accept` would put it on the operations queue.
  return envelope.kind === 'unknown' ? envelope : { ...envelope, body: escapeUnheld(envelope.body) }
}

/** Read as a redrive of it would be, so that both speak of the same entry. */
function parse(deps: JoinDeps, letter: PeekedLetter, envelope: Envelope): ParsedRequest {
  const { key, body, kind } = envelope
  // Only our own attributes say which store it was; a producer's may say anything, and the engine does not ask them.
  const failedStore = kind === 'payops' ? letter.attributes['storeHash'] : undefined
  const storeHash = failedStore ?? deps.defaultStoreHash
  if (key !== undefined) return parseRequest(body, { requestId: key, storeHash: deps.defaultStoreHash })
  if (kind !== 'unknown') return readIncoming({ ...letter, receiptHandle: '', receives: 0 }, storeHash).parsed
  const message = 'neither an event nor the record of an invocation'
  return { valid: false, refusal: { code: 'INVALID_REQUEST', message }, readable: {} }
}
