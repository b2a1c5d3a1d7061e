import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { Answer } from '../../lib/core/answer.js'
import type { ErrorCode } from '../../lib/core/errors.js'
import type { Look } from '../../lib/core/evidence.js'
import { type LedgerEntry, toSending } from '../../lib/core/ledger-entry.js'
import {
  afterAnswer,
  afterLook,
  afterLost,
  afterNoCredentials,
  afterRefusalLook,
  type Decision,
  failBlocked,
  type Moment,
} from '../../lib/core/next-step.js'
import type { OperationRequest } from '../../lib/core/request.js'
import {
  aCreate,
  aDelete,
  aDoubt,
  anAnswer,
  anEntry,
  anUpdate,
  aPayment,
  aRequest,
  aStatusUpdate,
  instant,
} from '../support/requests.js'

const at = (time: string, fields: Partial<Moment> = {}): Moment => ({
  now: instant(time),
  roll: 0,
  delayScale: 1,
  ...fields,
})
const moment = at('12:00:01.000')
const notAllowed = anAnswer({
  certainty: 'notExecuted',
  meaning: 'notAllowed',
  message: 'The payment operation is not allowed.',
  httpStatus: 400,
})
const lost = anAnswer({ certainty: 'unknown', meaning: 'lost', message: 'HTTP 502', httpStatus: 502 })
const notSent: Answer<'change'> = {
  certainty: 'notExecuted',
  meaning: 'notSent',
  message: 'connect ECONNREFUSED',
}
const refused = (fields: Partial<LedgerEntry> = {}): LedgerEntry =>
  anEntry({
    state: 'refused',
    lastAnswer: { message: 'The payment operation is not allowed.', httpStatus: 400 },
    ...fields,
  })
const codeOf = ({ entry }: Decision): ErrorCode | undefined => entry.ending?.error?.code

describe('afterAnswer: success', () => {
  it('is performed', () => {
    expect(afterAnswer(anEntry(), anAnswer(), moment)).toMatchObject({
      entry: {
        state: 'succeeded',
        attempts: 1,
        ending: { effect: 'performed', completedAt: instant('12:00:01.000'), apiRequestId: 'trace-1' },
      },
      step: { next: 'tell' },
    })
  })

  it('keeps the paymentId of a create', () => {
    const created = anAnswer({ content: { paymentId: 900 } })
    const { entry } = afterAnswer(anEntry({ request: aCreate() }), created, moment)
    expect(entry.ending?.paymentId).toBe(900)
  })

  it('does not take the id of a change for a new payment', () => {
    expect(afterAnswer(anEntry(), anAnswer(), moment).entry.ending).not.toHaveProperty('paymentId')
  })
})

describe('afterAnswer: unknown', () => {
  it.each(['lost', 'conflict'] as const)('looks before anything else: %s', meaning => {
    expect(afterAnswer(anEntry(), { ...lost, meaning }, moment)).toMatchObject({
      entry: {
        state: 'unknown',
        hadUnknown: true,
        attempts: 1,
        sendingFrom: instant('12:00:00.000'),
        sendingUntil: instant('12:00:01.000'),
        doubtSince: instant('12:00:01.000'),
      },
      step: { next: 'look', at: instant('12:00:02.000') },
    })
  })

  it('leaves operation 3 in doubt at once: nothing that can be seen would prove it', () => {
    const decision = afterAnswer(anEntry({ request: aRequest({ operationCode: 3 }) }), lost, moment)
    expect(decision).toMatchObject({
      entry: {
        state: 'inDoubt',
        ending: { effect: 'unknown', error: { code: 'IN_DOUBT', httpStatus: 502 } },
      },
      step: { next: 'tell' },
    })
  })

  it('never decides to send, whatever was asked', () => {
    const requests = [
      aRequest(),
      aRequest({ operationCode: 2 }),
      aStatusUpdate(),
      aCreate(),
      anUpdate(),
      aDelete(),
    ]
    for (const request of requests) {
      expect(afterAnswer(anEntry({ request }), lost, moment).step.next).toBe('look')
    }
  })
})

describe('afterAnswer: 400', () => {
  it.each([aRequest(), aRequest({ operationCode: 1 }), aStatusUpdate(), anUpdate()])(
    'looks whether the wanted state is there already: $type $operationCode',
    request => {
      expect(afterAnswer(anEntry({ request }), notAllowed, moment)).toMatchObject({
        entry: { state: 'refused', attempts: 1 },
        step: { next: 'look', at: instant('12:00:01.000') },
      })
    },
  )

  it.each<[OperationRequest, string, ErrorCode]>([
    [aRequest({ operationCode: 2 }), 'The payment operation is not allowed.', 'OPERATION_NOT_ALLOWED'],
    [aRequest({ operationCode: 3 }), 'The payment operation is not allowed.', 'OPERATION_NOT_ALLOWED'],
    [aRequest({ operationCode: 2 }), 'Bad request', 'REJECTED_BY_API'],
    [aCreate(), 'Bad request', 'REJECTED_BY_API'],
    [aDelete(), 'Bad request', 'REJECTED_BY_API'],
  ])('ends where no state could be compared, case %#', (request, message, code) => {
    const decision = afterAnswer(anEntry({ request }), { ...notAllowed, message }, moment)
    expect(decision).toMatchObject({
      entry: { state: 'failed', ending: { effect: 'none', error: { code, message, httpStatus: 400 } } },
      step: { next: 'tell' },
    })
  })
})

describe('afterAnswer: 404', () => {
  const notFound = anAnswer({
    certainty: 'notExecuted',
    meaning: 'notFound',
    message: 'Payment does not exist',
    httpStatus: 404,
  })

  it.each([aRequest(), aRequest({ operationCode: 2 }), aStatusUpdate(), anUpdate(), aDelete()])(
    'is the end: $type $operationCode',
    request => {
      const decision = afterAnswer(anEntry({ request }), notFound, moment)
      expect([decision.entry.state, codeOf(decision)]).toEqual(['failed', 'PAYMENT_NOT_FOUND'])
    },
  )

  it('confirms a delete only with an earlier unknown answer on record', () => {
    const again = toSending(aDoubt({ request: aDelete() }), instant('12:00:03.000'))
    expect(afterAnswer(again, notFound, at('12:00:03.200'))).toMatchObject({
      entry: { state: 'succeeded', attempts: 2, ending: { effect: 'confirmed' } },
    })
  })

  it('confirms nothing else by an earlier unknown answer', () => {
    const again = toSending(aDoubt(), instant('12:00:03.000'))
    expect(codeOf(afterAnswer(again, notFound, at('12:00:03.200')))).toBe('PAYMENT_NOT_FOUND')
  })

  it('rejects a create', () => {
    expect(codeOf(afterAnswer(anEntry({ request: aCreate() }), notFound, moment))).toBe('REJECTED_BY_API')
  })
})

describe('afterAnswer: other refusals', () => {
  it.each([302, 413, 415, 422])('are final: %d', httpStatus => {
    const answer = anAnswer({ certainty: 'notExecuted', meaning: 'rejected', message: 'no', httpStatus })
    expect(afterAnswer(anEntry(), answer, moment)).toMatchObject({
      entry: { state: 'failed', ending: { effect: 'none', error: { code: 'REJECTED_BY_API', httpStatus } } },
    })
  })

  it('keep no more of a long answer than fits into the ledger', () => {
    const answer = anAnswer({ certainty: 'notExecuted', meaning: 'rejected', message: 'x'.repeat(2_000_000) })
    const { entry } = afterAnswer(anEntry(), answer, moment)
    expect(JSON.stringify(entry).length).toBeLessThan(4_000)
  })

  it('never count a throttled try, and keep to the server’s own wait', () => {
    const throttled = anAnswer({
      certainty: 'notExecuted',
      meaning: 'throttled',
      httpStatus: 429,
      waitMs: 7_000,
    })
    expect(
      afterAnswer(anEntry({ attempts: 1 }), throttled, at('12:00:01.000', { delayScale: 0.01 })),
    ).toMatchObject({
      entry: { state: 'waiting', attempts: 0 },
      step: { next: 'send', at: instant('12:00:08.000') },
    })
  })
})

describe('afterAnswer: not sent', () => {
  it('sends again without counting it', () => {
    expect(afterAnswer(anEntry(), notSent, at('12:00:01.000', { roll: 0.5 }))).toMatchObject({
      entry: {
        state: 'waiting',
        attempts: 0,
        waitingFor: 'reach',
        waitingSince: instant('12:00:01.000'),
        waits: 1,
      },
      step: { next: 'send', at: instant('12:00:03.000') },
    })
  })

  it('remembers since when the API cannot be reached', () => {
    const first = afterAnswer(anEntry(), notSent, moment).entry
    const second = afterAnswer(toSending(first, instant('12:10:00.000')), notSent, at('12:10:00.100')).entry
    expect(second).toMatchObject({ attempts: 0, waitingSince: instant('12:00:01.000'), waits: 2 })
  })

  it('gives up after six hours', () => {
    const waiting = anEntry({ waitingFor: 'reach', waitingSince: instant('12:00:00.000'), waits: 30 })
    expect(afterAnswer(waiting, notSent, at('17:59:59.999')).step.next).toBe('send')
    expect(afterAnswer(waiting, notSent, at('18:00:00.000'))).toMatchObject({
      entry: {
        state: 'failed',
        attempts: 0,
        ending: {
          effect: 'none',
          error: { code: 'RETRIES_EXHAUSTED', message: 'the API could not be reached: connect ECONNREFUSED' },
        },
      },
    })
  })

  it('starts counting anew once the API answered', () => {
    const waiting = anEntry({ waitingFor: 'reach', waitingSince: instant('08:00:00.000'), waits: 30 })
    expect(afterAnswer(waiting, lost, moment).entry).not.toHaveProperty('waitingSince')
  })
})

describe('afterLook', () => {
  it('confirms what was executed, without another write', () => {
    expect(afterLook(aDoubt(), { verdict: 'executed' }, moment)).toMatchObject({
      entry: { state: 'succeeded', attempts: 1, looks: 1, ending: { effect: 'confirmed' } },
      step: { next: 'tell' },
    })
  })

  it('adopts the payment that a create made', () => {
    const { entry } = afterLook(
      aDoubt({ request: aCreate() }),
      { verdict: 'executed', paymentId: 900 },
      moment,
    )
    expect(entry.ending).toMatchObject({ effect: 'confirmed', paymentId: 900 })
  })

  it.each([
    [1, '12:00:03.000'],
    [2, '12:01:01.000'],
    [3, '12:02:01.000'],
    [4, '12:04:01.000'],
  ])('sends again what %d attempts proved not executed, at %s', (attempts, time) => {
    expect(afterLook(aDoubt({ attempts }), { verdict: 'notExecuted' }, moment)).toMatchObject({
      entry: { state: 'waiting', attempts, unproven: false },
      step: { next: 'send', at: instant(time) },
    })
  })

  it('gives up after five attempts without effect', () => {
    expect(afterLook(aDoubt({ attempts: 5 }), { verdict: 'notExecuted' }, moment)).toMatchObject({
      entry: {
        state: 'failed',
        ending: {
          effect: 'none',
          error: { code: 'RETRIES_EXHAUSTED', message: '5 attempts without effect: socket hang up' },
        },
      },
      step: { next: 'tell' },
    })
  })

  it('gives a redrive five attempts of its own', () => {
    const redriven = aDoubt({ attempts: 9, attemptsBefore: 5 })
    expect(afterLook(redriven, { verdict: 'notExecuted' }, moment).step.next).toBe('send')
    expect(codeOf(afterLook({ ...redriven, attempts: 10 }, { verdict: 'notExecuted' }, moment))).toBe(
      'RETRIES_EXHAUSTED',
    )
  })

  it('remembers an attempt that may have taken effect where a repeat is harmless', () => {
    const pull = aDoubt({ request: aRequest({ operationCode: 2 }) })
    expect(afterLook(pull, { verdict: 'repeatable' }, moment)).toMatchObject({
      entry: { state: 'waiting', unproven: true },
      step: { next: 'send', at: instant('12:00:03.000') },
    })
    const spent = afterLook({ ...pull, attempts: 5 }, { verdict: 'repeatable' }, moment)
    expect(spent.entry).toMatchObject({
      state: 'failed',
      ending: { effect: 'unknown', error: { code: 'RETRIES_EXHAUSTED' } },
    })
  })

  it('is in doubt for good where no look can tell', () => {
    expect(afterLook(aDoubt(), { verdict: 'undecidable', why: 'somebody touched it' }, moment)).toMatchObject(
      {
        entry: {
          state: 'inDoubt',
          ending: { effect: 'unknown', error: { code: 'IN_DOUBT', message: 'somebody touched it' } },
          deadLetter: 'due',
        },
        step: { next: 'tell' },
      },
    )
  })

  it.each([
    [0, '12:00:06.000'],
    [1, '12:00:11.000'],
    [2, '12:00:21.000'],
  ])('looks again with growing delays: after %d looks at %s', (looks, time) => {
    expect(afterLook(aDoubt({ looks }), { verdict: 'notYet', why: 'HTTP 503' }, moment)).toMatchObject({
      entry: { state: 'unknown', looks: looks + 1 },
      step: { next: 'look', at: instant(time) },
    })
  })

  it('looks when the list has settled', () => {
    const lookAt = instant('12:00:31.000')
    expect(afterLook(aDoubt(), { verdict: 'notYet', why: 'lag', lookAt }, moment).step).toEqual({
      next: 'look',
      at: lookAt,
    })
  })

  it('looks for at most six hours', () => {
    const notYet = { verdict: 'notYet' as const, why: 'HTTP 503' }
    expect(afterLook(aDoubt(), notYet, at('18:00:00.999')).step.next).toBe('look')
    expect(afterLook(aDoubt(), notYet, at('18:00:01.000'))).toMatchObject({
      entry: {
        state: 'inDoubt',
        ending: { error: { code: 'IN_DOUBT', message: 'no look settled it: HTTP 503' } },
      },
    })
    expect(afterLook(aDoubt(), notYet, at('12:03:37.000', { delayScale: 0.01 })).step.next).toBe('tell')
  })
})

describe('afterLost', () => {
  it('scales the wait for the first look', () => {
    expect(afterLost(aDoubt(), at('12:00:01.000', { delayScale: 0.1 })).step).toEqual({
      next: 'look',
      at: instant('12:00:01.100'),
    })
  })
})

describe('afterRefusalLook', () => {
  const seen = (fields: Parameters<typeof aPayment>[0]): Look => ({
    seen: 'payment',
    payment: aPayment(fields),
  })
  const nothing: Look = { seen: 'nothing', answer: lost }
  const notExecuted = { verdict: 'notExecuted' as const }

  it('is alreadyDone where the wanted state is there', () => {
    expect(afterRefusalLook(refused(), seen({ appliedStatus: 1 }), notExecuted, moment)).toMatchObject({
      entry: { state: 'succeeded', ending: { effect: 'alreadyDone' } },
      step: { next: 'tell' },
    })
  })

  it.each<[OperationRequest, string, ErrorCode]>([
    [aRequest(), 'The payment operation is not allowed.', 'OPERATION_NOT_ALLOWED'],
    [
      aStatusUpdate({ processingStatus: 4 }),
      'The payment processing status is not allowed.',
      'OPERATION_NOT_ALLOWED',
    ],
    [aRequest(), 'Bad request', 'REJECTED_BY_API'],
    [anUpdate({}, { payerName: 'Check' }), 'Bad request', 'REJECTED_BY_API'],
  ])('fails with the API’s reason where it is not, case %#', (request, message, code) => {
    const entry = refused({ request, lastAnswer: { message, httpStatus: 400 } })
    expect(afterRefusalLook(entry, seen({ appliedStatus: 0 }), notExecuted, moment)).toMatchObject({
      entry: { state: 'failed', ending: { effect: 'none', error: { code, message, httpStatus: 400 } } },
    })
  })

  it('fails where the payment is gone', () => {
    expect(codeOf(afterRefusalLook(refused(), { seen: 'gone' }, notExecuted, moment))).toBe(
      'PAYMENT_NOT_FOUND',
    )
  })

  it('looks again while the look fails, and ends with the refusal after six hours', () => {
    const waiting = afterRefusalLook(refused(), nothing, notExecuted, moment)
    expect(waiting).toMatchObject({
      entry: { state: 'refused', looks: 1 },
      step: { next: 'look', at: instant('12:00:06.000') },
    })
    expect(codeOf(afterRefusalLook(waiting.entry, nothing, notExecuted, at('18:00:01.000')))).toBe(
      'OPERATION_NOT_ALLOWED',
    )
  })

  it('adopts what an earlier attempt of a create made, once the API refuses the next', () => {
    const list: Look = { seen: 'list', payments: [] }
    const create = refused({ request: aCreate(), lastAnswer: { message: 'Invalid', httpStatus: 422 } })
    expect(afterRefusalLook(create, list, { verdict: 'executed', paymentId: 9 }, moment)).toMatchObject({
      entry: { state: 'succeeded', ending: { effect: 'confirmed', paymentId: 9 } },
    })
    expect(codeOf(afterRefusalLook(create, list, { verdict: 'undecidable', why: 'two' }, moment))).toBe(
      'IN_DOUBT',
    )
    expect(codeOf(afterRefusalLook(create, list, notExecuted, moment))).toBe('REJECTED_BY_API')
  })

  it('never leads to another write', () => {
    const looks: Look[] = [seen({ appliedStatus: 0 }), seen({ appliedStatus: 1 }), { seen: 'gone' }, nothing]
    expect(looks.map(look => afterRefusalLook(refused(), look, notExecuted, moment).step.next)).not.toContain(
      'send',
    )
  })
})

describe('afterNoCredentials', () => {
  const lack = { code: 'CREDENTIALS_REJECTED' as const, message: 'the access token was refused' }
  const nextTryAt = instant('12:00:30.000')

  it('waits for a person, without counting an attempt', () => {
    const decision = afterNoCredentials(anEntry({ attempts: 0 }), lack, nextTryAt, moment)
    expect(decision).toMatchObject({
      entry: {
        state: 'waiting',
        attempts: 0,
        waitingFor: 'credentials',
        waitingSince: instant('12:00:01.000'),
      },
      step: { next: 'wait', until: nextTryAt },
    })
  })

  const since = { waitingFor: 'credentials' as const, waitingSince: instant('12:00:00.000') }

  it('waits no longer than the hour', () => {
    const decision = afterNoCredentials(anEntry(since), lack, instant('13:05:00.000'), at('12:59:59.999'))
    expect(decision.step).toEqual({ next: 'wait', until: instant('13:00:00.000') })
  })

  it.each(['CREDENTIALS_REJECTED', 'CREDENTIALS_MISSING'] as const)(
    'fails with %s when the hour is over',
    code => {
      const decision = afterNoCredentials(anEntry(since), { ...lack, code }, nextTryAt, at('13:00:00.000'))
      expect(decision).toMatchObject({
        entry: { state: 'failed', ending: { effect: 'none', error: { code, message: lack.message } } },
        step: { next: 'tell' },
      })
    },
  )

  it('leaves a doubt a doubt: its own limit counts', () => {
    expect(
      afterNoCredentials(aDoubt(since), lack, instant('13:00:30.000'), at('13:00:00.000')),
    ).toMatchObject({
      entry: { state: 'unknown' },
      step: { next: 'look', at: instant('13:00:30.000') },
    })
    expect(codeOf(afterNoCredentials(aDoubt(since), lack, nextTryAt, at('18:00:01.000')))).toBe('IN_DOUBT')
  })

  it('leaves a refusal to the look that it still needs', () => {
    expect(afterNoCredentials(refused(), lack, nextTryAt, moment).entry.state).toBe('refused')
  })
})

describe('failBlocked', () => {
  it('fails unexecuted and names the request in doubt', () => {
    const decision = failBlocked(anEntry({ state: 'waiting', attempts: 0 }), 'r-0', moment)
    expect(decision).toMatchObject({
      entry: {
        state: 'failed',
        attempts: 0,
        ending: {
          effect: 'none',
          error: {
            code: 'BLOCKED_BY_DOUBT',
            message: 'request r-0 on this payment is in doubt and has to be resolved first',
          },
        },
      },
      step: { next: 'tell' },
    })
  })
})

describe('every decision', () => {
  const meanings = fc.constantFrom<Answer['meaning']>(
    'success',
    'notAllowed',
    'notFound',
    'rejected',
    'credentials',
    'throttled',
    'notSent',
    'conflict',
    'lost',
  )
  const requests = fc.constantFrom<OperationRequest>(
    aRequest(),
    aRequest({ operationCode: 2 }),
    aRequest({ operationCode: 3 }),
    aStatusUpdate(),
    aCreate(),
    anUpdate(),
    aDelete(),
  )

  it('ends, or names an instant that is not in the past', () => {
    fc.assert(
      fc.property(
        requests,
        meanings,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (request, meaning, roll) => {
          const { entry, step } = afterAnswer(anEntry({ request }), { ...lost, meaning }, { ...moment, roll })
          if (step.next === 'tell') expect(entry.ending).toBeDefined()
          else expect(step.next === 'wait' ? step.until : step.at).toBeGreaterThanOrEqual(moment.now)
        },
      ),
    )
  })

  it('sends again only after an answer that is certain not to have been executed', () => {
    fc.assert(
      fc.property(requests, meanings, (request, meaning) => {
        const { step } = afterAnswer(anEntry({ request }), { ...lost, meaning }, moment)
        if (step.next === 'send') expect(['throttled', 'notSent']).toContain(meaning)
      }),
    )
  })
})
