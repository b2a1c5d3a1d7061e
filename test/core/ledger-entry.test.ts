import { describe, expect, it } from '@jest/globals'
import {
  entryKeyOf,
  entryPaymentId,
  finish,
  isFinal,
  isLeased,
  openEntry,
  release,
  toSending,
  toUnknown,
  uncount,
} from '../../lib/core/ledger-entry.js'
import { hashContent } from '../../lib/core/request.js'
import { aCreate, aDoubt, anEntry, aRequest, instant } from '../support/requests.js'

describe('openEntry', () => {
  it('is claim and intent in one: its first write counts as sent', () => {
    const origin = { source: 'eventbridge' as const, requestedAt: instant('11:59:58.000') }
    const lease = { owner: 'worker-1', until: instant('12:01:00.000') }
    expect(openEntry(aRequest(), origin, lease, instant('12:00:00.000'))).toEqual({
      request: aRequest(),
      contentHash: hashContent(aRequest()),
      source: 'eventbridge',
      requestedAt: instant('11:59:58.000'),
      state: 'sending',
      rev: 1,
      owner: 'worker-1',
      leaseUntil: instant('12:01:00.000'),
      attempts: 1,
      attemptsBefore: 0,
      sendingFrom: instant('12:00:00.000'),
      looks: 0,
      hadUnknown: false,
      unproven: false,
      waits: 0,
    })
  })
})

describe('entryKeyOf', () => {
  it('is unique for a store', () => {
    expect(entryKeyOf(aRequest())).toBe('luma7x2#r-1')
    expect(entryKeyOf(aRequest({ storeHash: 'nordic4b' }))).toBe('nordic4b#r-1')
  })
})

describe('entryPaymentId', () => {
  it('is the request’s, or for a create the payment that was made', () => {
    expect(entryPaymentId(anEntry())).toBe(117)
    const create = anEntry({ request: aCreate() })
    expect(entryPaymentId(create)).toBeUndefined()
    const ending = { effect: 'performed' as const, completedAt: instant('12:00:01.000'), paymentId: 900 }
    expect(entryPaymentId({ ...create, state: 'succeeded', ending })).toBe(900)
  })
})

describe('isFinal', () => {
  it.each([
    ['sending', false],
    ['waiting', false],
    ['unknown', false],
    ['refused', false],
    ['succeeded', true],
    ['failed', true],
    ['inDoubt', true],
  ] as const)('knows that %s is final: %s', (state, final) => {
    expect(isFinal(state)).toBe(final)
  })
})

describe('isLeased', () => {
  it.each([
    ['12:00:59.999', true],
    ['12:01:00.000', false],
    ['12:01:00.001', false],
  ])('at %s a lease until 12:01 is held: %s', (time, held) => {
    expect(isLeased(anEntry(), instant(time))).toBe(held)
  })

  it('is held by nobody once it was given back', () => {
    expect(isLeased(release(anEntry(), instant('12:00:30.000')), instant('12:00:01.000'))).toBe(false)
  })
})

describe('toSending', () => {
  it('counts the write before it is sent, and leaves the doubt behind', () => {
    const again = toSending(aDoubt({ notBefore: instant('12:00:03.000'), looks: 2 }), instant('12:00:03.000'))
    expect(again).toMatchObject({
      state: 'sending',
      attempts: 2,
      sendingFrom: instant('12:00:03.000'),
      looks: 0,
    })
    expect(again).not.toHaveProperty('notBefore')
    expect(again).not.toHaveProperty('sendingUntil')
    expect(again).not.toHaveProperty('doubtSince')
  })

  it('remembers that an answer was unknown once', () => {
    expect(toSending(aDoubt(), instant('12:00:03.000')).hadUnknown).toBe(true)
  })
})

describe('uncount', () => {
  it('takes back the write that was certainly not sent', () => {
    expect(uncount(anEntry({ attempts: 3 })).attempts).toBe(2)
  })
})

describe('toUnknown', () => {
  it('keeps the time in which the write may have run, and when the doubt began', () => {
    const doubt = toUnknown(anEntry(), instant('12:00:10.000'), instant('12:00:10.500'))
    expect(doubt).toMatchObject({
      state: 'unknown',
      sendingFrom: instant('12:00:00.000'),
      sendingUntil: instant('12:00:10.000'),
      doubtSince: instant('12:00:10.500'),
      hadUnknown: true,
    })
  })

  it('does not let a doubt begin anew while it lasts', () => {
    const doubt = toUnknown(aDoubt(), instant('13:00:00.000'), instant('13:00:00.000'))
    expect(doubt.doubtSince).toBe(instant('12:00:01.000'))
  })
})

describe('finish', () => {
  const held = anEntry({
    notBefore: instant('12:00:05.000'),
    waitingFor: 'reach',
    waitingSince: instant('12:00:00.000'),
    lastAnswer: { message: 'SUCCESS', apiRequestId: 'trace-1' },
  })

  it('gives the lease back and leaves nothing to wait for', () => {
    const ended = finish(held, 'succeeded', { effect: 'performed' }, instant('12:00:06.000'))
    for (const field of ['owner', 'leaseUntil', 'notBefore', 'waitingFor', 'waitingSince', 'deadLetter']) {
      expect(ended).not.toHaveProperty(field)
    }
    expect(ended).toMatchObject({
      state: 'succeeded',
      ending: { effect: 'performed', completedAt: instant('12:00:06.000'), apiRequestId: 'trace-1' },
    })
  })

  it.each(['failed', 'inDoubt'] as const)('owes a dead letter when it ends as %s', state => {
    expect(finish(held, state, { effect: 'none' }, instant('12:00:06.000')).deadLetter).toBe('due')
  })
})

describe('release', () => {
  it('lets whoever comes next go on from here, not before it is due', () => {
    const given = release(anEntry({ state: 'waiting' }), instant('12:00:30.000'))
    expect(given).toMatchObject({ state: 'waiting', notBefore: instant('12:00:30.000') })
    expect(given).not.toHaveProperty('owner')
    expect(given).not.toHaveProperty('leaseUntil')
  })
})
