import { describe, expect, it } from '@jest/globals'
import { reconcileOnce } from '../../lib/engine/reconcile.js'
import { instant } from '../support/fake-store.js'
import { World } from '../support/world.js'

const end = instant('2026-11-23T08:00:00.000Z')

describe('reconcileOnce', () => {
  it('counts doubts and entries left behind, reports each, and changes nothing', async () => {
    const world = new World({ writes: ['lostAfter'] })
    world.store.add(117)
    world.store.add(118)
    world.ask({ requestId: 'doubt', paymentId: 117, operationCode: 3 })
    await world.drain()
    world.ask({ requestId: 'done', paymentId: 118, operationCode: 0 })
    await world.drain()
    const entry = world.ledger.rows.get('abc#done')
    if (entry === undefined) throw new Error('the entry is there')
    world.ledger.rows.set('abc#left', {
      ...entry,
      entry: { ...entry.entry, request: { ...entry.entry.request, requestId: 'left' }, state: 'sending' },
    })
    const before = JSON.stringify([...world.ledger.rows])
    const counts = await reconcileOnce(
      { clock: world.clock, log: world.deps.log, ledger: world.ledger, delayScale: 1 },
      end,
    )
    expect(counts).toEqual({ seen: 2, leftBehind: 1, inDoubt: 1, open: 0, complete: true })
    const findings = world.logged.filter(({ message }) => message === 'finding')
    expect(findings.map(({ fields }) => [fields['finding'], fields['requestId']])).toEqual([
      ['inDoubt', 'doubt'],
      ['leftBehind', 'left'],
    ])
    expect(JSON.stringify([...world.ledger.rows])).toBe(before)
  })

  it('stops before its deadline and says that it is not complete', async () => {
    const world = new World()
    let pages = 0
    const ledger = { listOpen: async () => ({ entries: [], cursor: `page ${++pages}` }) }
    const counts = await reconcileOnce(
      { clock: world.clock, log: world.deps.log, ledger, delayScale: 1 },
      world.clock.now(),
    )
    expect(counts.complete).toBe(false)
    expect(pages).toBe(1)
  })
})
