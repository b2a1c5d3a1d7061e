import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { type Answer, readAnswer } from '../../lib/core/answer.js'
import {
  canLookSettle,
  type Evidence,
  judgeDoubt,
  type Look,
  lookFromDetail,
  looksAtList,
  type Sending,
  showsWantedState,
} from '../../lib/core/evidence.js'
import type { Payment } from '../../lib/core/payment.js'
import type { OperationRequest } from '../../lib/core/request.js'
import {
  aCreate,
  aDelete,
  anAnswer,
  anUpdate,
  aPayment,
  aRequest,
  aStatusUpdate,
  instant,
  unixSeconds,
} from '../support/requests.js'

/** The write was on its way within these two seconds; the server's clock agrees with ours. */
const sending: Sending = {
  from: instant('12:00:00.400'),
  until: instant('12:00:01.200'),
  serverOffsetMs: 0,
}
const now = instant('12:00:02.000')
const seen = (fields: Partial<Payment>): Look => ({ seen: 'payment', payment: aPayment(fields) })
const touchedAt = (time: string, fields: Partial<Payment> = {}): Look =>
  seen({ updatedAtSeconds: unixSeconds(time), ...fields })
const judge = (request: OperationRequest, look: Look, at = now, within = sending): Evidence['verdict'] =>
  judgeDoubt(request, within, look, at, 1).verdict

const before = '11:59:59.000'
const theSecond = '12:00:00.000'
const after = '12:00:10.000'

describe('judgeDoubt: apply and revert', () => {
  const apply = aRequest({ operationCode: 0 })
  const revert = aRequest({ operationCode: 1 })

  it.each<[string, OperationRequest, number, string, Evidence['verdict']]>([
    ['an apply that shows', apply, 1, theSecond, 'executed'],
    ['an apply that shows, touched since', apply, 1, after, 'executed'],
    ['an apply that does not show, untouched', apply, 0, before, 'notExecuted'],
    ['an apply that does not show, touched in the second of sending', apply, 0, theSecond, 'undecidable'],
    ['an apply that does not show, touched later', apply, 0, after, 'undecidable'],
    ['an apply that stood there long before', apply, 1, before, 'alreadySo'],
    ['a revert that shows', revert, 0, theSecond, 'executed'],
    ['a revert that does not show, untouched', revert, 1, before, 'notExecuted'],
    ['a revert that does not show, touched in the second of sending', revert, 1, theSecond, 'undecidable'],
    ['a revert that does not show, touched later', revert, 1, after, 'undecidable'],
    ['a revert that stood there long before', revert, 0, before, 'alreadySo'],
  ])('judges %s', (_, request, appliedStatus, touched, verdict) => {
    expect(judge(request, touchedAt(touched, { appliedStatus }))).toBe(verdict)
  })

  it('says why it cannot decide', () => {
    expect(judgeDoubt(apply, sending, touchedAt(theSecond), now, 1)).toEqual({
      verdict: 'undecidable',
      why: 'the payment was changed in or after the second of sending and is not as wanted',
    })
  })

  it('never sends an apply or a revert again once somebody touched the payment', () => {
    const seconds = fc.integer({ min: unixSeconds(theSecond), max: unixSeconds('23:00:00.000') })
    fc.assert(
      fc.property(
        seconds,
        fc.constantFrom<0 | 1>(0, 1),
        fc.nat({ max: 1 }),
        (updatedAtSeconds, operationCode, appliedStatus) => {
          const verdict = judge(aRequest({ operationCode }), seen({ updatedAtSeconds, appliedStatus }))
          expect(['executed', 'undecidable']).toContain(verdict)
        },
      ),
    )
  })
})

describe('judgeDoubt: the clock of the server', () => {
  const apply = aRequest()

  it.each<[string, number, string, Evidence['verdict']]>([
    ['a server an hour ahead', 3_600_000, '12:59:59.000', 'notExecuted'],
    ['a server an hour ahead', 3_600_000, '13:00:00.000', 'undecidable'],
    ['a server a minute behind', -60_000, '11:58:59.000', 'notExecuted'],
    ['a server a minute behind', -60_000, '11:59:00.000', 'undecidable'],
    ['a server half a second behind', -500, '11:59:59.000', 'undecidable'],
  ])('of %s (%d ms): a touch at %s makes it %s', (_, serverOffsetMs, touched, verdict) => {
    expect(judge(apply, touchedAt(touched), now, { ...sending, serverOffsetMs })).toBe(verdict)
  })

  it('proves nothing close to the sending while it is unknown', () => {
    const { serverOffsetMs: _, ...unknown } = sending
    expect(judge(apply, touchedAt('11:59:30.000'), now, unknown)).toBe('undecidable')
  })
})

describe('judgeDoubt: absolute writes and refreshes', () => {
  const status = aStatusUpdate({ processingStatus: 4 })
  const update = anUpdate({}, { payerName: 'Check' })
  const pull = aRequest({ operationCode: 2 })

  it.each<[string, OperationRequest, Look, Evidence['verdict']]>([
    ['a status that shows', status, touchedAt(theSecond, { processingStatus: 4 }), 'executed'],
    ['a status that does not show, untouched', status, touchedAt(before), 'notExecuted'],
    ['a status that does not show, touched meanwhile', status, touchedAt(theSecond), 'repeatable'],
    ['a status that somebody changed since', status, touchedAt(after), 'undecidable'],
    ['an update that shows', update, touchedAt(theSecond, { payerName: 'Check' }), 'executed'],
    ['an update that does not show, untouched', update, touchedAt(before), 'notExecuted'],
    ['an update that does not show, touched meanwhile', update, touchedAt(theSecond), 'repeatable'],
    ['a pull, untouched', pull, touchedAt(before), 'repeatable'],
    ['a pull, touched meanwhile', pull, touchedAt(theSecond), 'repeatable'],
    ['a pull, touched later', pull, touchedAt(after), 'repeatable'],
  ])('weighs %s', (_, request, look, verdict) => {
    expect(judge(request, look)).toBe(verdict)
  })
})

describe('judgeDoubt: a payment that is gone', () => {
  it('proves a delete', () => {
    expect(judgeDoubt(aDelete(), sending, { seen: 'gone' }, now, 1)).toEqual({ verdict: 'executed' })
  })

  it.each([
    aRequest(),
    aRequest({ operationCode: 1 }),
    aRequest({ operationCode: 2 }),
    aStatusUpdate(),
    anUpdate(),
  ])('proves nothing else: $type $operationCode', request => {
    expect(judge(request, { seen: 'gone' })).toBe('undecidable')
  })

  it.each([before, theSecond, after])(
    'proves that a delete was not executed while it is still there, touched %s',
    touched => {
      expect(judge(aDelete(), touchedAt(touched))).toBe('notExecuted')
    },
  )
})

describe('judgeDoubt: a create', () => {
  const settled = instant('12:00:31.200')
  const made = (fields: Partial<Payment> = {}): Payment =>
    aPayment({ id: 900, createdAtSeconds: unixSeconds('12:00:01.000'), ...fields })
  const listed = (...payments: Payment[]): Look => ({ seen: 'list', payments })

  it('adopts the one payment that carries its externalId and its money', () => {
    expect(judgeDoubt(aCreate(), sending, listed(made()), now, 1)).toEqual({
      verdict: 'executed',
      paymentId: 900,
    })
  })

  it.each<[string, Partial<Payment>]>([
    ['another spelling of the amount', { total: '20.00', lineItems: [{ invoiceId: 1117, amount: '020.0' }] }],
    ['a memo that a person changed', { memo: 'Check 4712' }],
    ['a payer name that the store filled in', { payerName: 'Store offline payment' }],
    ['a list without line items', { lineItems: [] }],
  ])('adopts it despite %s', (_, fields) => {
    expect(judge(aCreate(), listed(made(fields)), settled)).toBe('executed')
  })

  it.each<[string, Partial<Payment>]>([
    ['another amount', { total: '20.01', lineItems: [{ invoiceId: 1117, amount: '20.01' }] }],
    ['another invoice', { lineItems: [{ invoiceId: 1118, amount: '20.00' }] }],
    [
      'one line item more',
      {
        lineItems: [
          { invoiceId: 1117, amount: '20.00' },
          { invoiceId: 1, amount: '0.00' },
        ],
      },
    ],
    ['another customer', { customerId: '6042' }],
    ['another currency', { currency: 'EUR' }],
  ])('neither adopts nor repeats where its externalId stands on %s', (_, fields) => {
    expect(judge(aCreate(), listed(made(fields)), settled)).toBe('undecidable')
  })

  it('neither adopts nor repeats a payment that shows no amount', () => {
    const { total: _, ...bare } = made({ lineItems: [] })
    expect(judge(aCreate(), listed(bare), settled)).toBe('undecidable')
  })

  it('stops where several payments carry its externalId', () => {
    expect(judgeDoubt(aCreate(), sending, listed(made(), made({ id: 901 })), settled, 1)).toEqual({
      verdict: 'undecidable',
      why: '2 payments carry the externalId A-1',
    })
    expect(judge(aCreate(), listed(made(), made({ id: 901, total: '5' })), settled)).toBe('undecidable')
  })

  it.each(['A-10', 'xA-1', 'a-1', 'A-1 ', undefined])('is not found under the externalId %j', externalId => {
    const { externalId: _, ...bare } = made()
    const other = externalId === undefined ? bare : { ...bare, externalId }
    expect(judge(aCreate(), listed(other), settled)).toBe('notExecuted')
  })

  it('finds its own among what the keyword search brings', () => {
    const list = listed(made({ id: 910, externalId: 'A-10' }), made(), made({ id: 911, externalId: 'A-11' }))
    expect(judgeDoubt(aCreate(), sending, list, now, 1)).toEqual({ verdict: 'executed', paymentId: 900 })
  })

  it('leaves an older payment with the same externalId to the request that made it', () => {
    const older = made({ createdAtSeconds: unixSeconds('11:00:00.000') })
    expect(judge(aCreate(), listed(older), settled)).toBe('notExecuted')
  })

  it('waits thirty seconds after the sending before an empty list proves anything', () => {
    expect(judgeDoubt(aCreate(), sending, listed(), instant('12:00:31.199'), 1)).toEqual({
      verdict: 'notYet',
      why: 'the list may still lag behind the create',
      lookAt: settled,
    })
    expect(judgeDoubt(aCreate(), sending, listed(), settled, 1)).toEqual({ verdict: 'notExecuted' })
  })

  it('scales that wait', () => {
    expect(judgeDoubt(aCreate(), sending, listed(), instant('12:00:01.300'), 0.01)).toMatchObject({
      verdict: 'notYet',
      lookAt: instant('12:00:01.500'),
    })
  })

  it('is never repeated while any payment made since the sending carries its externalId', () => {
    const payments = fc.array(
      fc.record({
        externalId: fc.constantFrom('A-1', 'A-10'),
        total: fc.constantFrom('20.00', '20.0000', '21'),
        createdAtSeconds: fc.integer({ min: unixSeconds(theSecond), max: unixSeconds('13:00:00.000') }),
      }),
      { maxLength: 4 },
    )
    fc.assert(
      fc.property(payments, list => {
        const verdict = judge(aCreate(), listed(...list.map(fields => made(fields))), instant('13:00:00.000'))
        const carried = list.some(({ externalId }) => externalId === 'A-1')
        expect(verdict === 'notExecuted').toBe(!carried)
      }),
    )
  })
})

describe('judgeDoubt: a look that failed', () => {
  it.each([aRequest(), aRequest({ operationCode: 2 }), aStatusUpdate(), aCreate(), anUpdate(), aDelete()])(
    'settles nothing for $type',
    request => {
      const answer = anAnswer({ certainty: 'unknown', meaning: 'lost', message: 'HTTP 503' })
      expect(judgeDoubt(request, sending, { seen: 'nothing', answer }, instant('18:00:00.000'), 1)).toEqual({
        verdict: 'notYet',
        why: 'the look got no usable answer: HTTP 503',
      })
    },
  )
})

describe('lookFromDetail', () => {
  const refused = (meaning: Answer['meaning']): Answer<'detail'> => ({
    certainty: 'unknown',
    meaning,
    message: 'because',
  })

  it('sees the payment', () => {
    const payment = aPayment({ appliedStatus: 1 })
    const answer: Answer<'detail'> = {
      certainty: 'executed',
      meaning: 'success',
      message: 'SUCCESS',
      content: payment,
    }
    expect(lookFromDetail(answer)).toEqual({ seen: 'payment', payment })
  })

  it('sees that it is gone where the API itself said so', () => {
    expect(lookFromDetail(refused('notFound'))).toEqual({ seen: 'gone' })
  })

  it.each(['notAllowed', 'rejected', 'credentials', 'throttled', 'notSent', 'conflict', 'lost'] as const)(
    'sees nothing in an answer that means %s',
    meaning => {
      expect(lookFromDetail(refused(meaning))).toEqual({ seen: 'nothing', answer: refused(meaning) })
    },
  )

  it.each([null, undefined, 'soon'])('sees nothing in a payment that was touched at %p', updatedAt => {
    const { id, appliedStatus, processingStatus } = aPayment()
    const content = { id, createdAt: 1, updatedAt, appliedStatus, processingStatus }
    const answer = readAnswer('detail', {
      kind: 'answered',
      status: 200,
      headers: {},
      body: JSON.stringify({ code: 200, data: content, meta: { message: 'SUCCESS' } }),
      receivedAt: instant('12:00:00.000'),
    })
    expect(lookFromDetail(answer)).toMatchObject({
      seen: 'nothing',
      answer: { meaning: 'lost', message: 'a success without the expected data' },
    })
  })
})

describe('showsWantedState', () => {
  it.each<[string, OperationRequest, Partial<Payment>, boolean]>([
    ['an apply', aRequest({ operationCode: 0 }), { appliedStatus: 1 }, true],
    ['an apply', aRequest({ operationCode: 0 }), { appliedStatus: 0 }, false],
    ['a revert', aRequest({ operationCode: 1 }), { appliedStatus: 0 }, true],
    ['a revert', aRequest({ operationCode: 1 }), { appliedStatus: 1 }, false],
    ['a pull', aRequest({ operationCode: 2 }), { appliedStatus: 1 }, false],
    ['operation 3', aRequest({ operationCode: 3 }), { appliedStatus: 1 }, false],
    ['a status', aStatusUpdate({ processingStatus: 4 }), { processingStatus: 4 }, true],
    ['a status', aStatusUpdate({ processingStatus: 4 }), { processingStatus: 3 }, false],
    ['an update', anUpdate(), {}, true],
    ['an update', anUpdate({}, { payerName: 'Check' }), {}, false],
    ['an update', anUpdate({}, { processingStatus: 2 }), {}, false],
    ['an update', anUpdate({}, { fundingStatus: 1 }), {}, false],
    ['an update', anUpdate({}, { fundingStatus: 2, processingStatus: 3 }), {}, true],
    ['an update', anUpdate({}, { details: {} }), {}, true],
    ['an update', anUpdate({}, { details: { memo: 'x' } }), {}, false],
    ['an update', anUpdate(), { currency: 'EUR' }, false],
    ['an update', anUpdate(), { lineItems: [] }, false],
    ['a delete', aDelete(), {}, false],
  ])('of %s, case %#', (_, request, fields, shows) => {
    expect(showsWantedState(request, aPayment(fields))).toBe(shows)
  })

  it('compares line items in any order', () => {
    const two = [
      { invoiceId: 1117, amount: '20.00' },
      { invoiceId: 1118, amount: '5.50' },
    ]
    const stored = [
      { invoiceId: 1118, amount: '5.5000' },
      { invoiceId: 1117, amount: '20.0000' },
    ]
    expect(showsWantedState(anUpdate({}, { lineItems: two }), aPayment({ lineItems: stored }))).toBe(true)
  })

  it('counts equal line items', () => {
    const item = { invoiceId: 1117, amount: '20.00' }
    const other = { invoiceId: 1118, amount: '20.00' }
    const wanted = anUpdate({}, { lineItems: [item, item] })
    expect(showsWantedState(wanted, aPayment({ lineItems: [item, other] }))).toBe(false)
    expect(showsWantedState(wanted, aPayment({ lineItems: [item, item] }))).toBe(true)
  })
})

describe('which look answers', () => {
  it('is the list for a create and the payment for all else', () => {
    const requests = [aRequest(), aStatusUpdate(), aCreate(), anUpdate(), aDelete()]
    expect(requests.map(looksAtList)).toEqual([false, false, true, false, false])
  })

  it('is none for operation 3, which is described nowhere', () => {
    expect(canLookSettle(aRequest({ operationCode: 3 }))).toBe(false)
    expect(([0, 1, 2] as const).map(operationCode => canLookSettle(aRequest({ operationCode })))).toEqual([
      true,
      true,
      true,
    ])
    expect([aStatusUpdate(), aCreate(), anUpdate(), aDelete()].every(canLookSettle)).toBe(true)
  })
})

describe('judgeDoubt: as many line items as a request can hold', () => {
  it('compares thousands of them in any order', () => {
    const lineItems = Array.from({ length: 8_000 }, (_, index) => ({
      invoiceId: 13,
      amount: `${index + 1}.00`,
    }))
    const update = anUpdate({}, { lineItems })
    const shown = lineItems.map(({ invoiceId, amount }) => ({ invoiceId, amount: `${amount}00` })).reverse()
    expect(judge(update, touchedAt(theSecond, { lineItems: shown }))).toBe('executed')
    const other = [{ invoiceId: 14, amount: '1.00' }, ...shown.slice(1)]
    expect(judge(update, touchedAt(theSecond, { lineItems: other }))).toBe('repeatable')
  })
})
