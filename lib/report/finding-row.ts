import type { Finding } from '../core/reconcile/finding.js'
import { findingWords } from './finding-words.js'
import { describePayment } from './payment-words.js'

/** A finding as flat text, '' where there is nothing to say: what the CSV file and the page show. */
export type FindingRow = {
  store: string
  payment: string
  otherPayments: string
  kind: Finding['kind']
  finding: string
  amount: string
  currency: string
  asked: string
  requestId: string
  sent: string
  ledger: string
  processing: string
  applied: string
  allowed: string
  externalId: string
  since: string
  seen: string
  done: string
  why: string
  actionRequestId: string
  decidedBy: string
}

const doneWords: Record<Finding['acted'], string> = {
  reported: 'reported only',
  wouldEnqueue: 'dry run: would be asked for',
  wouldSettle: 'dry run: would be settled',
  enqueued: 'asked for',
  settled: 'settled',
  refused: 'refused',
}

export function rowOf(finding: Finding): FindingRow {
  const says = finding.storeSays === 'gone' ? {} : (finding.storeSays ?? {})
  return {
    store: finding.storeHash,
    payment: String(finding.paymentId ?? ''),
    otherPayments: (finding.otherPaymentIds ?? []).join(' '),
    kind: finding.kind,
    finding: findingWords[finding.kind].title,
    amount: says.total ?? '',
    currency: says.currency ?? '',
    asked: finding.asked ?? 'nothing on record',
    requestId: finding.requestId ?? '',
    sent: finding.sent ?? '',
    ledger: finding.ledgerSays ?? '',
    ...describePayment(finding),
    externalId: says.externalId ?? '',
    since: says.updatedAt ?? instantIn(finding.ledgerSays),
    seen: finding.seenAt,
    done: doneWords[finding.acted],
    why: finding.why ?? '',
    actionRequestId: finding.actionRequestId ?? '',
    decidedBy: finding.decidedBy,
  }
}

/** The payment is as it is since its last change; where the store has nothing to say, since the instant that the ledger names. */
const instantIn = (ledgerSays = ''): string => ledgerSays.match(/\d{4}-\d\d-\d\dT[\d:.]+Z/)?.[0] ?? ''
