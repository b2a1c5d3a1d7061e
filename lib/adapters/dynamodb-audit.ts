import { isoTime } from '../core/outcome.js'
import { asEpochMs } from '../core/time.js'
import type { Act, Audit, Random } from '../engine/ports.js'
import type { DynamoDb } from './dynamodb.js'
import { groundDynamoDb } from './ground-dynamodb.js'
import { type Item, readText } from './ledger-item.js'
import { queryPayment } from './query-payment.js'

/**
 * What people did by hand, in the ledger's table: an item an act, `audit:<store>#<id>`, and one for each message that was
 * edited, `edited:<message id>`. Neither has `progress`, which tells a request wherever they are read side by side.
 */

const version = { N: '1' }
const keptDays = 90
/** DynamoDB ends at 400 KB an item; the rest is for the names of its attributes. */
const itemBytesMax = 390 * 1024

const texts = ['by', 'reason', 'storeHash', 'requestId', 'messageId', 'original', 'changedTo'] as const

export function createAudit(
  { random, dynamodb }: { random: Random; dynamodb: DynamoDb },
  tableName: string,
): Audit {
  const TableName = tableName
  const { call: ask } = groundDynamoDb(dynamodb)

  return {
    record: async (act, id = random.uuid()) => {
      const item = toItem(act, id)
      const bytes = Object.values(item).reduce((sum, { S = '' }) => sum + Buffer.byteLength(S), 0)
      if (bytes > itemBytesMax)
        return { recorded: false, why: `${bytes} bytes are more than an item of the ledger holds` }
      await ask('PutItem', { TableName, Item: item })
      return { recorded: true }
    },
    takePlace: async (messageId, requestKey, at) => {
      const answer = await ask('UpdateItem', {
        TableName,
        Key: { pk: { S: `edited:${messageId}` } },
        UpdateExpression: 'SET takenBy = if_not_exists(takenBy, :key), v = :v, expiresAt = :until',
        ExpressionAttributeValues: {
          ':key': { S: requestKey },
          ':v': version,
          ':until': { N: String(Math.floor(at / 1000) + keptDays * 86_400) },
        },
        ReturnValues: 'ALL_NEW',
      })
      return readText(answer.Attributes ?? {}, 'takenBy')
    },
    byPayment: async (storeHash, paymentId) => {
      const filter = { condition: 'attribute_exists(#action)', names: { '#action': 'action' } }
      return (await queryPayment({ call: ask }, TableName, { storeHash, paymentId }, filter)).map(toAct)
    },
  }
}

function toItem(act: Act, id: string): Item {
  const { action, at, storeHash, paymentId } = act
  const item: Item = {
    pk: { S: `audit:${storeHash ?? '-'}#${id}` },
    v: version,
    action: { S: action },
    // Named as a request's, so that the index has both in one order.
    requestedAt: { S: isoTime(at) },
    expiresAt: { N: String(Math.floor(at / 1000) + keptDays * 86_400) },
  }
  for (const name of texts) {
    const text = act[name]
    if (text !== undefined) item[name] = { S: text }
  }
  if (paymentId !== undefined) item['paymentId'] = { S: String(paymentId) }
  if (paymentId !== undefined && storeHash !== undefined)
    item['paymentKey'] = { S: `${storeHash}#${paymentId}` }
  return item
}

function toAct(item: Item): Act {
  const paymentId = item['paymentId']?.S
  const told: Partial<Record<(typeof texts)[number], string>> = {}
  for (const name of texts) {
    const text = item[name]?.S
    if (text !== undefined) told[name] = text
  }
  return {
    action: readText(item, 'action') as Act['action'],
    at: asEpochMs(Date.parse(readText(item, 'requestedAt'))),
    ...told,
    by: readText(item, 'by'),
    reason: readText(item, 'reason'),
    ...(paymentId !== undefined && { paymentId: Number(paymentId) }),
  }
}
