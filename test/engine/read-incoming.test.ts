import { describe, expect, it } from '@jest/globals'
import type { Incoming } from '../../lib/engine/ports.js'
import { readIncoming } from '../../lib/engine/read-incoming.js'
import { instant } from '../support/fake-store.js'

const aRedrive = (requestId: string): Incoming => ({
  messageId: 'm-1',
  receiptHandle: 'h-1',
  body: '{"paymentId":117,"operationCode":0}',
  groupId: 'abc:117',
  deduplicationId: 'd-2',
  sentAt: instant('2026-11-22T08:00:00.000Z'),
  receives: 1,
  attributes: { errorCode: 'IN_DOUBT', failedAt: '2026-11-22T07:00:00.000Z', requestId },
})

describe('readIncoming', () => {
  it.each(['d-1', '~'.repeat(128)])('takes the key of a redrive from its attribute: %s', requestId => {
    expect(readIncoming(aRedrive(requestId), 'abc').parsed).toMatchObject({
      valid: true,
      request: { requestId },
    })
  })

  it.each([129, 10_000])('takes no key of %d characters, which none of ours has', length => {
    expect(readIncoming(aRedrive('x'.repeat(length)), 'abc').parsed).toMatchObject({
      valid: true,
      request: { requestId: 'd-2' },
    })
  })

  it('reads a redrive as of the store where it failed, whatever the default is by now', () => {
    const redrive = aRedrive('d-1')
    const failedThere = { ...redrive, attributes: { ...redrive.attributes, storeHash: 'abc' } }
    expect(readIncoming(failedThere, 'other').parsed).toMatchObject({ request: { storeHash: 'abc' } })
  })

  it.each([
    ['of a message that is no redrive', { storeHash: 'abc' }],
    [
      'that is no store hash',
      { errorCode: 'IN_DOUBT', failedAt: '2026-11-22T07:00:00.000Z', storeHash: '../abc' },
    ],
  ])('asks no store attribute %s', (_, attributes) => {
    const message = { ...aRedrive('d-1'), attributes }
    expect(readIncoming(message, 'other').parsed).toMatchObject({ request: { storeHash: 'other' } })
  })
})
