/** What reconciliation finds, and the report that it makes of it. */

export const findingKinds = [
  'completedNotApplied',
  'refundedStillApplied',
  'orderStale',
  'ledgerAheadOfStore',
  /** A doubt that can be settled now: evidence proves the write executed or not. */
  'doubtSettled',
  /** A doubt that cannot. */
  'doubtOpen',
  'leftBehind',
  'paymentGone',
  /** In the dead-letter queue without our attributes (SQS moved it there), and the ledger never saw it attempted. */
  'neverAttempted',
  'duplicateExternalId',
  /** Of the store itself, not of a payment: one of its webhooks to us is switched off, missing, or would be refused. */
  'webhookOff',
] as const
export type FindingKind = (typeof findingKinds)[number]

export type RuleAction = 'report' | 'enqueue' | 'settle'

/** What was done about a finding; in a dry run what would be. `refused` says why. */
export const actedWords = [
  'reported',
  'wouldEnqueue',
  'wouldSettle',
  'enqueued',
  'settled',
  'refused',
] as const
export type Acted = (typeof actedWords)[number]

export type StoreSays = {
  processingStatus?: number
  appliedStatus?: number
  allowedOperations?: number[]
  updatedAt?: string
  externalId?: string
  total?: string
  currency?: string
}

export type Finding = {
  kind: FindingKind
  storeHash: string
  paymentId?: number
  /** The ledger entry's, where one is part of the finding. */
  requestId?: string
  /** The others that carry the same externalId. */
  otherPaymentIds?: number[]
  /** ISO with ms: when the API (or the ledger) was read. */
  seenAt: string
  /** In words for people: "apply to invoice balances". */
  asked?: string
  /** "1 write, last 2026-11-22T10:00:00.000Z", or "never". */
  sent?: string
  storeSays?: StoreSays | 'gone'
  /** "succeeded: performed at …", "in doubt since …", "sending, left behind since …". */
  ledgerSays?: string
  action: RuleAction
  acted: Acted
  why?: string
  /** Of the request that was enqueued. */
  actionRequestId?: string
  /** `rule completedNotApplied=enqueue`, or `default`. */
  decidedBy: string
}

export type SweepMode = 'full' | 'incremental'

export type StoreReport = {
  storeHash: string
  mode: SweepMode
  /** False where the time did not suffice, or somebody else had the store: the next pass goes on. */
  complete: boolean
  /** Somebody else held the store's lease: nothing was looked at. */
  busy?: boolean
  reached: boolean
  unreachedWhy?: string
  payments: number
  unreadable: number
  apiCalls: number
  startedAt: string
  endedAt: string
  /** Of a finished sweep all; before that those that need no look at the store. A dry run shows what it has found so far. */
  findings: Finding[]
}

export type Report = { startedAt: string; endedAt: string; dryRun: boolean; stores: StoreReport[] }

export type ReportCounts = {
  stores: number
  storesNotReached: number
  storesBusy: number
  payments: number
  apiCalls: number
  complete: boolean
  findings: Record<FindingKind, number>
  acted: { reported: number; enqueued: number; settled: number; refused: number }
}

export function countReport({ stores }: Report): ReportCounts {
  const all = stores.flatMap(({ findings }) => findings)
  const withActed = (...words: Acted[]): number => all.filter(({ acted }) => words.includes(acted)).length
  const sum = (of: (store: StoreReport) => number): number => stores.reduce((n, store) => n + of(store), 0)
  return {
    stores: stores.length,
    storesNotReached: stores.filter(({ reached, busy }) => !reached && busy !== true).length,
    storesBusy: stores.filter(({ busy }) => busy === true).length,
    payments: sum(({ payments }) => payments),
    apiCalls: sum(({ apiCalls }) => apiCalls),
    complete: stores.every(({ complete }) => complete),
    findings: countKinds(all),
    acted: {
      reported: withActed('reported'),
      enqueued: withActed('enqueued', 'wouldEnqueue'),
      settled: withActed('settled', 'wouldSettle'),
      refused: withActed('refused'),
    },
  }
}

function countKinds(findings: Finding[]): Record<FindingKind, number> {
  const counts = Object.fromEntries(findingKinds.map(kind => [kind, 0])) as Record<FindingKind, number>
  for (const { kind } of findings) counts[kind] += 1
  return counts
}
