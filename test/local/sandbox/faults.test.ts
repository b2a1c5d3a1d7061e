import { describe, expect, it } from '@jest/globals'
import { createFaults, type FaultTarget, faultNames } from '../../../lib/local/sandbox/faults.js'

const target = (paymentId: number, fields: Partial<FaultTarget> = {}): FaultTarget => ({
  storeHash: 'alpha',
  method: 'POST',
  path: `/payments/${paymentId}/operations`,
  paymentId,
  externalId: undefined,
  ...fields,
})
const ids = Array.from({ length: 2_000 }, (_, index) => index + 1)
const choicesIn = (order: number[], seed: number, rate = 0.3) => {
  const faults = createFaults({ rate, seed })
  return new Map(order.map(id => [id, faults.choose(target(id))]))
}

describe('random faults', () => {
  it('are the same for a seed in whatever order the calls arrive', () => {
    const forwards = choicesIn(ids, 7)
    const backwards = choicesIn([...ids].reverse(), 7)
    expect(ids.map(id => backwards.get(id))).toEqual(ids.map(id => forwards.get(id)))
  })

  it('are others for another seed', () => {
    expect([...choicesIn(ids, 8).values()]).not.toEqual([...choicesIn(ids, 7).values()])
  })

  it('hit about the share of calls that was asked for', () => {
    const hit = [...choicesIn(ids, 1).values()].filter(fault => fault !== undefined)
    expect(hit.length).toBeGreaterThan(520)
    expect(hit.length).toBeLessThan(680)
  })

  it('hit every call at rate 1 and bring up every kind', () => {
    const chosen = [...choicesIn(ids, 3, 1).values()]
    expect(chosen).not.toContain(undefined)
    expect(new Set(chosen)).toEqual(new Set(faultNames))
  })

  it('never come at rate 0 or without a seed', () => {
    expect(new Set(choicesIn(ids, 3, 0).values())).toEqual(new Set([undefined]))
    expect(createFaults(undefined).choose(target(1))).toBeUndefined()
  })

  it('roll anew for each repetition of a call', () => {
    const faults = createFaults({ rate: 0.5, seed: 1 })
    const repeated = ids.slice(0, 50).map(() => faults.choose(target(117)) === undefined)
    expect(new Set(repeated)).toEqual(new Set([true, false]))
  })

  it('tell creates apart by their externalId', () => {
    const creates = (order: string[]) => {
      const faults = createFaults({ rate: 0.5, seed: 5 })
      const fields = { path: '/payments/offline', paymentId: undefined }
      return new Map(
        order.map(externalId => [externalId, faults.choose(target(0, { ...fields, externalId }))]),
      )
    }
    const names = ids.slice(0, 50).map(id => `A-${id}`)
    const backwards = creates([...names].reverse())
    expect([...creates(names)]).toEqual(names.map(name => [name, backwards.get(name)]))
  })
})
