import { isFinal, type LedgerEntry, movesMoney } from '../core/ledger-entry.js'
import type { LedgerHistory, PaymentHistory, PaymentRecord } from '../engine/ports.js'
import type { DynamoDb } from './dynamodb.js'
import { groundDynamoDb } from './ground-dynamodb.js'
import { fromItem } from './ledger-item.js'
import { type PaymentFilter, queryPayment } from './query-payment.js'

/** What people did by hand is in the index as well; a request alone has progress. */
const anyRequest: PaymentFilter = { condition: 'attribute_exists(progress)' }
const notFailed: PaymentFilter = {
  condition: `${anyRequest.condition} AND #state <> :failed`,
  names: { '#state': 'state' },
  values: { ':failed': { S: 'failed' } },
}

/** The ledger as reconciliation and people read it. Apart from `dynamodb-ledger.ts`, so that the requests' function does not carry it. */
export function createHistory(
  { dynamodb }: { dynamodb: DynamoDb },
  tableName: string,
): LedgerHistory & PaymentRecord {
  const TableName = tableName
  const { call: ask } = groundDynamoDb(dynamodb)

  const listOfPayment = async (
    storeHash: string,
    paymentId: number,
    filter: PaymentFilter,
  ): Promise<LedgerEntry[]> =>
    (await queryPayment({ call: ask }, TableName, { storeHash, paymentId }, filter)).map(fromItem)

  return {
    lastByPayment: async (storeHash, paymentId) =>
      toHistory(await listOfPayment(storeHash, paymentId, notFailed)),
    // The index keeps them by `requestedAt`.
    byPayment: (storeHash, paymentId) => listOfPayment(storeHash, paymentId, anyRequest),
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
