import { describe, expect, it } from '@jest/globals'
import { type Explanation, explainLetter, type LetterFacts } from '../../lib/core/explain-letter.js'
import type { LedgerEntry } from '../../lib/core/ledger-entry.js'
import { hashContent } from '../../lib/core/request.js'
import { aDoubt, aFailure, anEntry, aRequest, instant } from '../support/requests.js'

const contentHash = hashContent(aRequest())
const now = instant('13:00:00.000')
const completedAt = instant('12:00:00.000')

const explain = (facts: LetterFacts, entry?: LedgerEntry): Explanation =>
  explainLetter({ contentHash, ...facts }, entry, now)

const ofEntry: [string, LedgerEntry, Explanation['meaning'], RegExp, RegExp][] = [
  [
    'that succeeded',
    anEntry({ state: 'succeeded', ending: { effect: 'confirmed', completedAt } }),
    'done',
    /confirmed at 2026-11-22T12:00:00.000Z/,
    /^safe to discard/,
  ],
  [
    'in doubt',
    aDoubt({ state: 'inDoubt', ending: { effect: 'unknown', completedAt } }),
    'inDoubt',
    /no look can tell/,
    /fresh look/,
  ],
  ['left behind while sending', anEntry(), 'inDoubt', /left behind while sending/, /fresh look/],
  ['left behind before its look', aDoubt(), 'inDoubt', /left behind while unknown/, /fresh look/],
  ['that was refused and never looked at', anEntry({ state: 'refused' }), 'inDoubt', /refused/, /fresh look/],
  [
    'in the hands of a worker',
    anEntry({ leaseUntil: instant('13:00:01.000') }),
    'underWay',
    /until 2026-11-22T13:00:01.000Z/,
    /ask again/,
  ],
  [
    'whose next try is set',
    anEntry({ state: 'waiting', notBefore: instant('13:30:00.000') }),
    'underWay',
    /until 2026-11-22T13:30:00.000Z/,
    /ask again/,
  ],
  [
    'that waited and was never sent',
    anEntry({ state: 'waiting', attempts: 0 }),
    'neverAttempted',
    /nothing was ever sent/,
    /safe to redrive/,
  ],
  [
    'that waited after a proof',
    anEntry({ state: 'waiting' }),
    'notExecuted',
    /proven not executed/,
    /safe to redrive/,
  ],
  ['that the API refused', aFailure(), 'rejected', /not allowed/, /once the store allows/],
  [
    'that failed with an effect unproven',
    aFailure({
      ending: { effect: 'unknown', completedAt, error: { code: 'RETRIES_EXHAUSTED', message: 'gave up' } },
    }),
    'inDoubt',
    /gave up/,
    /fresh look/,
  ],
  [
    'that used up its attempts',
    aFailure({
      ending: { effect: 'none', completedAt, error: { code: 'RETRIES_EXHAUSTED', message: 'gave up' } },
    }),
    'notExecuted',
    /gave up/,
    /safe to redrive/,
  ],
  [
    'whose doubt was settled as not executed',
    aFailure({
      ending: { effect: 'none', completedAt, error: { code: 'IN_DOUBT', message: 'found not executed' } },
    }),
    'notExecuted',
    /found not executed/,
    /^safe to redrive$/,
  ],
  [
    'that another doubt blocked',
    aFailure({
      attempts: 0,
      ending: { effect: 'none', completedAt, error: { code: 'BLOCKED_BY_DOUBT', message: 'held by r-0' } },
    }),
    'neverAttempted',
    /held by r-0/,
    /settle the doubt/,
  ],
]

describe('explainLetter', () => {
  it.each(ofEntry)('explains an entry %s', (_, entry, meaning, why, next) => {
    expect(explain({ errorCode: 'IN_DOUBT', attempts: 1 }, entry)).toEqual({
      meaning,
      why: expect.stringMatching(why),
      next: expect.stringMatching(next),
    })
  })

  it('calls what SQS moved and the ledger does not know never attempted', () => {
    expect(explain({}).meaning).toBe('neverAttempted')
  })

  it('calls a failure that sent nothing never attempted, though its entry is gone', () => {
    expect(
      explain({ errorCode: 'CREDENTIALS_MISSING', errorMessage: 'no secret', attempts: 0 }),
    ).toMatchObject({
      meaning: 'neverAttempted',
      why: 'no secret',
      next: expect.stringMatching(/^give the store's secret/),
    })
  })

  it('calls a failure that may have sent something in doubt where its entry is gone', () => {
    for (const facts of [{ errorCode: 'RETRIES_EXHAUSTED', attempts: 5 }, { errorCode: 'IN_DOUBT' }])
      expect(explain(facts).meaning).toBe('inDoubt')
  })

  it('calls a body that is no request rejected, with the reason it was given or would be given', () => {
    expect(
      explainLetter({ errorCode: 'INVALID_REQUEST', errorMessage: 'no JSON' }, undefined, now),
    ).toMatchObject({
      meaning: 'rejected',
      why: 'no JSON',
    })
    expect(explainLetter({ problem: 'paymentId: missing' }, undefined, now)).toMatchObject({
      meaning: 'rejected',
      why: expect.stringContaining('paymentId: missing'),
    })
  })

  it('never takes another request’s entry for its own, even one that succeeded', () => {
    const other = anEntry({
      contentHash: 'other',
      state: 'succeeded',
      ending: { effect: 'performed', completedAt },
    })
    expect(explain({ errorCode: 'IDEMPOTENCY_CONFLICT' }, other)).toMatchObject({ meaning: 'rejected' })
    expect(explain({}, other)).toMatchObject({ meaning: 'rejected', why: expect.stringContaining('content') })
  })

  it('calls an edit of what was never carried out never attempted, whatever it failed with before', () => {
    const facts = { errorCode: 'INVALID_REQUEST', editedBy: 'Ada' }
    expect(explain(facts)).toMatchObject({
      meaning: 'neverAttempted',
      why: expect.stringContaining('Ada'),
      next: 'safe to redrive',
    })
  })

  it('goes by the ledger for an edit that was carried out since', () => {
    const done = anEntry({ state: 'succeeded', ending: { effect: 'performed', completedAt } })
    expect(explain({ errorCode: 'INVALID_REQUEST', editedBy: 'Ada' }, done).meaning).toBe('done')
  })

  it('never lets a letter be redriven that an edit has taken the place of', () => {
    expect(explain({ isReplaced: true })).toMatchObject({ meaning: 'rejected', never: true })
    const superseded = aFailure({ supersededBy: 'erp-2' })
    expect(explain({ errorCode: 'REJECTED_BY_API' }, superseded)).toMatchObject({
      meaning: 'rejected',
      why: expect.stringContaining('erp-2'),
      never: true,
    })
  })

  it('says in the words of its envelope why an event is there', () => {
    const envelopeWhy = 'EventBridge could not deliver it (NO_RESOURCE)'
    expect(explain({ envelopeWhy }).why).toContain(envelopeWhy)
    expect(explainLetter({ envelopeWhy, problem: 'paymentId: missing' }, undefined, now)).toMatchObject({
      meaning: 'rejected',
      why: expect.stringContaining(envelopeWhy),
      never: true,
    })
  })
})
