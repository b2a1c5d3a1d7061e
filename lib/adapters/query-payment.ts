import type { DynamoDb } from './dynamodb.js'
import type { Item } from './ledger-item.js'

/** Which items of a payment: the condition, and the names and values that it speaks of. */
export type PaymentFilter = { condition: string; names?: Record<string, string>; values?: Item }

/** Every item of one payment that meets the filter, in order of asking. The index may lag behind by a moment. */
export async function queryPayment(
  { call: ask }: DynamoDb,
  tableName: string,
  { storeHash, paymentId }: { storeHash: string; paymentId: number },
  { condition, names, values }: PaymentFilter,
): Promise<Item[]> {
  const items: Item[] = []
  let start: Item | undefined
  // A page ends at what it read, not at what the filter let through: what others put there may fill the first.
  do {
    const page = await ask('Query', {
      TableName: tableName,
      IndexName: 'byPayment',
      KeyConditionExpression: 'paymentKey = :payment',
      FilterExpression: condition,
      ...(names !== undefined && { ExpressionAttributeNames: names }),
      ExpressionAttributeValues: { ':payment': { S: `${storeHash}#${paymentId}` }, ...values },
      ...(start !== undefined && { ExclusiveStartKey: start }),
    })
    items.push(...(page.Items ?? []))
    start = page.LastEvaluatedKey
  } while (start !== undefined)
  return items
}
