import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { assert } from '../core/errors.js'
import {
  type Ending,
  type EntryState,
  entryKeyOf,
  entryPaymentId,
  isFinal,
  type LedgerEntry,
  type Source,
} from '../core/ledger-entry.js'
import { isoTime, outcomeOf } from '../core/outcome.js'
import type { OperationRequest } from '../core/request.js'
import { asEpochMs, type EpochMs } from '../core/time.js'

/**
 * The DynamoDB item of one request, version 1. What people and other tools look for stands in attributes of its own
 * (`state`, `paymentKey`, `requestedAt`, `outcome`, …); what only the protocol needs is JSON in `progress`.
 */

export type Item = Record<string, AttributeValue>

const version = 1
const keptDays = 90

/** `by` is the worker that writes; with `rev` it tells our own write from another's after a lost reply. */
export function toItem(entry: LedgerEntry, by: string, now: EpochMs): Item {
  const {
    request,
    contentHash,
    source,
    requestedAt,
    state,
    rev,
    owner,
    leaseUntil,
    attempts,
    ending,
    ...progress
  } = entry
  const { metadata, ...asked } = request
  const paymentId = entryPaymentId(entry)
  const item: Item = {
    pk: { S: entryKeyOf(request) },
    v: { N: String(version) },
    storeHash: { S: request.storeHash },
    requestId: { S: request.requestId },
    type: { S: request.type },
    source: { S: source },
    requestedAt: { S: isoTime(requestedAt) },
    state: { S: state },
    attempts: { N: String(attempts) },
    rev: { N: String(rev) },
    writtenBy: { S: by },
    contentHash: { S: contentHash },
    request: { S: JSON.stringify(asked) },
    progress: { S: JSON.stringify({ ...progress, ...(ending && { ending }) }) },
  }
  if (paymentId !== undefined) {
    item['paymentId'] = { S: String(paymentId) }
    item['paymentKey'] = { S: `${request.storeHash}#${paymentId}` }
  }
  if (owner !== undefined) item['owner'] = { S: owner }
  if (leaseUntil !== undefined) item['leaseUntil'] = { N: String(leaseUntil) }
  if (metadata !== undefined) item['metadata'] = { S: JSON.stringify(metadata) }
  if (isFinal(state)) {
    const { metadata: _, ...outcome } = outcomeOf(entry)
    item['outcome'] = { S: JSON.stringify(outcome) }
  }
  // A doubt is kept until somebody resolves it, however long that takes.
  if (state !== 'inDoubt') item['expiresAt'] = { N: String(Math.floor(now / 1000) + keptDays * 86_400) }
  return item
}

/** An item that we wrote, read back. Throws on a version that this code does not know. */
export function fromItem(item: Item): LedgerEntry {
  const itemVersion = readNumber(item, 'v')
  assert(
    itemVersion === version,
    `ledger item ${item['pk']?.S} has version ${itemVersion}, this code reads ${version}`,
  )
  const metadata = item['metadata']?.S
  const asked = JSON.parse(readText(item, 'request')) as OperationRequest
  const { ending, ...progress } = JSON.parse(readText(item, 'progress')) as Progress
  const owner = item['owner']?.S
  const leaseUntil = item['leaseUntil']?.N
  return {
    ...progress,
    request: {
      ...asked,
      ...(metadata !== undefined && { metadata: JSON.parse(metadata) as Record<string, string> }),
    },
    contentHash: readText(item, 'contentHash'),
    source: readText(item, 'source') as Source,
    requestedAt: asEpochMs(Date.parse(readText(item, 'requestedAt'))),
    state: readText(item, 'state') as EntryState,
    rev: readNumber(item, 'rev'),
    attempts: readNumber(item, 'attempts'),
    ...(owner !== undefined && { owner }),
    ...(leaseUntil !== undefined && { leaseUntil: asEpochMs(Number(leaseUntil)) }),
    ...(ending && { ending }),
  }
}

type Progress = Omit<
  LedgerEntry,
  'request' | 'contentHash' | 'source' | 'requestedAt' | 'state' | 'rev' | 'owner' | 'leaseUntil' | 'attempts'
> & { ending?: Ending }

export function readText(item: Item, name: string): string {
  const text = item[name]?.S
  assert(text !== undefined, `ledger item ${item['pk']?.S} lacks ${name}`)
  return text
}

export function readNumber(item: Item, name: string): number {
  const text = item[name]?.N
  assert(text !== undefined, `ledger item ${item['pk']?.S} lacks ${name}`)
  return Number(text)
}
