import { describe, expect, it } from '@jest/globals'
import { proveByLedger, proveEffects } from '../../../lib/cli/start/proof.js'
import type { EffectSeen } from '../../../lib/cli/start/proof-subjects.js'
import type { LedgerEntrySeen } from '../../../lib/cli/start/read-ledger.js'

type Entry = Partial<LedgerEntrySeen> & {
  effect?: 'performed' | 'alreadyDone' | 'confirmed' | 'none' | 'unknown'
}

function anEntry({ effect = 'performed', ...overrides }: Entry = {}): LedgerEntrySeen {
  const state = overrides.state ?? 'succeeded'
  const isFinal = state === 'succeeded' || state === 'failed' || state === 'inDoubt'
  return {
    key: 'luma7x2#r-1',
    storeHash: 'luma7x2',
    type: 'performOperation',
    state,
    attempts: 1,
    request: { paymentId: 117, operationCode: 0 },
    ...(isFinal && {
      outcome: { requestId: 'r-1', storeHash: 'luma7x2', status: state, effect, attempts: 1 },
    }),
    ...overrides,
  }
}

const anEffect = (overrides: Partial<EffectSeen> = {}): EffectSeen => ({
  storeHash: 'luma7x2',
  paymentId: 117,
  type: 'performOperation',
  operationCode: 0,
  ...overrides,
})

const pull = { request: { paymentId: 118, operationCode: 2 } }
const pullEffect = { paymentId: 118, operationCode: 2 }
const create = (amount: string): Entry => ({
  type: 'createOfflinePayment',
  request: { payment: { externalId: 'CHQ-1', currency: 'USD', lineItems: [{ amount }, { amount: '0.20' }] } },
})
const createEffect = (value: string): Partial<EffectSeen> => ({
  type: 'createOfflinePayment',
  paymentId: 401,
  externalId: 'CHQ-1',
  total: { code: 'USD', value },
})

describe('proveEffects', () => {
  it('holds when the store saw what the ledger says was done', () => {
    expect(proveEffects([anEntry()], [anEffect()])).toEqual({
      holds: true,
      found: 1,
      expected: 1,
      repeats: 0,
      doubtful: 0,
      gone: 0,
      problems: [],
      sums: [],
    })
  })

  it('holds over nothing at all', () => {
    expect(proveEffects([], [])).toMatchObject({ holds: true, found: 0, expected: 0 })
  })

  it('expects nothing of requests that were refused or done already', () => {
    const entries = [anEntry({ state: 'failed', effect: 'none' }), anEntry({ effect: 'alreadyDone' })]
    expect(proveEffects(entries, [])).toMatchObject({ holds: true, expected: 0 })
  })

  it('counts a confirmed request as done once', () => {
    expect(proveEffects([anEntry({ effect: 'confirmed', attempts: 2 })], [anEffect()]).holds).toBe(true)
  })

  it('fails on a second apply, even after a lost answer', () => {
    const proof = proveEffects([anEntry({ effect: 'confirmed', attempts: 3 })], [anEffect(), anEffect()])
    expect(proof).toMatchObject({
      holds: false,
      found: 2,
      expected: 1,
      problems: ['luma7x2: apply 117: found 2 in the store, expected 1'],
    })
  })

  it('fails on a missing effect', () => {
    expect(proveEffects([anEntry()], []).problems).toEqual([
      'luma7x2: apply 117: found 0 in the store, expected 1',
    ])
  })

  it('fails on an effect that nobody asked for', () => {
    expect(proveEffects([], [anEffect({ operationCode: 1 })]).problems).toEqual([
      'luma7x2: revert 117: found 1 in the store, expected 0',
    ])
  })

  it('does not let one store answer for the other, nor an apply for a revert', () => {
    expect(proveEffects([anEntry()], [anEffect({ storeHash: 'nordic4b' })]).problems).toHaveLength(2)
    expect(proveEffects([anEntry()], [anEffect({ operationCode: 1 })]).problems).toHaveLength(2)
  })

  it('takes a delete that was confirmed by a 404 as no effect of its own', () => {
    const wanted = { type: 'deletePayment', request: { paymentId: 141 } }
    const effect = anEffect({ type: 'deletePayment', paymentId: 141 })
    const { operationCode: _, ...deleted } = effect
    const confirmed = anEntry({ ...wanted, effect: 'confirmed', attempts: 2 })
    expect(proveEffects([confirmed], [])).toMatchObject({ holds: true, found: 0, expected: 0, gone: 1 })
    expect(proveEffects([anEntry(wanted), confirmed], [deleted])).toMatchObject({
      holds: true,
      found: 1,
      expected: 1,
      gone: 1,
    })
    expect(proveEffects([anEntry(wanted)], []).holds).toBe(false)
    expect(proveEffects([confirmed], [deleted, deleted]).holds).toBe(false)
  })

  it('allows a request in doubt to have happened or not, and says which', () => {
    const doubt = anEntry({ state: 'inDoubt', effect: 'unknown' })
    expect(proveEffects([doubt], [])).toMatchObject({ holds: true, doubtful: 0 })
    expect(proveEffects([doubt], [anEffect()])).toMatchObject({ holds: true, doubtful: 1, found: 0 })
    expect(proveEffects([doubt], [anEffect(), anEffect()]).holds).toBe(false)
  })

  it('tells a pull that was sent again after a lost answer apart from a second effect', () => {
    const proof = proveEffects(
      [anEntry({ ...pull, attempts: 3 })],
      [anEffect(pullEffect), anEffect(pullEffect)],
    )
    expect(proof).toMatchObject({ holds: true, found: 1, expected: 1, repeats: 1 })
  })

  it('fails on more pulls than there were attempts', () => {
    const effects = [anEffect(pullEffect), anEffect(pullEffect), anEffect(pullEffect)]
    expect(proveEffects([anEntry({ ...pull, attempts: 2 })], effects).problems).toEqual([
      'luma7x2: pull 118: found 3 in the store, expected 1 to 2',
    ])
  })

  it('adds up the money of creates by currency, exactly', () => {
    const proof = proveEffects([anEntry(create('0.10'))], [anEffect(createEffect('0.3000'))])
    expect(proof).toMatchObject({ holds: true, sums: [{ currency: 'USD', asked: '0.3', found: '0.3' }] })
  })

  it('fails when a create recorded another amount', () => {
    expect(proveEffects([anEntry(create('0.10'))], [anEffect(createEffect('0.31'))]).problems).toEqual([
      'offline payments created: 0.31 USD in the store, 0.3 USD asked for',
    ])
  })

  it('fails on a create that recorded the money twice', () => {
    const effects = [anEffect(createEffect('0.3')), anEffect(createEffect('0.3'))]
    expect(proveEffects([anEntry(create('0.10'))], effects).holds).toBe(false)
  })

  it.each(['sending', 'waiting', 'unknown', 'refused'])('proves nothing while an entry is %s', state => {
    expect(proveEffects([anEntry({ state })], []).problems).toContain(
      `luma7x2#r-1 has not come to its end (${state})`,
    )
  })
})

describe('proveByLedger', () => {
  it('holds when each request has its outcome', () => {
    expect(proveByLedger(new Set(['luma7x2#r-1']), [anEntry()])).toMatchObject({
      holds: true,
      found: 1,
      expected: 1,
    })
  })

  it('names a request that the ledger does not know', () => {
    expect(proveByLedger(new Set(['luma7x2#r-2']), [anEntry()])).toMatchObject({
      holds: false,
      problems: ['luma7x2#r-2 has no outcome in the ledger'],
    })
  })
})
