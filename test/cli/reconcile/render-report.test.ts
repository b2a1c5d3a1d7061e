import { describe, expect, it } from '@jest/globals'
import { renderReport } from '../../../lib/cli/reconcile/render-report.js'
import type { Finding, Report, StoreReport } from '../../../lib/core/reconcile/finding.js'

const at = '2026-11-22T12:00:00.000Z'

const aFinding = (fields: Partial<Finding> = {}): Finding => ({
  kind: 'completedNotApplied',
  storeHash: 'luma7x2',
  paymentId: 117,
  seenAt: at,
  action: 'report',
  acted: 'reported',
  decidedBy: 'default',
  ...fields,
})

const aStore = (fields: Partial<StoreReport> = {}): StoreReport => ({
  storeHash: 'luma7x2',
  mode: 'full',
  complete: true,
  reached: true,
  payments: 300,
  unreadable: 0,
  apiCalls: 2,
  startedAt: at,
  endedAt: at,
  findings: [],
  ...fields,
})

const render = (...stores: StoreReport[]): string[] =>
  renderReport({ startedAt: at, endedAt: at, dryRun: true, stores } satisfies Report).split('\n')

describe('renderReport', () => {
  it('gives a store one line and says that nothing was found', () => {
    expect(render(aStore({ apiCalls: 1, mode: 'incremental' }))).toEqual([
      'luma7x2: changed payments, 300 read, 1 API call, 0 findings',
      '',
      'No finding.',
    ])
  })

  it('counts findings by kind in the order of the list, with the first payments and what was done', () => {
    const findings = [
      aFinding({ kind: 'doubtSettled', requestId: 'r-1', paymentId: 9, acted: 'settled' }),
      aFinding(),
      aFinding({ paymentId: 118, acted: 'enqueued' }),
      aFinding({ paymentId: 119 }),
      aFinding({ paymentId: 120 }),
    ]
    expect(render(aStore({ findings })).slice(2)).toEqual([
      'finding                         count  done                  payments',
      'Completed but not applied           4  1 of 4 by rule        117 118 119 …',
      expect.stringMatching(/^Doubt.{26} {5}1 {2}settled {15}9$/),
      'in all                              5  2 of 5 by rule',
    ])
  })

  it('says in one line that a store could not be reached, and why', () => {
    const store = aStore({ reached: false, complete: false, unreachedWhy: 'HTTP 503: Service Unavailable' })
    expect(render(store)[0]).toBe('luma7x2: the store could not be reached: HTTP 503: Service Unavailable')
  })

  it('says that another pass has a store, and for how long at most', () => {
    const store = aStore({ busy: true, reached: false, complete: false })
    expect(render(store).slice(0, 2)).toEqual([
      'luma7x2: not looked at: another pass has it; one that was killed keeps it for 15',
      '    minutes',
    ])
  })

  it('names what could not be read, and a sweep that did not come to its end', () => {
    expect(render(aStore({ unreadable: 2, complete: false }))[0]).toBe(
      'luma7x2: all payments, 300 read, 2 API calls, 0 findings, 2 UNREADABLE, not to',
    )
  })

  it('stays within 80 columns and steers no terminal, whatever a reason or an id holds', () => {
    const lines = render(
      aStore({ reached: false, unreachedWhy: `\u001b[31m${'very long '.repeat(20)}${'x'.repeat(200)}` }),
      aStore({ findings: [aFinding({ paymentId: 123_456_789_012_345 })] }),
      aStore({ findings: [aFinding({ kind: 'neverAttempted', requestId: '\u001b[2J' })] }),
    )
    expect(lines.filter(line => line.length > 80)).toEqual([])
    expect(lines.join('')).not.toContain('\u001b')
  })
})
