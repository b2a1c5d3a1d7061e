import { describe, expect, it } from '@jest/globals'
import { decideClaim, neverSent } from '../../lib/core/claim.js'
import { release } from '../../lib/core/ledger-entry.js'
import { aDoubt, aFailure, anEntry, aRequest, instant } from '../support/requests.js'

const lease = { owner: 'worker-2', until: instant('12:03:00.000') }
const delivery = { request: aRequest() }
const redrive = { request: aRequest(), redriveOf: '2026-11-22T12:00:00.000Z' }
const later = instant('12:02:00.000')

describe('decideClaim', () => {
  it('refuses the same key with other content, even of a finished request', () => {
    const other = { request: aRequest({ operationCode: 1 }) }
    expect(decideClaim(anEntry(), other, lease, later)).toEqual({ found: 'conflict' })
    expect(decideClaim(aFailure(), { ...other, redriveOf: redrive.redriveOf }, lease, later)).toEqual({
      found: 'conflict',
    })
  })

  it('takes other metadata for the same content', () => {
    const delivered = { request: aRequest({ metadata: { order: '250' } }) }
    expect(decideClaim(aFailure(), delivered, lease, later)).toEqual({ found: 'finished' })
  })

  it('asserts that a claim compares entries of one key', () => {
    const other = { request: aRequest({ requestId: 'r-2' }) }
    expect(() => decideClaim(anEntry(), other, lease, later)).toThrow(
      'Bug: a claim compares entries of one key',
    )
  })

  it.each(['sending', 'waiting', 'unknown', 'refused'] as const)(
    'leaves an entry that is %s to the worker that holds it',
    state => {
      expect(decideClaim(anEntry({ state }), delivery, lease, instant('12:00:59.999'))).toEqual({
        found: 'notYet',
        until: instant('12:01:00.000'),
      })
    },
  )

  it('never sends again what a crash left behind: its write counts as unknown', () => {
    const claim = decideClaim(anEntry(), delivery, lease, later)
    expect(claim).toMatchObject({
      found: 'mine',
      entry: {
        state: 'unknown',
        attempts: 1,
        hadUnknown: true,
        owner: 'worker-2',
        leaseUntil: instant('12:03:00.000'),
        sendingFrom: instant('12:00:00.000'),
        sendingUntil: instant('12:01:00.000'),
        doubtSince: later,
      },
    })
  })

  it('goes on with a doubt where it stands', () => {
    const doubt = release(aDoubt({ looks: 3 }), instant('12:01:30.000'))
    expect(decideClaim(doubt, delivery, lease, later)).toMatchObject({
      found: 'mine',
      entry: { state: 'unknown', looks: 3, attempts: 1, owner: 'worker-2' },
    })
  })

  it('goes on with a refusal by the look that it still needs', () => {
    const refused = release(anEntry({ state: 'refused' }), instant('12:01:00.000'))
    expect(decideClaim(refused, delivery, lease, later)).toMatchObject({
      found: 'mine',
      entry: { state: 'refused', attempts: 1 },
    })
  })

  it('sends what waited once it is due, and counts that write first', () => {
    const waiting = release(anEntry({ state: 'waiting', attempts: 1 }), later)
    expect(decideClaim(waiting, delivery, lease, later)).toMatchObject({
      found: 'mine',
      entry: { state: 'sending', attempts: 2, sendingFrom: later },
    })
  })

  it.each(['waiting', 'unknown', 'refused'] as const)(
    'does not touch an entry that is %s before it is due',
    state => {
      const early = release(anEntry({ state }), instant('12:02:00.001'))
      expect(decideClaim(early, delivery, lease, later)).toEqual({
        found: 'notYet',
        until: instant('12:02:00.001'),
      })
    },
  )
})

describe('decideClaim: a finished request', () => {
  const succeeded = anEntry({
    state: 'succeeded',
    leaseUntil: instant('12:00:00.000'),
    ending: { effect: 'performed', completedAt: instant('12:00:00.000') },
  })
  const inDoubt = aDoubt({
    state: 'inDoubt',
    leaseUntil: instant('12:00:01.000'),
    ending: { effect: 'unknown', completedAt: instant('12:00:00.000') },
    deadLetter: 'sent',
  })

  it.each([
    ['succeeded', succeeded],
    ['failed', aFailure()],
    ['inDoubt', inDoubt],
  ])('is only told again by a repeat: %s', (_, entry) => {
    expect(decideClaim(entry, delivery, lease, later)).toEqual({ found: 'finished' })
  })

  it('is never reopened once it took effect, redriven or not', () => {
    expect(decideClaim(succeeded, redrive, lease, later)).toEqual({ found: 'finished' })
  })

  it('is tried afresh by a redrive where it failed without effect', () => {
    const claim = decideClaim(aFailure({ attempts: 5, waits: 4 }), redrive, lease, later)
    expect(claim).toMatchObject({
      found: 'mine',
      entry: {
        state: 'sending',
        attempts: 6,
        attemptsBefore: 5,
        waits: 0,
        sendingFrom: later,
        owner: 'worker-2',
      },
    })
    expect(claim).not.toHaveProperty('entry.ending')
    expect(claim).not.toHaveProperty('entry.deadLetter')
  })

  it('is looked at before anything else where it failed with an unproven attempt', () => {
    const unproven = aFailure({
      unproven: true,
      sendingUntil: instant('12:00:01.000'),
      ending: { effect: 'unknown', completedAt: instant('12:00:00.000') },
    })
    expect(decideClaim(unproven, redrive, lease, later)).toMatchObject({
      found: 'mine',
      entry: { state: 'unknown', attempts: 1 },
    })
  })

  it('is looked at by the redrive of a doubt, against the seconds of the write in doubt', () => {
    const claim = decideClaim(inDoubt, redrive, lease, later)
    expect(claim).toMatchObject({
      found: 'mine',
      entry: {
        state: 'unknown',
        attempts: 1,
        sendingFrom: instant('12:00:00.000'),
        sendingUntil: instant('12:00:01.000'),
        doubtSince: later,
      },
    })
    expect(claim).not.toHaveProperty('entry.ending')
  })

  it('is never tried again where an edit put another request in its place', () => {
    const claim = decideClaim(aFailure({ supersededBy: 'r-2' }), redrive, lease, later)
    expect(claim).toEqual({ found: 'finished' })
  })

  it('is told before it is tried again, where its own dead letter was never sent', () => {
    const due = aFailure({ deadLetter: 'due' })
    expect(decideClaim(due, { ...redrive, redriveOf: '2026-11-22T11:00:00.000Z' }, lease, later)).toEqual({
      found: 'finished',
    })
    // The letter was sent after all, only its mark is missing.
    expect(decideClaim(due, redrive, lease, later).found).toBe('mine')
  })
})

describe('neverSent', () => {
  it('gives a wait its beginning without an attempt', () => {
    expect(neverSent(anEntry())).toMatchObject({ state: 'waiting', attempts: 0 })
  })
})
