import { describe, expect, it } from '@jest/globals'
import type { SQSBatchResponse, SQSEvent, SQSMessageAttributes, SQSRecord } from 'aws-lambda'
import { Unavailable } from '../../lib/core/errors.js'
import { sqsHandler } from '../../lib/edge/sqs-handler.js'
import type { Incoming } from '../../lib/engine/ports.js'
import { createLeapingClock } from '../support/leaping-clock.js'
import { createRecordedMetrics } from '../support/recorded-metrics.js'
import { catchError } from '../support/sentinel.js'
import { aContext } from './a-context.js'

/** As Lambda hands over a message of a FIFO queue. */
const aRecord = (changes: Partial<SQSRecord> = {}): SQSRecord => ({
  messageId: 'm-1',
  receiptHandle: 'h-1',
  body: '{"paymentId":117,"operationCode":0}',
  attributes: {
    ApproximateReceiveCount: '3',
    SentTimestamp: '1795334400123',
    SenderId: 'AIDA',
    ApproximateFirstReceiveTimestamp: '1795334400456',
    MessageGroupId: 'luma7x2:117',
    MessageDeduplicationId: 'd-1',
    SequenceNumber: '18849496460467696128',
  },
  messageAttributes: { source: { dataType: 'String', stringValue: 'eventbridge' } },
  md5OfBody: 'x',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:payops-trial-operations.fifo',
  awsRegion: 'us-east-1',
  ...changes,
})

/** A handler that keeps what it was given, and answers with `answer`. */
function aHandler(answer: SQSBatchResponse = { batchItemFailures: [] }) {
  const given: { batch: Incoming[]; invocationEnd: number }[] = []
  const handler = sqsHandler(
    { clock: createLeapingClock(), metrics: createRecordedMetrics() },
    async (batch, invocationEnd) => {
      given.push({ batch, invocationEnd })
      return answer
    },
  )
  return { given, invoke: (event: SQSEvent, remainingMs?: number) => handler(event, aContext(remainingMs)) }
}

describe('sqsHandler', () => {
  it('reads a record of a FIFO queue whole', async () => {
    const { given, invoke } = aHandler()
    await invoke({ Records: [aRecord()] })
    expect(given[0]?.batch).toEqual([
      {
        messageId: 'm-1',
        receiptHandle: 'h-1',
        body: '{"paymentId":117,"operationCode":0}',
        groupId: 'luma7x2:117',
        deduplicationId: 'd-1',
        sentAt: 1_795_334_400_123,
        receives: 3,
        attributes: { source: 'eventbridge' },
      },
    ])
  })

  it('lets a message without a group stand alone', async () => {
    const { given, invoke } = aHandler()
    const { MessageGroupId: _, MessageDeduplicationId: __, ...attributes } = aRecord().attributes
    await invoke({ Records: [aRecord({ attributes }), aRecord({ attributes, messageId: 'm-2' })] })
    expect(given[0]?.batch.map(({ groupId }) => groupId)).toEqual(['m-1', 'm-2'])
    expect(given[0]?.batch[0]).not.toHaveProperty('deduplicationId')
  })

  it('reads the attributes that are text, and passes over binary ones', async () => {
    const { given, invoke } = aHandler()
    const messageAttributes = {
      errorCode: { dataType: 'String', stringValue: 'IN_DOUBT' },
      attempts: { dataType: 'Number', stringValue: '2' },
      blob: { dataType: 'Binary', binaryValue: 'AAEC' },
    }
    await invoke({ Records: [aRecord({ messageAttributes })] })
    expect(given[0]?.batch[0]?.attributes).toEqual({ errorCode: 'IN_DOUBT', attempts: '2' })
  })

  it.each<[string, unknown]>([
    ['null for all of them', null],
    ['null for a text', { blob: { dataType: 'Binary', stringValue: null, binaryValue: 'AAEC' } }],
  ])('reads no attributes where a record says %s', async (_, messageAttributes) => {
    const { given, invoke } = aHandler()
    await invoke({ Records: [aRecord({ messageAttributes: messageAttributes as SQSMessageAttributes })] })
    expect(given[0]?.batch[0]?.attributes).toEqual({})
  })

  it('hands on the records in the order in which they came', async () => {
    const { given, invoke } = aHandler()
    const ids = ['m-3', 'm-1', 'm-2']
    await invoke({ Records: ids.map(messageId => aRecord({ messageId })) })
    expect(given[0]?.batch.map(({ messageId }) => messageId)).toEqual(ids)
  })

  it('takes a batch without records', async () => {
    const { given, invoke } = aHandler()
    expect(await invoke({ Records: [] })).toEqual({ batchItemFailures: [] })
    expect(given[0]?.batch).toEqual([])
  })

  it('says when the invocation ends, by the time that Lambda leaves it', async () => {
    const { given, invoke } = aHandler()
    await invoke({ Records: [aRecord()] }, 12_345)
    expect(given[0]?.invocationEnd).toBe(1_795_334_412_345)
  })

  it.each([
    [{ batchItemFailures: [] }],
    [{ batchItemFailures: [{ itemIdentifier: 'm-1' }] }],
    [{ batchItemFailures: [{ itemIdentifier: 'm-2' }, { itemIdentifier: 'm-1' }] }],
  ])('returns the partial batch answer %j as it was built', async answer => {
    const { invoke } = aHandler(answer)
    const records = [aRecord(), aRecord({ messageId: 'm-2' }), aRecord({ messageId: 'm-3' })]
    expect(await invoke({ Records: records })).toBe(answer)
  })

  it('makes no answer of its own early, though hardly any time is left', async () => {
    const { invoke } = aHandler({ batchItemFailures: [{ itemIdentifier: 'm-1' }] })
    expect(await invoke({ Records: [aRecord()] }, 0)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm-1' }],
    })
  })

  it('fails the invocation, and so returns the whole batch, where there is no answer', async () => {
    const handler = sqsHandler({ clock: createLeapingClock(), metrics: createRecordedMetrics() }, () =>
      Promise.reject(new Unavailable('the ground gave way')),
    )
    expect(await catchError(() => handler({ Records: [aRecord()] }, aContext()))).toBeInstanceOf(Unavailable)
  })

  it.each([
    ['an EventBridge event', { id: 'e', detail: {} }],
    ['nothing', {}],
    ['no list of records', { Records: {} }],
  ])('refuses %s before anything is done', async (_, event) => {
    const { given, invoke } = aHandler()
    const foreign: unknown = event
    expect(String(await catchError(() => invoke(foreign as SQSEvent)))).toContain(
      'this function takes SQS events',
    )
    expect(given).toEqual([])
  })
})
