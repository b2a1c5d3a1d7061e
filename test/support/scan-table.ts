import { type AttributeValue, DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb'
import { credentials, region } from './embedded.js'

/** Every item of a table, as it is kept. */
export async function scanTable(
  endpoint: string,
  TableName: string,
): Promise<Record<string, AttributeValue>[]> {
  const client = new DynamoDBClient({ region, credentials, endpoint })
  try {
    const items: Record<string, AttributeValue>[] = []
    for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true }))
      items.push(...Items)
    return items
  } finally {
    client.destroy()
  }
}
