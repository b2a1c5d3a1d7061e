import type { SQSRecord } from 'aws-lambda'
import { aContext } from '../edge/a-context.js'
import { World } from '../support/world.js'
import { type Judgement, judgeText } from './judge-by-contract.js'
import { checkReason } from './parse-promises.js'
import { givenBy } from './sqs-records.js'
import type { Subject } from './subject.js'
import type { Tally } from './tally.js'
import { promise, Violation } from './violation.js'

type Case = { record: SQSRecord; judgement: Judgement }

export function createWorld(): World {
  const world = new World()
  for (const id of [117, 118]) world.store.add(id)
  return world
}

/** A batch is never thrown over; what is invalid ends as a dead letter and makes no call; what is valid makes one write at most. */
export async function checkQueue(
  subject: Subject,
  records: SQSRecord[],
  tally: Tally,
  world = createWorld(),
): Promise<void> {
  const cases = records.map(record => ({ record, judgement: judgeText(record.body, givenBy(record)) }))
  const { letters, outcomes, store } = world
  const before = { letters: letters.length, outcomes: outcomes.length, calls: store.calls.length }
  const returned = await handle(subject, world, records)
  tally.records += records.length
  for (const one of cases) checkReturned(one, returned)
  const invalid = cases.filter(({ judgement }) => !judgement.valid)
  checkLetters(invalid, letters.slice(before.letters))
  checkOutcomes(invalid, outcomes.slice(before.outcomes))
  const calls = store.calls.slice(before.calls).map(({ call }) => call)
  tally.writes += calls.filter(({ method }) => method !== 'GET').length
  checkCalls(cases, calls)
}

const show = (records: SQSRecord[]): string =>
  records.map(({ body }) => (body.length > 300 ? `${body.slice(0, 300)}…` : body)).join('\n         ')

async function handle(subject: Subject, world: World, Records: SQSRecord[]): Promise<Set<string>> {
  try {
    const answer = await world.clock.run(subject.queueHandler(world)({ Records }, aContext()))
    return new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))
  } catch (error) {
    // Thrown over a batch, however it came about.
    throw new Violation('crash', `the queue's handler throws ${error}`, show(Records))
  }
}

/** Nothing goes wrong in this world but the requests, so nothing of a batch has a reason to come back. */
function checkReturned({ record, judgement }: Case, returned: Set<string>): void {
  const what = judgement.valid ? 'a valid message, in a world without trouble,' : 'an invalid message'
  promise(!returned.has(record.messageId), 'other', `${what} returns to the queue`, record.body)
}

type Letters = World['letters']

function checkLetters(invalid: Case[], letters: Letters): void {
  const refused = letters.filter(({ attributes }) => attributes['errorCode'] === 'INVALID_REQUEST')
  const bodies = refused.map(({ body }) => body)
  for (const { record } of invalid) {
    const at = bodies.indexOf(record.body)
    promise(at >= 0, 'other', 'an invalid message has no dead letter', record.body)
    bodies.splice(at, 1)
  }
  promise(bodies.length === 0, 'other', 'a valid message is refused as invalid', bodies[0] ?? '')
  for (const letter of refused) checkLetter(letter)
}

export function checkLetter({ body, attributes, groupId, deduplicationId }: Letters[number]): void {
  const message = attributes['errorMessage'] ?? ''
  checkReason(attributes['errorCode'] ?? '', message, body)
  promise(Buffer.byteLength(message) <= 1024, 'unnamed', 'the errorMessage has more than 1 KiB', body)
  for (const [name, value] of Object.entries(attributes))
    promise(isHeld(value) && value !== '', 'other', `SQS cannot hold the attribute ${name}`, body)
  const bytes = Buffer.byteLength(body + Object.entries(attributes).flat().join(''))
  promise(bytes <= 1024 * 1024, 'other', 'SQS does not take a dead letter as large as that', body)
  for (const id of [groupId, deduplicationId])
    promise(/^[!-~]{1,128}$/.test(id), 'other', `SQS does not take "${id}" as an id`, body)
}

/** What SQS can hold: #x9 #xA #xD, #x20 to #xD7FF, #xE000 to #xFFFD and the planes above. */
export const isHeld = (text: string): boolean =>
  !/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.test(text)

function checkOutcomes(invalid: Case[], outcomes: World['outcomes']): void {
  const told = outcomes.filter(({ error }) => error?.code === 'INVALID_REQUEST')
  const owed = invalid.flatMap(({ record, judgement: { requestId, storeHash } }) =>
    requestId === undefined || storeHash === undefined ? [] : [{ key: `${storeHash}#${requestId}`, record }],
  )
  const keys = told.map(({ storeHash, requestId }) => `${storeHash}#${requestId}`)
  for (const { key, record } of owed) {
    const at = keys.indexOf(key)
    promise(at >= 0, 'other', `the invalid request ${key} has no outcome`, record.body)
    keys.splice(at, 1)
  }
  promise(keys.length === 0, 'other', `an outcome speaks for ${keys[0]}, which could not be read`, '')
}

function checkCalls(cases: Case[], calls: World['store']['calls'][number]['call'][]): void {
  const valid = cases.filter(({ judgement }) => judgement.valid)
  const records = show(cases.map(({ record }) => record))
  const owners = new Map<string, Set<string | undefined>>()
  for (const { judgement } of valid) {
    const key = judgement.requestId ?? ''
    owners.set(key, (owners.get(key) ?? new Set()).add(judgement.storeHash))
  }
  const asked = valid.map(
    ({ record }) => JSON.parse(record.body.replace(/^\uFEFF/, '')) as { paymentId?: unknown },
  )
  const ids = new Set(
    asked.map(({ paymentId }) => (paymentId === undefined ? 'a create' : String(Number(paymentId)))),
  )
  const writes = new Map<string, number>()
  for (const { method, path, requestId } of calls) {
    const id = /^\/payments(?:\/offline)?\/([\d.]+)/.exec(path)?.[1] ?? 'a create'
    const isAsked = ids.has(id) && (method === 'GET' || (requestId !== undefined && owners.has(requestId)))
    promise(isAsked, 'call for invalid', `nobody valid asked for ${method} ${path}`, records)
    if (method === 'GET' || requestId === undefined) continue
    const count = (writes.get(requestId) ?? 0) + 1
    writes.set(requestId, count)
    promise(
      count <= (owners.get(requestId)?.size ?? 0),
      'other',
      `the request ${requestId} is written ${count} times`,
      records,
    )
  }
}
