import { StaleLease } from '../core/errors.js'
import { asEpochMs, type EpochMs } from '../core/time.js'
import { type Hash, newWatch, type OrderWatch, type PendingLook } from '../core/webhook/order-watch.js'
import type { Clock, Random } from '../engine/ports.js'
import type { OrderWatches } from '../engine/webhook/ports.js'
import { ConditionRefused, type DynamoDb } from './dynamodb.js'
import { groundDynamoDb } from './ground-dynamodb.js'
import { type Item, readNumber, readText } from './ledger-item.js'

/**
 * What is remembered of each order, in the ledger's table: `webhook:<store>:<operation>#<order>`. Store hashes have no colon,
 * so these share the table with the requests.
 */

const version = { N: '1' }
/** Longer than a store repeats a webhook, and than a queue keeps one. */
const keptDays = 30

type Progress = {
  coveredUpTo: EpochMs
  known: [hash: string, createdAt: number][]
  knownSince: number
  pending?: PendingLook
  failures: number
  failingSince?: EpochMs
  lackingSince?: EpochMs
}

export function createOrderWatches(
  { clock, random, dynamodb }: { clock: Clock; random: Random; dynamodb: DynamoDb },
  tableName: string,
): OrderWatches {
  const { call: ask } = groundDynamoDb(dynamodb)
  const TableName = tableName

  async function getItem(pk: string): Promise<Item | undefined> {
    return (await ask('GetItem', { TableName, Key: { pk: { S: pk } }, ConsistentRead: true })).Item
  }

  return {
    read: async (storeHash, orderId, operationCode) => {
      const order = { storeHash, orderId, operationCode }
      const item = await getItem(keyOf(order))
      const fresh = newWatch(order, clock.now())
      return item === undefined ? fresh : { ...fresh, ...fromItem(item) }
    },
    save: async watch => {
      const next = { ...watch, rev: watch.rev + 1 }
      // Tells our own write, whose reply was lost, from another's.
      const writtenBy = random.uuid()
      try {
        await ask('PutItem', {
          TableName,
          Item: toItem(next, writtenBy, clock.now()),
          ...(watch.rev === 0
            ? { ConditionExpression: 'attribute_not_exists(pk)' }
            : {
                ConditionExpression: 'rev = :rev',
                ExpressionAttributeValues: { ':rev': { N: String(watch.rev) } },
              }),
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        })
      } catch (error) {
        // A refused condition means that somebody was faster, unless that was this very write.
        if (!(error instanceof ConditionRefused)) throw error
        const found = error.item ?? (await getItem(keyOf(watch)))
        if (found?.['writtenBy']?.S !== writtenBy)
          throw new StaleLease(`the webhooks of order ${watch.orderId} were taken over by another worker`)
      }
      return next
    },
  }
}

const keyOf = ({
  storeHash,
  orderId,
  operationCode,
}: Pick<OrderWatch, 'storeHash' | 'orderId' | 'operationCode'>): string =>
  `webhook:${storeHash}:${operationCode}#${orderId}`

function toItem(watch: OrderWatch, writtenBy: string, now: EpochMs): Item {
  const { coveredUpTo, known, knownSince, pending, failures, failingSince, lackingSince } = watch
  const stand: Progress = {
    coveredUpTo,
    known: known.map(({ hash, createdAt }) => [hash, createdAt]),
    knownSince,
    failures,
    ...(pending && { pending }),
    ...(failingSince !== undefined && { failingSince }),
    ...(lackingSince !== undefined && { lackingSince }),
  }
  return {
    pk: { S: keyOf(watch) },
    v: version,
    storeHash: { S: watch.storeHash },
    rev: { N: String(watch.rev) },
    writtenBy: { S: writtenBy },
    // Not "progress", which is what tells a request's item.
    stand: { S: JSON.stringify(stand) },
    expiresAt: { N: String(Math.floor(now / 1000) + keptDays * 86_400) },
  }
}

function fromItem(item: Item): Pick<OrderWatch, 'rev'> & Omit<Progress, 'known'> & { known: Hash[] } {
  const { known, coveredUpTo, ...stand } = JSON.parse(readText(item, 'stand')) as Progress
  return {
    ...stand,
    coveredUpTo: asEpochMs(coveredUpTo),
    known: known.map(([hash, createdAt]) => ({ hash, createdAt })),
    rev: readNumber(item, 'rev'),
  }
}
