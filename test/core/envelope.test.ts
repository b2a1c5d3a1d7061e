import { describe, expect, it } from '@jest/globals'
import { openEventEnvelope, openOperationEnvelope } from '../../lib/core/envelope.js'
import { instant } from '../support/requests.js'

const event = {
  version: '0',
  id: 'event-1',
  'detail-type': 'Payment Operation Requested',
  source: 'erp',
  time: '2026-11-22T07:00:00Z',
  detail: { paymentId: 117, operationCode: 0 },
}
const invocation = {
  version: '1.0',
  timestamp: '2026-11-22T12:00:00.000Z',
  requestContext: { condition: 'RetriesExhausted' },
  requestPayload: event,
  responsePayload: { errorType: 'Unavailable', errorMessage: 'SQS did not answer' },
}
const open = (body: unknown, attributes: Record<string, string> = {}) =>
  openEventEnvelope({ body: typeof body === 'string' ? body : JSON.stringify(body), attributes })

describe('openEventEnvelope', () => {
  it('opens what EventBridge could not deliver: request, key and reason', () => {
    expect(open(event, { ERROR_CODE: 'NO_RESOURCE', ERROR_MESSAGE: 'no function' })).toEqual({
      kind: 'eventbridge',
      body: '{"paymentId":117,"operationCode":0}',
      key: 'event-1',
      why: 'EventBridge could not deliver it (NO_RESOURCE: no function)',
    })
  })

  it('opens the record of an invocation that failed, and says when', () => {
    expect(open(invocation)).toEqual({
      kind: 'lambda',
      body: '{"paymentId":117,"operationCode":0}',
      key: 'event-1',
      failedAt: instant('12:00:00.000'),
      why: 'acceptOperation failed on it to the last try (Unavailable: SQS did not answer)',
    })
  })

  it.each([
    ['no JSON', 'nonsense'],
    ['a list', []],
    ['null', null],
    ['an event without an id', { ...event, id: '' }],
    ['an event without a detail', { ...event, detail: undefined }],
    ['an invocation by something else', { ...invocation, requestPayload: { Records: [] } }],
    ['a number for an id', { ...event, id: 1 }],
  ])('calls %s unknown, and keeps it as it is', (_, body) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    expect(open(body)).toEqual({ kind: 'unknown', body: text })
  })
})

describe('openOperationEnvelope', () => {
  it('tells our own letters from what SQS moved by their code', () => {
    const attributes = { errorCode: 'IN_DOUBT', failedAt: '2026-11-22T12:00:00.000Z' }
    expect(openOperationEnvelope({ body: 'x', attributes })).toEqual({
      kind: 'payops',
      body: 'x',
      failedAt: instant('12:00:00.000'),
    })
    expect(openOperationEnvelope({ body: 'x', attributes: {} })).toEqual({ kind: 'sqs', body: 'x' })
  })

  it('passes over a time that is none', () => {
    const attributes = { errorCode: 'IN_DOUBT', failedAt: 'yesterday' }
    expect(openOperationEnvelope({ body: 'x', attributes })).toEqual({ kind: 'payops', body: 'x' })
  })
})
