import { Unavailable } from '../core/errors.js'
import { toGroupId } from '../core/group-id.js'
import { writeJson } from '../core/json-text.js'
import type { Source } from '../core/ledger-entry.js'
import { letterOfRefused } from '../core/letter.js'
import { invalidOutcome } from '../core/outcome.js'
import { orderKeyOf, parseRequest } from '../core/request.js'
import type { EpochMs } from '../core/time.js'
import { noteRefused } from './note-outcome.js'
import type { Clock, DeadLetters, Log, Metrics, OperationsQueue, Outcomes } from './ports.js'
import { tell } from './tell.js'

type Deps = {
  clock: Clock
  log: Log
  metrics: Metrics
  queue: Pick<OperationsQueue, 'send'>
  deadLetters: DeadLetters
  outcomes: Outcomes
  defaultStoreHash?: string
}

/** A request that came by another road than the queue; `id` is its key where the request has none. */
export type Asked = { id: string; at: EpochMs; detail: unknown; source: Source }

/**
 * Puts a request on the operations queue, behind the earlier ones on its payment. What can never be valid goes to the
 * dead-letter queue with its reason and to the bus as an outcome. Throws `Unavailable` when neither could be done: then
 * the event is delivered again.
 */
export async function accept(deps: Deps, asked: Asked): Promise<void> {
  const body = escapeUnheld(writeJson(asked.detail))
  const parsed = parseRequest(body, { requestId: asked.id, storeHash: deps.defaultStoreHash })
  if (parsed.valid) {
    const groupId = toGroupId(orderKeyOf(parsed.request))
    // Each event is one message, deduplicated by its own id: the requestId is the ledger's to judge, which also sees the content.
    await deps.queue.send({ body, groupId, deduplicationId: asked.id, source: asked.source })
    deps.metrics.add('Accepted')
    return
  }
  const { refusal, readable } = parsed
  const now = deps.clock.now()
  const groupId = toGroupId(`${readable.storeHash ?? 'unreadable'}:${readable.paymentId ?? asked.id}`)
  const origin = { messageId: asked.id, body, groupId, source: asked.source }
  const letter = letterOfRefused(origin, refusal, readable, now)
  const outcome = invalidOutcome(refusal, readable, { requestedAt: asked.at, now })
  const [told] = await tell(deps, [{ letter, ...(outcome && { outcome }) }])
  if (told !== true)
    throw new Unavailable('neither the dead-letter queue nor the bus took the refusal of an invalid request')
  noteRefused(deps, { ...readable, messageId: asked.id, code: refusal.code })
}

/** The two characters that JSON may hold as they are and SQS refuses, as JSON escapes: the content stays the same. */
export const escapeUnheld = (json: string): string =>
  json.replace(/[\uFFFE\uFFFF]/g, character => `\\u${character.charCodeAt(0).toString(16)}`)
