import { detailCall } from '../../lib/core/api-call.js'
import { parseRequest } from '../../lib/core/request.js'
import { asEpochMs } from '../../lib/core/time.js'
import { accept } from '../../lib/engine/accept.js'
import { accessFor } from '../support/fake-store.js'
import type { Road } from './run-fuzz.js'
import { production, type Subject } from './subject.js'
import type { ViolationKind } from './violation.js'

/** The control: each breaks one promise, and a fuzz that does not find it proves nothing. */
export type BrokenSubject = {
  name: string
  road: Road
  /** What it has to be caught for; absent where it breaks several promises, and chance says which shows first. */
  kind?: ViolationKind
  subject: Subject
}

const withoutUnknownKeys = (body: string): string => {
  try {
    const { operatonCode: _, constructor: __, PaymentId: ___, ...known } = JSON.parse(body)
    return JSON.stringify(known)
  } catch {
    // No object: the parser below says so.
    return body
  }
}

export const brokenSubjects: BrokenSubject[] = [
  {
    name: 'passes over unknown keys',
    road: 'parser',
    kind: 'other',
    subject: { ...production, parse: (body, defaults) => parseRequest(withoutUnknownKeys(body), defaults) },
  },
  {
    name: 'throws on a body that is no JSON',
    road: 'parser',
    kind: 'crash',
    subject: {
      ...production,
      parse: (body, defaults) => parseRequest(JSON.stringify(JSON.parse(body)), defaults),
    },
  },
  {
    name: 'gives a reason that names nothing',
    road: 'parser',
    kind: 'unnamed',
    subject: {
      ...production,
      parse: (body, defaults) => {
        const parsed = parseRequest(body, defaults)
        return parsed.valid ? parsed : { ...parsed, refusal: { ...parsed.refusal, message: 'invalid input' } }
      },
    },
  },
  {
    name: 'looks at the payment of an invalid request',
    road: 'queue',
    kind: 'call for invalid',
    subject: {
      ...production,
      queueHandler: world => {
        const handle = production.queueHandler(world)
        return async (event, context) => {
          await world.store.call(detailCall(4711), accessFor('abc', 'token-1'), 1_000)
          return handle(event, context)
        }
      },
    },
  },
  {
    name: 'writes every request twice',
    road: 'queue',
    kind: 'other',
    subject: {
      ...production,
      queueHandler: world => {
        const handle = production.queueHandler(world)
        return async (event, context) => {
          await handle(event, context)
          world.ledger.rows.clear()
          world.letters.length = 0
          world.outcomes.length = 0
          return handle(event, context)
        }
      },
    },
  },
  {
    name: 'sends invalid messages back to the queue',
    road: 'queue',
    kind: 'other',
    subject: {
      ...production,
      queueHandler: world => {
        const handle = production.queueHandler(world)
        return async (event, context) => {
          const { batchItemFailures } = await handle(event, context)
          const refused = event.Records.filter(
            ({ body }) => !parseRequest(body, { requestId: 'd', storeHash: 'abc' }).valid,
          )
          return {
            batchItemFailures: [
              ...batchItemFailures,
              ...refused.map(({ messageId }) => ({ itemIdentifier: messageId })),
            ],
          }
        }
      },
    },
  },
  {
    name: 'throws over a batch with a body that is no JSON',
    road: 'queue',
    kind: 'crash',
    subject: {
      ...production,
      queueHandler: world => {
        const handle = production.queueHandler(world)
        return async (event, context) => {
          for (const { body } of event.Records) JSON.parse(body)
          return handle(event, context)
        }
      },
    },
  },
  {
    name: 'drops the dead letters of the bus',
    road: 'bus',
    kind: 'other',
    subject: {
      ...production,
      busHandler: world => {
        const handle = production.busHandler(world)
        return async (event, context) => {
          await handle(event, context)
          world.letters.length = 0
        }
      },
    },
  },
  {
    name: 'puts invalid requests on the queue as well',
    road: 'bus',
    kind: 'other',
    subject: {
      ...production,
      busHandler: world => {
        const handle = production.busHandler(world)
        return async (event, context) => {
          await handle(event, context)
          const message = { groupId: 'abc:117', deduplicationId: event.id, source: 'eventbridge' }
          if (world.letters.length > 0)
            await world.queue.send({ ...message, body: world.letters[0]?.body ?? '' })
        }
      },
    },
  },
  {
    name: 'takes envelopes without a look at them',
    road: 'bus',
    subject: {
      ...production,
      busHandler: world => event =>
        accept(
          { ...world.deps, queue: world.queue },
          {
            id: event.id,
            at: asEpochMs(Date.parse(event.time)),
            detail: event.detail,
            source: 'eventbridge',
          },
        ),
    },
  },
]
