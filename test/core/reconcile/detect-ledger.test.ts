import { describe, expect, it } from '@jest/globals'
import type { Evidence } from '../../../lib/core/evidence.js'
import type { LedgerEntry } from '../../../lib/core/ledger-entry.js'
import { classifyEntry, planDoubt, planDuplicates } from '../../../lib/core/reconcile/detect-ledger.js'
import { aDoubt, anEntry, aPayment, instant } from '../../support/requests.js'

describe('classifyEntry', () => {
  const noon = instant('12:00:00.000')
  const doubt = { state: 'unknown', doubtSince: noon, leaseUntil: noon } as const

  it.each<[string, Partial<LedgerEntry>, string, string]>([
    ['a write under way', {}, '12:00:59.999', 'open'],
    ['a write whose message SQS is about to deliver again', {}, '12:04:59.999', 'open'],
    ['a write whose lease is over', {}, '12:05:00.000', 'leftBehind'],
    ['a request that waits', { state: 'waiting', leaseUntil: noon }, '18:00:00.000', 'open'],
    [
      'a request that nobody delivers any more',
      { state: 'waiting', leaseUntil: noon },
      '18:00:00.001',
      'leftBehind',
    ],
    ['a doubt that is looked at', doubt, '18:00:00.000', 'open'],
    ['a doubt that nobody looks at any more', doubt, '18:00:00.001', 'leftBehind'],
    ['a doubt for good', { ...doubt, state: 'inDoubt' }, '12:00:01.000', 'inDoubt'],
  ])('tells %s', (_, fields, now, expected) => {
    expect(classifyEntry(anEntry(fields), instant(now), 1)).toBe(expected)
  })

  it('scales the limit of a doubt', () => {
    expect(classifyEntry(anEntry(doubt), instant('12:30:00.000'), 0.01)).toBe('leftBehind')
  })
})

describe('planDoubt', () => {
  const look = { seen: 'payment', payment: aPayment() } as const
  const now = instant('13:00:00.000')

  it.each<[Evidence, string, string]>([
    [{ verdict: 'executed' }, 'doubtSettled', 'the store shows that it was executed'],
    [{ verdict: 'alreadySo' }, 'doubtSettled', 'the store was so before the write was sent'],
    [{ verdict: 'notExecuted' }, 'doubtSettled', 'the store shows that it was not executed'],
    [
      { verdict: 'repeatable' },
      'doubtOpen',
      'the look proves neither; the write may be repeated without harm',
    ],
    [{ verdict: 'undecidable', why: 'it was touched' }, 'doubtOpen', 'it was touched'],
    [{ verdict: 'notYet', why: 'the list may lag' }, 'doubtOpen', 'the list may lag'],
  ])('makes of %j a finding', (evidence, kind, why) => {
    const plan = planDoubt(aDoubt({ state: 'inDoubt' }), look, evidence, now)
    expect(plan.finding).toMatchObject({ kind, why, paymentId: 117, storeSays: { appliedStatus: 0 } })
    expect(plan.verdict).toBe(kind === 'doubtSettled' ? evidence.verdict : undefined)
  })
})

describe('planDuplicates', () => {
  it('finds one for each externalId, with the lowest payment first and each payment once', () => {
    const seen: [string, number][] = [
      ['A-1', 30],
      ['A-10', 11],
      ['A-1', 4],
      ['B', 7],
      ['a-1', 9],
      ['A-1', 30],
      ['A-1', 200],
      ['B', 6],
    ]
    const plans = planDuplicates('luma7x2', seen, instant('13:00:00.000'))
    expect(
      plans.map(({ finding }) => [finding.paymentId, finding.otherPaymentIds, finding.storeSays]),
    ).toEqual([
      [4, [30, 200], { externalId: 'A-1' }],
      [6, [7], { externalId: 'B' }],
    ])
  })
})
