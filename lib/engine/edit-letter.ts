import { chooseEdit } from '../core/choose-edit.js'
import { StaleLease, Unavailable } from '../core/errors.js'
import { toGroupId } from '../core/group-id.js'
import { entryKeyOf } from '../core/ledger-entry.js'
import { boundMessage, isoTime } from '../core/outcome.js'
import { type OperationRequest, orderKeyOf, parseRequest, paymentIdOf } from '../core/request.js'
import { type JoinDeps, type JoinedLetter, joinLetter } from './join-letter.js'
import type { Audit, Ledger, LetterBox, LetterMessage, Random } from './ports.js'
import { letterQueues } from './read-dead-letters.js'
import { redriveMessage } from './redrive-message.js'
import { walkLetters } from './walk-letters.js'

export type EditDeps = JoinDeps & {
  random: Random
  letterBox: LetterBox
  audit: Pick<Audit, 'record' | 'takePlace'>
  ledger: Pick<Ledger, 'read' | 'save'>
}

export type Edit = { messageId: string; body: string; by: string; reason: string }
export type Edited =
  /** `staysWhy`: the edit is there, and so is the old message. */
  { edited: true; request: OperationRequest; staysWhy?: string } | { edited: false; why: string }

/**
 * Replaces the body of a dead letter: what it was and who changed it is recorded first, then a new message is put beside the old
 * one, then the old one is removed. Killed in between, both are there, and `chooseEdit` has seen to it that at most one is carried
 * out. Run again it completes; another edit of the same message may change the body again, but not the request that it is.
 */
export async function editLetter(deps: EditDeps, edit: Edit): Promise<Edited> {
  let edited: Edited = { edited: false, why: 'the dead-letter queues show no message of this id' }
  let isFound = false
  await walkLetters(deps, letterQueues, async letter => {
    if (isFound || letter.messageId !== edit.messageId) return 'kept'
    isFound = true
    edited = await replaceBody(deps, await joinLetter(deps, letter, letter.queue), edit)
    return edited.edited && edited.staysWhy === undefined ? 'gone' : 'kept'
  })
  return edited
}

async function replaceBody(deps: EditDeps, joined: JoinedLetter, edit: Edit): Promise<Edited> {
  const { letter } = joined
  if (joined.envelope.kind === 'webhook') return { edited: false, why: isNoRequest }
  const parsed = parseRequest(edit.body, {
    requestId: joined.requestId ?? letter.deduplicationId ?? letter.messageId,
    storeHash: joined.storeHash ?? deps.defaultStoreHash,
  })
  if (!parsed.valid) return { edited: false, why: `the new body is no request: ${parsed.refusal.message}` }
  const { request } = parsed
  const entry = await deps.ledger.read(request.storeHash, request.requestId)
  const chosen = chooseEdit({
    explanation: joined.explanation,
    ...(joined.request && {
      old: { request: joined.request, ...(joined.entry && { entry: joined.entry }) },
    }),
    edited: { request, ...(entry && { entry }) },
  })
  if (!chosen.allowed) return { edited: false, why: chosen.why }
  const message = editedMessage(deps, joined, request, edit)
  // The ledger knows nothing of a body that was invalid: an earlier edit of it may lie beside it, or be carried out by now.
  const key = entryKeyOf(request)
  const taken = await deps.audit.takePlace(letter.messageId, key, deps.clock.now())
  if (taken !== key)
    return {
      edited: false,
      why: `an earlier edit put ${taken} in its place (<store>#<requestId>): keep that requestId and store, or discard this message`,
    }
  const recorded = await deps.audit.record(actOf(deps, joined, request, edit))
  if (!recorded.recorded) return { edited: false, why: recorded.why }
  if (chosen.supersede !== undefined) {
    try {
      await deps.ledger.save(chosen.supersede, `edit:${deps.random.uuid()}`)
    } catch (error) {
      // Somebody redrove it meanwhile: it may be carried out after all.
      if (!(error instanceof StaleLease)) throw error
      return { edited: false, why: 'the request has moved on meanwhile; look at it again' }
    }
  }
  await deps.letterBox.send('deadLetters', message)
  try {
    await deps.letterBox.remove(letter)
    return { edited: true, request }
  } catch (error) {
    // Beside its edit it does no harm: at most one of the two is carried out.
    if (!(error instanceof Unavailable)) throw error
    return { edited: true, request, staysWhy: error.message }
  }
}

const isNoRequest =
  "it is a store's webhook, which only says which order to look at: redrive it or discard it; what you want done submit as a request"

/** As a letter of ours, so that its redrive is known for one, under the key of the new body. */
function editedMessage(
  { clock, random }: EditDeps,
  joined: JoinedLetter,
  request: OperationRequest,
  { body, by }: Edit,
): LetterMessage {
  const {
    errorCode = '',
    failedAt = '',
    errorMessage,
    source,
  } = redriveMessage(joined, '', clock.now()).attributes
  const wasAboutIt = joined.request && orderKeyOf(joined.request) === orderKeyOf(request)
  return {
    body,
    groupId:
      joined.queue === 'operations' && wasAboutIt === true
        ? joined.letter.groupId
        : toGroupId(orderKeyOf(request)),
    deduplicationId: random.uuid(),
    attributes: {
      errorCode,
      failedAt,
      errorMessage: errorMessage ?? errorCode,
      source: source ?? 'sqs',
      requestId: request.requestId,
      storeHash: request.storeHash,
      editedBy: boundMessage(by),
      editedAt: isoTime(clock.now()),
      editedFrom: joined.letter.messageId,
    },
  }
}

function actOf({ clock }: EditDeps, joined: JoinedLetter, request: OperationRequest, edit: Edit) {
  const paymentId = joined.paymentId ?? paymentIdOf(request)
  return {
    action: 'edit' as const,
    at: clock.now(),
    by: edit.by,
    reason: edit.reason,
    storeHash: joined.storeHash ?? request.storeHash,
    requestId: joined.requestId ?? request.requestId,
    ...(paymentId !== undefined && { paymentId }),
    messageId: joined.letter.messageId,
    original: joined.letter.body,
    changedTo: edit.body,
  }
}
