import type { EventBridgeEvent, SQSRecord } from 'aws-lambda'
import { aContext } from '../edge/a-context.js'
import type { World } from '../support/world.js'
import type { Envelope } from './bus-envelopes.js'
import { judgeText, judgeValue } from './judge-by-contract.js'
import { checkLetter, checkQueue, createWorld, isHeld } from './queue-promises.js'
import { recordOf } from './sqs-records.js'
import type { BusHandler, Subject } from './subject.js'
import type { Tally } from './tally.js'
import { promise, Violation } from './violation.js'

const sqsBytesMax = 1024 * 1024

/** What is malformed is refused by name; what is invalid never reaches the queue; what is valid does, and is carried out once. */
export async function checkBus(subject: Subject, envelopes: Envelope[], tally: Tally): Promise<void> {
  const world = createWorld()
  const handler = subject.busHandler(world)
  for (const envelope of envelopes) {
    tally.envelopes += 1
    const before = counts(world)
    const error = await invoke(handler, envelope)
    const grown = counts(world).map((count, index) => count - (before[index] ?? 0))
    if (envelope.lacks === undefined) checkAccepted(world, envelope, error, grown)
    else {
      tally.malformed += 1
      checkMalformed(envelope.lacks, envelope.text, error, grown)
    }
  }
  promise(world.store.calls.length === 0, 'call for invalid', 'accepting an event calls the store', '')
  await checkQueue(subject, world.queue.messages.map(toRecord), tally, world)
}

const counts = ({ queue, letters, outcomes }: World): number[] => [
  queue.messages.length,
  letters.length,
  outcomes.length,
]

async function invoke(handler: BusHandler, { text }: Envelope): Promise<unknown> {
  try {
    await handler(JSON.parse(text) as EventBridgeEvent<string, unknown>, aContext())
    return undefined
  } catch (error) {
    // Right for a malformed envelope, a crash for every other; the caller judges.
    return error
  }
}

function checkMalformed(lacks: string, text: string, error: unknown, grown: number[]): void {
  promise(error instanceof TypeError, 'crash', `a malformed envelope ends as ${error}`, text)
  const { message } = error
  const isNamed = new RegExp(`\\b${lacks}\\b`).test(message) && message.includes('takes EventBridge events')
  promise(isNamed, 'unnamed', `"${message}" does not name ${lacks}`, text)
  promise(
    grown.every(count => count === 0),
    'other',
    'a malformed envelope has effects',
    text,
  )
}

function checkAccepted(world: World, envelope: Envelope, error: unknown, grown: number[]): void {
  const { id, detail, text } = envelope
  if (error !== undefined) throw new Violation('crash', `the bus's handler throws ${error}`, text)
  const given = { requestId: id, storeHash: 'abc' }
  const value: unknown = JSON.parse(detail)
  const [queued, sent, told] = grown
  const written = (queued === 1 ? world.queue.messages.at(-1)?.body : world.letters.at(-1)?.body) ?? ''
  // The event's detail was written anew, and it is what is written that has to keep within 256 KiB.
  const isTooLarge = Buffer.byteLength(written) > 256 * 1024
  const judgement = isTooLarge ? { valid: false } : judgeValue(value, given)
  promise(
    judgement.valid ? queued === 1 && sent === 0 : queued === 0 && sent === 1,
    'other',
    judgement.valid
      ? 'a valid request is not on the queue alone'
      : 'an invalid request is not in the DLQ alone',
    text,
  )
  if (judgement.valid) {
    checkQueued(world, text)
    return
  }
  const isReadable = 'requestId' in judgement && 'storeHash' in judgement
  promise(told === (isReadable ? 1 : 0), 'other', `an invalid request has ${told} outcomes`, text)
  const letter = world.letters.at(-1)
  if (letter === undefined) return
  checkLetter(letter)
  promise(letter.attributes['source'] === 'eventbridge', 'other', 'the dead letter has another source', text)
  promise(isHeld(letter.body), 'other', 'SQS cannot hold the body of the dead letter', text)
  promise(!judgeText(letter.body, given).valid, 'other', 'the dead letter holds another request', text)
}

function checkQueued({ queue }: World, text: string): void {
  const message = queue.messages.at(-1)
  if (message === undefined) return
  const { body, groupId, deduplicationId } = message
  promise(
    isHeld(body) && Buffer.byteLength(body) <= sqsBytesMax,
    'other',
    'SQS cannot hold the message',
    text,
  )
  for (const sqsId of [groupId, deduplicationId])
    promise(/^[!-~]{1,128}$/.test(sqsId), 'other', `SQS does not take "${sqsId}" as an id`, text)
}

const toRecord = (message: World['queue']['messages'][number], index: number): SQSRecord =>
  recordOf(
    message.body,
    {
      deduplicationId: message.deduplicationId,
      groupId: message.groupId,
      receives: 1,
      attributes: { source: { dataType: 'String', stringValue: 'eventbridge' } },
    },
    index,
  )
