import { type AttributeValue, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import * as z from 'zod/mini'
import { type OutcomeSeen, parseOutcome } from './outcome-seen.js'

/** A request's entry in the ledger, as far as the proof needs it. */
export type LedgerEntrySeen = {
  key: string
  storeHash: string
  type: string
  state: string
  attempts: number
  request: LedgerRequest
  outcome?: OutcomeSeen
}

const ledgerRequest = z.object({
  paymentId: z.optional(z.number()),
  operationCode: z.optional(z.number()),
  payment: z.optional(
    z.object({
      externalId: z.optional(z.string()),
      currency: z.string(),
      lineItems: z.array(z.object({ amount: z.string() })),
    }),
  ),
})
export type LedgerRequest = z.output<typeof ledgerRequest>

/** Items under these are holds on a payment or a store, a sweep's place, what a person did, or what webhooks were answered; not requests. */
const otherPrefixes = ['doubt:', 'store:', 'reconcile:', 'audit:', 'webhook:']

/** Reads the whole ledger, page by page. Throws on an entry that it cannot read: a proof over half a ledger is none. */
export async function readLedger(client: DynamoDBClient, tableName: string): Promise<LedgerEntrySeen[]> {
  const entries: LedgerEntrySeen[] = []
  let from: Record<string, AttributeValue> | undefined
  do {
    const page = await client.send(
      new ScanCommand({
        TableName: tableName,
        ConsistentRead: true,
        ...(from && { ExclusiveStartKey: from }),
      }),
    )
    entries.push(...(page.Items ?? []).filter(isRequest).map(readEntry))
    from = page.LastEvaluatedKey
  } while (from !== undefined)
  return entries
}

type Item = Record<string, AttributeValue>

const isRequest = (item: Item): boolean => !otherPrefixes.some(prefix => item['pk']?.S?.startsWith(prefix))

function readEntry(item: Item): LedgerEntrySeen {
  const key = readText(item, 'pk')
  const outcome = item['outcome']?.S === undefined ? undefined : parseOutcome(JSON.parse(item['outcome'].S))
  return {
    key,
    storeHash: readText(item, 'storeHash'),
    type: readText(item, 'type'),
    state: readText(item, 'state'),
    attempts: Number(item['attempts']?.N ?? '0'),
    request: z.parse(ledgerRequest, JSON.parse(readText(item, 'request'))),
    ...(outcome && { outcome }),
  }
}

function readText(item: Item, name: string): string {
  const text = item[name]?.S
  if (text === undefined)
    throw new Error(`the ledger entry ${item['pk']?.S ?? '(without a key)'} has no ${name}`)
  return text
}
