import { createHash } from 'node:crypto'
import { StaleLease, Unavailable } from '../core/errors.js'
import { entryKeyOf, type LedgerEntry } from '../core/ledger-entry.js'
import { asEpochMs } from '../core/time.js'
import type { Clock, Holds, Ledger, StoreHold } from '../engine/ports.js'
import { ConditionRefused, type DynamoDb } from './dynamodb.js'
import { groundDynamoDb } from './ground-dynamodb.js'
import { fromItem, type Item, readNumber, readText, toItem } from './ledger-item.js'
import { queryPayment } from './query-payment.js'

type Deps = { clock: Clock; dynamodb: DynamoDb }

/**
 * Store hashes have no colon, so the holds can share the table with the requests. An `externalId` in a hold key may be
 * longer than a key of DynamoDB, or hold what no key can: then the digest of its JSON, which tells all characters apart,
 * stands for it.
 */
const paymentHoldKey = (holdKey: string): string =>
  /^[\x21-\x7e]{1,512}$/.test(holdKey)
    ? `doubt:${holdKey}`
    : `doubt:sha256:${createHash('sha256').update(JSON.stringify(holdKey)).digest('hex')}`
const storeHoldKey = (storeHash: string): string => `store:${storeHash}`

const keyIsFree = 'attribute_not_exists(pk)'
const revIsAsSeen = 'rev = :rev'

export function createLedger({ clock, dynamodb }: Deps, tableName: string): Ledger {
  const TableName = tableName

  const { call: ask } = groundDynamoDb(dynamodb)

  /** Puts an item under a condition; an item in the way is returned, undefined means written. */
  async function putIf(item: Item, condition: string, rev: number | undefined): Promise<Item | undefined> {
    try {
      await ask('PutItem', {
        TableName,
        Item: item,
        ConditionExpression: condition,
        ...(rev !== undefined && { ExpressionAttributeValues: { ':rev': { N: String(rev) } } }),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      })
      return undefined
    } catch (error) {
      // A refused condition is an answer: somebody else's item is there, or our own whose reply was lost on the way.
      if (!(error instanceof ConditionRefused)) throw error
      const found = error.item ?? (await getItem(readText(item, 'pk')))
      if (found === undefined) throw new Unavailable('the ledger refused a condition and then had no item')
      return found
    }
  }

  async function getItem(pk: string): Promise<Item | undefined> {
    return (await ask('GetItem', { TableName, Key: { pk: { S: pk } }, ConsistentRead: true })).Item
  }

  async function changeHolders(verb: 'ADD' | 'DELETE', holdKey: string, requestId: string): Promise<void> {
    await ask('UpdateItem', {
      TableName,
      Key: { pk: { S: paymentHoldKey(holdKey) } },
      UpdateExpression: `${verb} holders :id`,
      ExpressionAttributeValues: { ':id': { SS: [requestId] } },
    })
  }

  async function batchGet(pks: string[]): Promise<Item[]> {
    const found: Item[] = []
    let keys = pks.map(pk => ({ pk: { S: pk } }))
    // DynamoDB may leave keys over when it is busy; a few rounds, then it counts as unavailable.
    for (let round = 0; round < 3 && keys.length > 0; round += 1) {
      if (round > 0) await clock.sleep(50 * round)
      const answer = await ask('BatchGetItem', {
        RequestItems: { [TableName]: { Keys: keys, ConsistentRead: true } },
      })
      found.push(...(answer.Responses?.[TableName] ?? []))
      keys = (answer.UnprocessedKeys?.[TableName]?.Keys ?? []).map(key => ({
        pk: { S: readText(key, 'pk') },
      }))
    }
    if (keys.length > 0) throw new Unavailable('the ledger left keys unread')
    return found
  }

  return {
    readHolds: async (holdKeys, storeHashes) => {
      const holdKeyByPk = new Map(holdKeys.map(holdKey => [paymentHoldKey(holdKey), holdKey]))
      return toHolds(await batchGet([...holdKeyByPk.keys(), ...storeHashes.map(storeHoldKey)]), holdKeyByPk)
    },
    claim: async (entry, by) => {
      const found = await putIf(toItem(entry, by, clock.now()), keyIsFree, undefined)
      return found === undefined || isWrittenBy(found, by, entry.rev) ? undefined : fromItem(found)
    },
    read: async (storeHash, requestId) => {
      const item = await getItem(entryKeyOf({ storeHash, requestId }))
      return item === undefined ? undefined : fromItem(item)
    },
    save: async (entry, by) => {
      const next: LedgerEntry = { ...entry, rev: entry.rev + 1 }
      const found = await putIf(toItem(next, by, clock.now()), revIsAsSeen, entry.rev)
      if (found !== undefined && !isWrittenBy(found, by, next.rev)) {
        throw new StaleLease(`request ${entry.request.requestId} was taken over by another worker`)
      }
      return next
    },
    makersOf: async (storeHash, paymentId) => {
      const filter = {
        condition: 'attribute_exists(progress) AND #type = :create',
        names: { '#type': 'type' },
        values: { ':create': { S: 'createOfflinePayment' } },
      }
      const items = await queryPayment({ call: ask }, TableName, { storeHash, paymentId }, filter)
      return items.map(item => readText(item, 'requestId'))
    },
    holdPayment: (holdKey, requestId) => changeHolders('ADD', holdKey, requestId),
    releasePayment: (holdKey, requestId) => changeHolders('DELETE', holdKey, requestId),
    saveStoreHold: async hold => {
      const item = fromStoreHold(hold)
      const found = await putIf(
        item,
        hold.rev === 0 ? keyIsFree : revIsAsSeen,
        hold.rev === 0 ? undefined : hold.rev,
      )
      return found === undefined
    },
    listOpen: async cursor => {
      const page = await ask('Scan', {
        TableName,
        FilterExpression: 'attribute_exists(progress) AND NOT #state IN (:succeeded, :failed)',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':succeeded': { S: 'succeeded' }, ':failed': { S: 'failed' } },
        ...(cursor !== undefined && { ExclusiveStartKey: { pk: { S: cursor } } }),
      })
      const next = page.LastEvaluatedKey?.['pk']?.S
      return { entries: (page.Items ?? []).map(fromItem), ...(next !== undefined && { cursor: next }) }
    },
  }
}

/** The reply to our own write was lost and the SDK wrote again: what is in the way is ours. */
const isWrittenBy = (item: Item, by: string, rev: number): boolean =>
  item['writtenBy']?.S === by && Number(item['rev']?.N) === rev

function toHolds(items: Item[], holdKeyByPk: Map<string, string>): Holds {
  const holds: Holds = { payments: new Map(), stores: new Map() }
  for (const item of items) {
    const holdKey = holdKeyByPk.get(readText(item, 'pk'))
    if (holdKey === undefined) holds.stores.set(readText(item, 'storeHash'), toStoreHold(item))
    else holds.payments.set(holdKey, item['holders']?.SS ?? [])
  }
  return holds
}

function fromStoreHold(hold: StoreHold): Item {
  return {
    pk: { S: storeHoldKey(hold.storeHash) },
    storeHash: { S: hold.storeHash },
    rev: { N: String(hold.rev + 1) },
    active: { BOOL: hold.active },
    code: { S: hold.code },
    message: { S: hold.message },
    probes: { N: String(hold.probes) },
    nextProbeAt: { N: String(hold.nextProbeAt) },
    ...(hold.httpStatus !== undefined && { httpStatus: { N: String(hold.httpStatus) } }),
    ...(hold.version !== undefined && { version: { S: hold.version } }),
  }
}

function toStoreHold(item: Item): StoreHold {
  const version = item['version']?.S
  const httpStatus = item['httpStatus']?.N
  return {
    storeHash: readText(item, 'storeHash'),
    rev: readNumber(item, 'rev'),
    active: item['active']?.BOOL === true,
    code: readText(item, 'code') === 'CREDENTIALS_MISSING' ? 'CREDENTIALS_MISSING' : 'CREDENTIALS_REJECTED',
    message: readText(item, 'message'),
    ...(httpStatus !== undefined && { httpStatus: Number(httpStatus) }),
    ...(version !== undefined && { version }),
    probes: readNumber(item, 'probes'),
    nextProbeAt: asEpochMs(readNumber(item, 'nextProbeAt')),
  }
}
