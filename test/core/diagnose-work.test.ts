import { describe, expect, it } from '@jest/globals'
import { diagnoseLetters, diagnoseOperations } from '../../lib/core/diagnose-queues.js'
import { describeSpan, diagnoseRequests } from '../../lib/core/diagnose-work.js'
import type { LedgerEntry } from '../../lib/core/ledger-entry.js'
import type { OperationRequest } from '../../lib/core/request.js'
import { asEpochMs } from '../../lib/core/time.js'
import { createEntries } from '../support/planted-entries.js'

const sentAt = asEpochMs(1_764_000_000_000)
const hourMs = 3_600_000
const make = createEntries(sentAt)
const laterBy = (ms: number, delayScale = 1) => ({ now: asEpochMs(sentAt + ms), stage: 'prod', delayScale })

const apply = (paymentId: number): OperationRequest => ({
  requestId: `erp-${paymentId}`,
  storeHash: 'abc',
  type: 'performOperation',
  paymentId,
  operationCode: 0,
})

function waiting(paymentId: number, notBefore: number): LedgerEntry {
  const { ending: _, deadLetter: __, ...left } = make.failed(apply(paymentId))
  return { ...left, state: 'waiting', notBefore: asEpochMs(notBefore) }
}

const wordsOf = (entries: LedgerEntry[], told: ReturnType<typeof laterBy>) =>
  diagnoseRequests(entries, told).map(({ verdict, subject, why }) => `${verdict} ${subject}: ${why}`)

describe('diagnoseRequests', () => {
  it('tells the doubts with the oldest first, and who resolves it', () => {
    const later = { ...make.inDoubt(apply(2)), doubtSince: asEpochMs(sentAt + hourMs) }
    const [found] = diagnoseRequests([later, make.inDoubt(apply(1))], laterBy(5 * hourMs))
    expect(found).toMatchObject({ verdict: 'wrong', subject: 'requests in doubt' })
    expect(found?.why).toBe('2, the oldest for 4h: erp-1 of abc, erp-2 of abc')
    expect(found?.next).toMatch(/^npx payops resolve erp-1 --store abc --as done\|not-done .* --stage prod$/)
  })

  it('names three of many', () => {
    const [found] = diagnoseRequests(
      [1, 2, 3, 4].map(id => make.inDoubt(apply(id))),
      laterBy(hourMs),
    )
    expect(found?.why).toMatch(/^4, .* erp-3 of abc, …$/)
  })

  it('leaves alone what waits for its time, or a little longer', () => {
    const entries = [waiting(1, sentAt + 2 * hourMs), waiting(2, sentAt + hourMs - 60_000)]
    expect(wordsOf(entries, laterBy(hourMs))).toEqual(['fine open requests: 2 under way'])
  })

  it('finds what nobody came for half an hour after it was due', () => {
    const due = waiting(1, sentAt)
    expect(wordsOf([due], laterBy(30 * 60_000))).toEqual(['fine open requests: 1 under way'])
    expect(wordsOf([due], laterBy(31 * 60_000))).toEqual([
      'wrong requests left behind: 1 are overdue, nobody came for them: erp-1 of abc',
    ])
  })

  it('leaves alone what a worker holds', () => {
    const held = { ...waiting(1, sentAt), owner: 'w', leaseUntil: asEpochMs(sentAt + 2 * hourMs) }
    expect(wordsOf([held], laterBy(hourMs))).toEqual(['fine open requests: 1 under way'])
  })

  it('finds an unknown answer that is looked at for longer than the contract says', () => {
    const { ending: _, deadLetter: __, ...doubtful } = make.inDoubt(apply(1))
    const unknown: LedgerEntry = { ...doubtful, state: 'unknown', notBefore: asEpochMs(sentAt + 7 * hourMs) }
    expect(wordsOf([unknown], laterBy(6 * hourMs))).toEqual(['fine open requests: 1 under way'])
    expect(wordsOf([unknown], laterBy(6.6 * hourMs))).toEqual([
      'wrong unknown answers: 1 past the six hours of a doubt, nobody looks: erp-1 of abc',
    ])
    expect(wordsOf([unknown], laterBy(hourMs, 0.002))[0]).toMatch(/^wrong unknown answers/)
  })

  it('is content with an empty ledger', () => {
    expect(wordsOf([], laterBy(0))).toEqual(['fine open requests: 0 under way'])
  })
})

describe('diagnoseLetters', () => {
  const queue = (waitingOnes: number) => ({ name: 'dlq', waiting: waitingOnes, inFlight: 0, delayed: 0 })

  it('calls an empty queue fine and any message wrong, one that is hidden as well', () => {
    const counted = [queue(0), { ...queue(0), inFlight: 1 }]
    expect(diagnoseLetters(counted, [], laterBy(0)).map(({ verdict, why }) => [verdict, why])).toEqual([
      ['fine', 'empty'],
      ['wrong', '1 message'],
    ])
  })

  it('counts the letters by meaning, with the age of the oldest and what may be done', () => {
    const seen = [
      { meaning: 'done' as const, failedAt: sentAt },
      { meaning: 'done' as const, failedAt: asEpochMs(sentAt - hourMs) },
      { meaning: 'rejected' as const, failedAt: sentAt },
    ]
    const [, done, rejected] = diagnoseLetters([queue(3)], seen, laterBy(2 * hourMs))
    expect(done).toMatchObject({
      subject: 'dead letters: 2',
      why: 'done already, safe to discard; the oldest is 3h old',
      next: 'npx payops dlq discard --meaning done --by <name> --reason <text> --stage prod',
    })
    expect(rejected?.next).toBe('npx payops dlq list --meaning rejected --stage prod')
  })
})

describe('diagnoseOperations', () => {
  it('counts what is on its way, which is neither right nor wrong', () => {
    const found = diagnoseOperations({ name: 'q', waiting: 12, inFlight: 3, delayed: 0 })
    expect(found).toMatchObject({ verdict: 'fine', why: '12 waiting, 3 taken, 0 delayed' })
  })
})

describe('describeSpan', () => {
  it.each([
    [59_999, '0m'],
    [119 * 60_000, '119m'],
    [2 * hourMs, '2h'],
    [47 * hourMs, '47h'],
    [48 * hourMs, '2d'],
    [-5, '0m'],
  ])('says %d milliseconds as %s', (ms, words) => {
    expect(describeSpan(ms)).toBe(words)
  })
})
