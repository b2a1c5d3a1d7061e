import { StaleLease } from '../core/errors.js'
import type { Cursor, SweepPage } from '../core/reconcile/sweep.js'
import { asEpochMs, type EpochMs } from '../core/time.js'
import type { Checkpoints, Clock, Course } from '../engine/ports.js'
import { packPage, unpackPage } from './checkpoint-page.js'
import { ConditionRefused, type DynamoDb } from './dynamodb.js'
import { groundDynamoDb } from './ground-dynamodb.js'
import { type Item, readNumber, readText } from './ledger-item.js'

/**
 * Where each store's sweep stands, in the ledger's table: `reconcile:<store>` is the lease with its fence, the cursor and
 * the watermark; `reconcile:<store>:<sweep>:<n>` a page of results. A page is written before the cursor that counts it, so
 * a kill between the two repeats that page, over itself. An older fence can write neither.
 */

const version = { N: '1' }
const keptDays = 7
const pagesAtOnce = 25

const courseKey = (storeHash: string): string => `reconcile:${storeHash}`
const pageKey = (storeHash: string, sweepId: string, page: number): string =>
  `reconcile:${storeHash}:${sweepId}:${page}`

// All of these are named by placeholders: some of them are words of DynamoDB's own.
const names = {
  '#owner': 'owner',
  '#fence': 'fence',
  '#lease': 'leaseUntil',
  '#cursor': 'cursor',
  '#watermark': 'watermark',
  '#full': 'lastFullAt',
  '#v': 'v',
  '#store': 'storeHash',
}

export function createCheckpoints(
  { clock, dynamodb }: { clock: Clock; dynamodb: DynamoDb },
  tableName: string,
): Checkpoints {
  const TableName = tableName
  const { call: ask } = groundDynamoDb(dynamodb)

  const getItem = async (pk: string): Promise<Item | undefined> =>
    (await ask('GetItem', { TableName, Key: { pk: { S: pk } }, ConsistentRead: true })).Item

  /** Changes the course's item while `course` is the one that holds it. */
  async function change(course: Course, expression: string, values: Item): Promise<void> {
    const mine = { ':owner': { S: course.owner }, ':fence': { N: String(course.fence) } }
    await refuseStale(course.storeHash, () =>
      ask('UpdateItem', {
        TableName,
        Key: { pk: { S: courseKey(course.storeHash) } },
        UpdateExpression: expression,
        ConditionExpression: '#owner = :owner AND #fence = :fence',
        ExpressionAttributeNames: pickNames(expression, '#owner', '#fence'),
        ExpressionAttributeValues: { ...values, ...mine },
      }),
    )
  }

  async function putPage(course: Course, sweepId: string, number: number, page: SweepPage): Promise<void> {
    const expiresAt = { N: String(Math.floor(clock.now() / 1000) + keptDays * 86_400) }
    const pk = pageKey(course.storeHash, sweepId, number)
    const fence = { N: String(course.fence) }
    for (const part of packPage(pk, page))
      await refuseStale(course.storeHash, () =>
        ask('PutItem', {
          TableName,
          Item: { ...part, v: version, fence, expiresAt },
          ConditionExpression: 'attribute_not_exists(pk) OR fence <= :fence',
          ExpressionAttributeValues: { ':fence': fence },
        }),
      )
  }

  return {
    acquire: async (storeHash, owner, until) => {
      const expression = 'SET #owner = :owner, #lease = :until, #v = :v, #store = :store ADD #fence :one'
      try {
        const answer = await ask('UpdateItem', {
          TableName,
          Key: { pk: { S: courseKey(storeHash) } },
          UpdateExpression: expression,
          ConditionExpression: 'attribute_not_exists(pk) OR #lease <= :now OR #owner = :owner',
          ExpressionAttributeNames: pickNames(expression),
          ExpressionAttributeValues: {
            ':owner': { S: owner },
            ':until': { N: String(until) },
            ':now': { N: String(clock.now()) },
            ':v': version,
            ':store': { S: storeHash },
            ':one': { N: '1' },
          },
          ReturnValues: 'ALL_NEW',
        })
        return toCourse(answer.Attributes ?? {})
      } catch (error) {
        // A refused condition is the answer: somebody else holds the store.
        if (error instanceof ConditionRefused) return undefined
        throw error
      }
    },
    read: async storeHash => toMarks((await getItem(courseKey(storeHash))) ?? {}),
    savePage: async (course, page, next) => {
      await putPage(course, next.sweepId, course.cursor?.page ?? 0, page)
      await change(course, 'SET #cursor = :cursor', { ':cursor': { S: JSON.stringify(next) } })
      return { ...course, cursor: next }
    },
    readPages: async ({ storeHash, cursor }) => {
      const { sweepId = '', page: count = 0 } = cursor ?? {}
      const keys = Array.from({ length: count }, (_, page) => pageKey(storeHash, sweepId, page))
      const pages: SweepPage[] = []
      for (let from = 0; from < keys.length; from += pagesAtOnce) {
        const some = keys.slice(from, from + pagesAtOnce)
        pages.push(...(await Promise.all(some.map(pk => unpackPage(pk, getItem)))))
      }
      return pages
    },
    finish: (course, watermark, fullAt) =>
      change(
        course,
        `SET #lease = :zero, #watermark = :mark${fullAt === undefined ? '' : ', #full = :full'} REMOVE #cursor`,
        {
          ':zero': { N: '0' },
          ':mark': { N: String(watermark) },
          ...(fullAt !== undefined && { ':full': { N: String(fullAt) } }),
        },
      ),
    release: course => change(course, 'SET #lease = :zero', { ':zero': { N: '0' } }),
  }
}

async function refuseStale<T>(storeHash: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    // A refused condition means a newer fence; everything else is the ground's.
    if (!(error instanceof ConditionRefused)) throw error
    throw new StaleLease(`the sweep of store ${storeHash} was taken over by another pass`)
  }
}

/** DynamoDB refuses a placeholder that is named and not used. */
const pickNames = (expression: string, ...more: string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(names).filter(([key]) => expression.includes(key) || more.includes(key)))

function toCourse(item: Item): Course {
  const cursor = item['cursor']?.S
  return {
    storeHash: readText(item, 'storeHash'),
    owner: readText(item, 'owner'),
    fence: readNumber(item, 'fence'),
    leaseUntil: asEpochMs(readNumber(item, 'leaseUntil')),
    ...(cursor !== undefined && { cursor: JSON.parse(cursor) as Cursor }),
    ...toMarks(item),
  }
}

function toMarks(item: Item): { watermark?: EpochMs; lastFullAt?: EpochMs } {
  const watermark = item['watermark']?.N
  const lastFullAt = item['lastFullAt']?.N
  return {
    ...(watermark !== undefined && { watermark: asEpochMs(Number(watermark)) }),
    ...(lastFullAt !== undefined && { lastFullAt: asEpochMs(Number(lastFullAt)) }),
  }
}
