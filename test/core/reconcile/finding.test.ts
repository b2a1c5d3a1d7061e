import { describe, expect, it } from '@jest/globals'
import { countReport, type Finding, type StoreReport } from '../../../lib/core/reconcile/finding.js'

const at = '2026-11-22T12:00:00.000Z'

const aFinding = (changes: Partial<Finding> = {}): Finding => ({
  kind: 'completedNotApplied',
  storeHash: 'luma7x2',
  seenAt: at,
  action: 'report',
  acted: 'reported',
  decidedBy: 'default',
  ...changes,
})

const aStore = (changes: Partial<StoreReport> = {}): StoreReport => ({
  storeHash: 'luma7x2',
  mode: 'full',
  complete: true,
  reached: true,
  payments: 10,
  unreadable: 0,
  apiCalls: 2,
  startedAt: at,
  endedAt: at,
  findings: [],
  ...changes,
})

const count = (...stores: StoreReport[]) => countReport({ startedAt: at, endedAt: at, dryRun: false, stores })

describe('countReport', () => {
  it('adds up the stores, and counts every kind of finding', () => {
    const counts = count(
      aStore({ findings: [aFinding(), aFinding({ acted: 'enqueued' }), aFinding({ kind: 'orderStale' })] }),
      aStore({ findings: [aFinding({ kind: 'doubtSettled', acted: 'settled' })] }),
    )
    expect(counts).toMatchObject({ stores: 2, payments: 20, apiCalls: 4, complete: true })
    expect(counts.findings).toMatchObject({
      completedNotApplied: 2,
      orderStale: 1,
      doubtSettled: 1,
      doubtOpen: 0,
    })
    expect(counts.acted).toEqual({ reported: 2, enqueued: 1, settled: 1, refused: 0 })
  })

  it('counts what a dry run would do as it counts what is done', () => {
    const acted = (['wouldEnqueue', 'wouldSettle', 'refused'] as const).map(word => aFinding({ acted: word }))
    expect(count(aStore({ findings: acted })).acted).toEqual({
      reported: 0,
      enqueued: 1,
      settled: 1,
      refused: 1,
    })
  })

  it('tells a store out of reach from one that somebody else sweeps', () => {
    const away = { complete: false, reached: false }
    expect(count(aStore(), aStore(away), aStore({ ...away, busy: true }))).toMatchObject({
      stores: 3,
      storesNotReached: 1,
      storesBusy: 1,
      complete: false,
    })
  })
})
