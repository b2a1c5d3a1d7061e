import {
  type Finding,
  findingKinds,
  type Report,
  type StoreReport,
} from '../../lib/core/reconcile/finding.js'

/** Reports for the tests of what people read, made by a rule that is written here: the same at every run. */

export const anInstant = '2026-11-22T09:15:00.000Z'

export const aFinding = (changes: Partial<Finding> = {}): Finding => ({
  kind: 'completedNotApplied',
  storeHash: 'luma7x2',
  paymentId: 117,
  seenAt: anInstant,
  storeSays: {
    processingStatus: 3,
    appliedStatus: 0,
    allowedOperations: [0],
    updatedAt: '2026-11-21T17:40:11.000Z',
    total: '1234.5000',
    currency: 'USD',
  },
  action: 'report',
  acted: 'reported',
  decidedBy: 'default',
  ...changes,
})

export const aStore = (changes: Partial<StoreReport> = {}): StoreReport => ({
  storeHash: 'luma7x2',
  mode: 'full',
  complete: true,
  reached: true,
  payments: 0,
  unreadable: 0,
  apiCalls: 1,
  startedAt: anInstant,
  endedAt: '2026-11-22T09:17:30.000Z',
  findings: [],
  ...changes,
})

export const aReport = (stores: StoreReport[], dryRun = false): Report => ({
  startedAt: anInstant,
  endedAt: '2026-11-22T09:17:30.000Z',
  dryRun,
  stores,
})

/** Days before the look that the n-th payment was changed: all different, not in order. */
const changedAt = (n: number): string =>
  new Date(Date.parse('2026-11-21T12:00:00.000Z') - ((n * 7919) % 3000) * 61_000).toISOString()

/** What each kind of finding looks like when it comes from reconciliation. */
const evidence: Record<Finding['kind'], (n: number) => Partial<Finding>> = {
  completedNotApplied: () => ({
    action: 'enqueue',
    acted: 'enqueued',
    decidedBy: 'rule completedNotApplied=enqueue',
  }),
  refundedStillApplied: () => ({
    storeSays: { processingStatus: 4, appliedStatus: 1, allowedOperations: [1] },
  }),
  orderStale: () => ({ storeSays: { processingStatus: 3, appliedStatus: 1, allowedOperations: [1, 2] } }),
  ledgerAheadOfStore: n => ({
    asked: 'apply to invoice balances',
    requestId: `month-end-2026-10:${n}`,
    sent: `1 write, last ${changedAt(n + 1)}`,
    ledgerSays: `succeeded: performed at ${changedAt(n + 1)}`,
  }),
  doubtSettled: n => ({
    asked: 'revert invoice balances',
    requestId: `chargeback:${n}`,
    sent: `1 write, last ${changedAt(n)}`,
    ledgerSays: `in doubt since ${changedAt(n)}`,
    action: 'settle',
    acted: 'settled',
    decidedBy: 'rule doubtSettled=settle',
  }),
  doubtOpen: n => ({
    asked: 'apply to invoice balances',
    requestId: `erp-2291:${n}`,
    sent: `2 writes, last ${changedAt(n)}`,
    ledgerSays: `in doubt since ${changedAt(n)}`,
    storeSays: { processingStatus: 3, appliedStatus: 1, allowedOperations: [1] },
  }),
  leftBehind: n => ({
    asked: 'set the processing status to completed',
    requestId: `bank-file-118:${n}`,
    sent: 'never',
    ledgerSays: `sending, left behind since ${changedAt(n)}`,
    action: 'enqueue',
    acted: 'refused',
    why: 'the payment is held by a doubt',
    decidedBy: 'rule leftBehind=enqueue',
  }),
  paymentGone: n => ({
    asked: 'apply to invoice balances',
    requestId: `month-end-2026-09:${n}`,
    sent: `1 write, last ${changedAt(n)}`,
    ledgerSays: `succeeded: performed at ${changedAt(n)}`,
    storeSays: 'gone',
  }),
  neverAttempted: n => ({ asked: 'pull updates from order', requestId: `webhook:${n}`, sent: 'never' }),
  duplicateExternalId: n => ({
    otherPaymentIds: [n + 4000, n + 4007],
    storeSays: { processingStatus: 3, appliedStatus: 1, externalId: `BANK-2026-${n}` },
  }),
  webhookOff: n => ({ why: `store/order/statusUpdated (hook ${n}) is switched off` }),
}

/** Uneven, so that the bars differ: of ten findings, four are of the first kind. */
const kindAt = (n: number): Finding['kind'] =>
  findingKinds[[0, 0, 0, 0, 1, 1, 2, 3, 3, 4 + (((n / 10) % 6) | 0)][n % 10] ?? 0] ?? 'orderStale'

/** Payments from 94 on, so that two and three digits meet. */
export function manyFindings(count: number, storeHash: string, currency: string): Finding[] {
  return Array.from({ length: count }, (_, n) => {
    const kind = kindAt(n)
    const { storeSays, ...rest } = evidence[kind](n + 101)
    const seen = aFinding().storeSays
    const says = {
      ...(seen === 'gone' ? {} : seen),
      updatedAt: changedAt(n),
      currency,
      total: `${(n * 7907) % 20_000}.5000`,
    }
    const withAsked = rest.actionRequestId === undefined && rest.acted === 'enqueued'
    return aFinding({
      kind,
      storeHash,
      paymentId: 94 + n,
      storeSays:
        storeSays === 'gone' || kind === 'neverAttempted' ? (storeSays ?? 'gone') : { ...says, ...storeSays },
      ...(withAsked && {
        actionRequestId: `reconcile:${kind}:${94 + n}:${Date.parse(changedAt(n)) / 1000}`,
      }),
      ...rest,
    })
  })
}
