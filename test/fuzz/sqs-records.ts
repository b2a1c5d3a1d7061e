import type { SQSMessageAttributes, SQSRecord } from 'aws-lambda'
import fc from 'fast-check'
import type { KeyAndStore } from './judge-by-contract.js'

/**
 * Everything around a body that Lambda can hand over from SQS. Left out, because SQS itself writes them and cannot leave them
 * out: a record without body, messageId or attributes, a SentTimestamp that is no number, a text attribute of no or empty text.
 */
export type Wrapping = {
  deduplicationId: string | undefined
  groupId: string | undefined
  receives: number
  attributes: SQSMessageAttributes | null | undefined
}

const text = (stringValue: string) => ({ dataType: 'String', stringValue })
const listless = { stringListValues: [], binaryListValues: [] }
const attributeSets: (SQSMessageAttributes | null | undefined)[] = [
  {},
  null,
  undefined,
  { source: text('eventbridge') },
  { source: text('payops') },
  { source: { dataType: 'Binary', binaryValue: 'AAEC', ...listless } },
  { source: { dataType: 'Number', stringValue: '1e999', ...listless } },
  { constructor: text('x'), toString: text('y'), hasOwnProperty: text('z') },
  JSON.parse('{"__proto__":{"dataType":"String","stringValue":"x"}}') as SQSMessageAttributes,
  { errorCode: text('INVALID_REQUEST') },
  { errorCode: text('x'), failedAt: text('never') },
  { errorCode: text('x'), failedAt: text('2026-11-22T07:00:00.000Z'), requestId: text('failed-1') },
  { errorCode: text('x'), failedAt: text('x'), requestId: text('x'.repeat(129)) },
  { errorCode: text('x'), failedAt: text('x'), requestId: text('é'.repeat(5_000)) },
  {
    errorCode: { dataType: 'Binary', binaryValue: 'AAEC' },
    failedAt: text('x'),
    requestId: text('not-mine'),
  },
]

export const wrappings: fc.Arbitrary<Wrapping> = fc.record({
  deduplicationId: fc.oneof(
    fc.constant(undefined),
    fc.stringMatching(/^[!-~]{1,128}$/),
    fc.constantFrom('d-1', '__proto__', '!"#$%&()', '~'.repeat(128)),
  ),
  groupId: fc.constantFrom(undefined, 'abc:117', 'abc:118', '__proto__', '~'.repeat(128)),
  receives: fc.constantFrom(1, 2, 900),
  attributes: fc.constantFrom(...attributeSets),
})

export function recordOf(body: string, wrapping: Wrapping, index: number): SQSRecord {
  const { deduplicationId, groupId, receives, attributes } = wrapping
  return {
    messageId: `m-${index}`,
    receiptHandle: `h-${index}`,
    body,
    attributes: {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: '1795334400123',
      SenderId: 'AIDA',
      ApproximateFirstReceiveTimestamp: '1795334400456',
      ...(groupId !== undefined && { MessageGroupId: groupId }),
      ...(deduplicationId !== undefined && { MessageDeduplicationId: deduplicationId }),
    },
    // A record that came over the wire may say null where the type knows only absence.
    messageAttributes: attributes as SQSMessageAttributes,
    md5OfBody: 'x',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:payops-fuzz-operations.fifo',
    awsRegion: 'us-east-1',
  }
}

/** The contract's order of keys for a body without a requestId. An attribute longer than any key of ours is none. */
export function givenBy(record: SQSRecord): KeyAndStore {
  const failed = record.messageAttributes ?? {}
  const isRedrive = failed['errorCode']?.stringValue !== undefined && failed['failedAt'] !== undefined
  const redriven = isRedrive ? failed['requestId']?.stringValue : undefined
  const own = redriven !== undefined && redriven.length <= 128 ? redriven : undefined
  return {
    requestId: own ?? record.attributes.MessageDeduplicationId ?? record.messageId,
    storeHash: 'abc',
  }
}
