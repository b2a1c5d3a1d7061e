import { isFinal, type LedgerEntry, movesMoney } from '../core/ledger-entry.js'
import type { LedgerHistory, PaymentHistory, PaymentRecord } from '../engine/ports.js'
import type { DynamoDb } from './dynamodb.js'
import { groundDynamoDb } from './ground-dynamodb.js'
import { fromItem, type Item } from './ledger-item.js'

/** The ledger as reconciliation and people read it. Apart from `dynamodb-ledger.ts`, so that the requests' function does not carry it. */
export function createHistory(
  { dynamodb }: { dynamodb: DynamoDb },
  tableName: string,
): LedgerHistory & PaymentRecord {
  const TableName = tableName
  const { call: ask } = groundDynamoDb(dynamodb)

  async function listOfPayment(
    storeHash: string,
    paymentId: number,
    which: 'all' | 'notFailed',
  ): Promise<LedgerEntry[]> {
    const entries: LedgerEntry[] = []
    let start: Item | undefined
    do {
      const page = await ask('Query', {
        TableName,
        IndexName: 'byPayment',
        KeyConditionExpression: 'paymentKey = :payment',
        // What people did by hand is in the index as well; a request alone has progress.
        FilterExpression: `attribute_exists(progress)${which === 'all' ? '' : ' AND #state <> :failed'}`,
        ...(which === 'notFailed' && { ExpressionAttributeNames: { '#state': 'state' } }),
        ExpressionAttributeValues: {
          ':payment': { S: `${storeHash}#${paymentId}` },
          ...(which === 'notFailed' && { ':failed': { S: 'failed' } }),
        },
        ...(start !== undefined && { ExclusiveStartKey: start }),
      })
      entries.push(...(page.Items ?? []).map(fromItem))
      start = page.LastEvaluatedKey
    } while (start !== undefined)
    return entries
  }

  return {
    lastByPayment: async (storeHash, paymentId) =>
      toHistory(await listOfPayment(storeHash, paymentId, 'notFailed')),
    // The index keeps them by `requestedAt`.
    byPayment: (storeHash, paymentId) => listOfPayment(storeHash, paymentId, 'all'),
    listEntries: async (storeHash, cursor) => {
      // Holds and checkpoints share the table; a request alone has progress.
      const isOfStore = storeHash === undefined ? '' : ' AND storeHash = :store'
      const page = await ask('Scan', {
        TableName,
        FilterExpression: `attribute_exists(progress)${isOfStore}`,
        ...(storeHash !== undefined && { ExpressionAttributeValues: { ':store': { S: storeHash } } }),
        ...(cursor !== undefined && { ExclusiveStartKey: { pk: { S: cursor } } }),
      })
      const next = page.LastEvaluatedKey?.['pk']?.S
      return { entries: (page.Items ?? []).map(fromItem), ...(next !== undefined && { cursor: next }) }
    },
  }
}

const completedAt = ({ ending }: LedgerEntry): number => ending?.completedAt ?? 0

/** Completed last, not asked last: a request may wait longer than one that was asked after it. */
function toHistory(entries: LedgerEntry[]): PaymentHistory {
  const done = entries
    .filter(({ state }) => state === 'succeeded')
    .sort((a, b) => completedAt(b) - completedAt(a))
  const [last] = done
  const lastMove = done.find(movesMoney)
  const open = entries.filter(({ state }) => !isFinal(state) || state === 'inDoubt')
  return { open, ...(last !== undefined && { last }), ...(lastMove !== undefined && { lastMove }) }
}
