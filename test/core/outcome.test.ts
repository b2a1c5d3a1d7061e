import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { LedgerEntry } from '../../lib/core/ledger-entry.js'
import {
  boundMessage,
  deadLetterAttributes,
  detailTypes,
  invalidOutcome,
  isoTime,
  outcomeOf,
} from '../../lib/core/outcome.js'
import { aCreate, aDelete, aFailure, anEntry, aRequest, aStatusUpdate, instant } from '../support/requests.js'

const succeeded = (fields: Partial<LedgerEntry>): LedgerEntry =>
  anEntry({
    state: 'succeeded',
    ending: { effect: 'performed', completedAt: instant('12:00:00.250'), apiRequestId: 'trace-1' },
    ...fields,
  })

describe('outcomeOf', () => {
  it('tells a success in the words of the contract', () => {
    expect(outcomeOf(succeeded({ request: aRequest({ metadata: { order: '250' } }) }))).toEqual({
      requestId: 'r-1',
      storeHash: 'luma7x2',
      type: 'performOperation',
      paymentId: 117,
      operationCode: 0,
      status: 'succeeded',
      effect: 'performed',
      attempts: 1,
      requestedAt: '2026-11-22T11:59:58.000Z',
      completedAt: '2026-11-22T12:00:00.250Z',
      apiRequestId: 'trace-1',
      metadata: { order: '250' },
    })
  })

  it('tells a failure with its reason', () => {
    expect(outcomeOf(aFailure({ request: aStatusUpdate() }))).toEqual({
      requestId: 'r-1',
      storeHash: 'luma7x2',
      type: 'updateProcessingStatus',
      paymentId: 117,
      processingStatus: 3,
      status: 'failed',
      effect: 'none',
      attempts: 1,
      requestedAt: '2026-11-22T11:59:58.000Z',
      completedAt: '2026-11-22T12:00:00.000Z',
      error: {
        code: 'OPERATION_NOT_ALLOWED',
        message: 'The payment operation is not allowed.',
        httpStatus: 400,
      },
    })
  })

  it('names the payment that a create made, and none where none is known', () => {
    const ending = { effect: 'performed' as const, completedAt: instant('12:00:00.250'), paymentId: 900 }
    expect(outcomeOf(succeeded({ request: aCreate(), ending }))).toMatchObject({ paymentId: 900 })
    expect(outcomeOf(aFailure({ request: aCreate() }))).not.toHaveProperty('paymentId')
  })

  it('says nothing of codes that the type does not have', () => {
    const outcome = outcomeOf(succeeded({ request: aDelete() }))
    expect(outcome).not.toHaveProperty('operationCode')
    expect(outcome).not.toHaveProperty('processingStatus')
  })

  it('is the same for every telling', () => {
    expect(outcomeOf(aFailure())).toEqual(outcomeOf(aFailure({ rev: 9, deadLetter: 'due' })))
  })

  it('asserts that only a final entry has one', () => {
    expect(() => outcomeOf(anEntry())).toThrow('Bug: only a final entry has an outcome')
  })
})

describe('detailTypes', () => {
  it('are the contract’s', () => {
    expect(detailTypes).toEqual({
      succeeded: 'Payment Operation Succeeded',
      failed: 'Payment Operation Failed',
      inDoubt: 'Payment Operation In Doubt',
    })
  })
})

describe('isoTime', () => {
  it('is UTC with milliseconds', () => {
    expect(isoTime(instant('00:00:00.000'))).toBe('2026-11-22T00:00:00.000Z')
    expect(isoTime(instant('12:00:00.007'))).toBe('2026-11-22T12:00:00.007Z')
  })
})

describe('invalidOutcome', () => {
  const refusal = { code: 'INVALID_REQUEST' as const, message: 'operatonCode: unknown key' }
  const times = { requestedAt: instant('11:59:58.000'), now: instant('12:00:00.000') }

  it('tells whose request was refused, and why', () => {
    const readable = {
      requestId: 'r-1',
      storeHash: 'luma7x2',
      type: 'performOperation' as const,
      paymentId: 117,
      metadata: { order: '250' },
    }
    expect(invalidOutcome(refusal, readable, times)).toEqual({
      ...readable,
      status: 'failed',
      effect: 'none',
      attempts: 0,
      requestedAt: '2026-11-22T11:59:58.000Z',
      completedAt: '2026-11-22T12:00:00.000Z',
      error: refusal,
    })
  })

  it.each([{}, { requestId: 'r-1' }, { storeHash: 'luma7x2' }])(
    'tells nothing in the name of %j',
    readable => {
      expect(invalidOutcome(refusal, readable, times)).toBeUndefined()
    },
  )

  it('bounds its message', () => {
    const long = { ...refusal, message: 'x'.repeat(5_000) }
    const outcome = invalidOutcome(long, { requestId: 'r-1', storeHash: 'luma7x2' }, times)
    expect(outcome?.error?.message).toHaveLength(1_022)
  })
})

describe('deadLetterAttributes', () => {
  const failedAt = instant('12:00:00.000')

  it('names everything that is known', () => {
    const error = { code: 'OPERATION_NOT_ALLOWED' as const, message: 'not allowed', httpStatus: 400 }
    const facts = { failedAt, source: 'sqs' as const, attempts: 0, requestId: 'r-1', storeHash: 'luma7x2' }
    expect(deadLetterAttributes(error, facts)).toEqual({
      errorCode: 'OPERATION_NOT_ALLOWED',
      errorMessage: 'not allowed',
      failedAt: '2026-11-22T12:00:00.000Z',
      source: 'sqs',
      httpStatus: '400',
      attempts: '0',
      requestId: 'r-1',
      storeHash: 'luma7x2',
    })
  })

  it('has the four that are always there, even without a message, since SQS takes no empty value', () => {
    expect(deadLetterAttributes({ code: 'IN_DOUBT', message: '' }, { failedAt, source: 'webhook' })).toEqual({
      errorCode: 'IN_DOUBT',
      errorMessage: 'IN_DOUBT',
      failedAt: '2026-11-22T12:00:00.000Z',
      source: 'webhook',
    })
  })
})

describe('boundMessage', () => {
  it.each<[string, string]>([
    ['a\u0000b', 'a\uFFFDb'],
    ['a\u001Fb', 'a\uFFFDb'],
    ['a\uFFFEb\uFFFFc', 'a\uFFFDb\uFFFDc'],
    ['half \uD83D of a pair', 'half \uFFFD of a pair'],
    ['half \uDE00 of a pair', 'half \uFFFD of a pair'],
    ['tab\tline\nreturn\r', 'tab\tline\nreturn\r'],
    ['ünï 🧾', 'ünï 🧾'],
    ['', ''],
  ])('writes %j as %j: what SQS cannot hold becomes U+FFFD', (message, held) => {
    expect(boundMessage(message)).toBe(held)
  })

  it('takes 1 KiB whole and cuts what is longer between characters', () => {
    expect(boundMessage('x'.repeat(1_024))).toBe('x'.repeat(1_024))
    expect(boundMessage('x'.repeat(1_025))).toBe(`${'x'.repeat(1_021)}…`)
    expect(boundMessage('🧾'.repeat(300))).toBe(`${'🧾'.repeat(255)}…`)
  })

  it('fits into SQS, whatever the message', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 1_500, size: 'max' }), message => {
        const bounded = boundMessage(message)
        expect(Buffer.byteLength(bounded)).toBeLessThanOrEqual(1_024)
        expect(bounded).toMatch(/^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u)
        expect(boundMessage(bounded)).toBe(bounded)
      }),
      // Shrinking long texts takes minutes; the table above has the short ones.
      { endOnFailure: true },
    )
  })
})
