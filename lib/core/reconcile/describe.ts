import type { LedgerEntry } from '../ledger-entry.js'
import { isoTime } from '../outcome.js'
import type { Payment } from '../payment.js'
import type { OperationRequest } from '../request.js'
import { asEpochMs, type EpochMs } from '../time.js'
import type { Finding, StoreSays } from './finding.js'

/** The evidence of a finding in words for people: what was asked, what was sent, what the store and the ledger say. */

const operations = [
  'apply to invoice balances',
  'revert invoice balances',
  'pull updates from order',
  'operation 3',
] as const
const statuses = ['incomplete', 'awaiting processing', 'processing', 'completed', 'refunded'] as const

export function describeRequest(request: OperationRequest): string {
  switch (request.type) {
    case 'performOperation':
      return operations[request.operationCode]
    case 'updateProcessingStatus':
      return `set the processing status to ${statuses[request.processingStatus]}`
    case 'createOfflinePayment':
      return `create an offline payment with the externalId ${request.payment.externalId.slice(0, 128)}`
    case 'updateOfflinePayment':
      return 'update the offline payment'
    case 'deletePayment':
      return 'delete the payment'
  }
}

/** The part of a finding that a ledger entry gives. */
export function describeEntry(
  entry: LedgerEntry,
): Pick<Finding, 'requestId' | 'asked' | 'sent' | 'ledgerSays'> {
  const { attempts, sendingFrom } = entry
  const last = sendingFrom === undefined ? '' : `, last ${isoTime(sendingFrom)}`
  return {
    requestId: entry.request.requestId,
    asked: describeRequest(entry.request),
    sent: attempts === 0 ? 'never' : `${attempts} ${attempts === 1 ? 'write' : 'writes'}${last}`,
    ledgerSays: describeState(entry),
  }
}

function describeState({
  state,
  ending,
  doubtSince,
  leaseUntil,
  notBefore,
  requestedAt,
}: LedgerEntry): string {
  if (state === 'inDoubt')
    return `in doubt since ${isoTime(doubtSince ?? ending?.completedAt ?? requestedAt)}: ${ending?.error?.message ?? ''}`
  if (ending !== undefined) return `${state}: ${ending.effect} at ${isoTime(ending.completedAt)}`
  return `${state}, left behind since ${isoTime(leaseUntil ?? notBefore ?? doubtSince ?? requestedAt)}`
}

export function describePayment(payment: Payment): StoreSays {
  const { processingStatus, appliedStatus, allowedOperations, externalId, total, currency } = payment
  return {
    processingStatus,
    appliedStatus,
    allowedOperations,
    updatedAt: isoSeconds(payment.updatedAtSeconds),
    ...(externalId !== undefined && { externalId }),
    ...(total !== undefined && { total }),
    ...(currency !== undefined && { currency }),
  }
}

/** What the API says may be no instant at all; a report is no place to break over it. */
const isoSeconds = (seconds: number): string => {
  const ms: EpochMs = asEpochMs(seconds * 1000)
  return Math.abs(ms) <= 8.64e15 ? isoTime(ms) : String(seconds)
}
