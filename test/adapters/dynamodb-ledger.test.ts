import { type DynamoDBClient, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { afterEach, describe, expect, it } from '@jest/globals'
import type { DynamoDb } from '../../lib/adapters/dynamodb.js'
import { createLedger } from '../../lib/adapters/dynamodb-ledger.js'
import { Unavailable } from '../../lib/core/errors.js'
import { startJsonServer } from '../../lib/local/stack/aws-json-server.js'
import { aCreate, aFinalEntry, anOpenEntry, aStoreHold } from '../contract/entries.js'
import { ledgerContract } from '../contract/ledger-contract.js'
import { aDynamoDb, startEmbeddedTable } from '../support/embedded.js'
import { atTheEnd, endAll } from '../support/endings.js'
import { createLeapingClock } from '../support/leaping-clock.js'
import { catchError } from '../support/sentinel.js'

afterEach(endAll)

async function aLedger(wrap = (dynamodb: DynamoDb) => dynamodb) {
  const clock = createLeapingClock()
  const table = await startEmbeddedTable()
  return { ...table, clock, ledger: createLedger({ clock, dynamodb: wrap(table.dynamodb) }, table.tableName) }
}

const itemsIn = async ({ client, tableName }: { client: DynamoDBClient; tableName: string }) =>
  (await client.send(new ScanCommand({ TableName: tableName }))).Items ?? []

/** Each request goes out twice, and the second answer is the one that is seen: as after a reply that was lost. */
const sendingTwice = (dynamodb: DynamoDb): DynamoDb => ({
  call: async (action, input) => {
    await dynamodb.call(action, input)
    return dynamodb.call(action, input)
  },
})

describe('createLedger', () => {
  ledgerContract(async () => (await aLedger()).ledger)

  describe('after a lost reply to its own write, made again', () => {
    it('has claimed a new request', async () => {
      const { ledger } = await aLedger(sendingTwice)
      expect(await ledger.claim(anOpenEntry(), 'worker-a')).toBeUndefined()
      expect(await ledger.claim(anOpenEntry({ owner: 'worker-b' }), 'worker-b')).toEqual(anOpenEntry())
    })

    it('has saved its entry once', async () => {
      const { ledger } = await aLedger(sendingTwice)
      await ledger.claim(anOpenEntry(), 'worker-a')
      expect(await ledger.save(aFinalEntry('succeeded'), 'worker-a')).toMatchObject({ rev: 2 })
      expect(await ledger.read('luma7x2', 'r-1')).toMatchObject({ state: 'succeeded', rev: 2 })
    })

    it('holds and releases a payment', async () => {
      const { ledger } = await aLedger(sendingTwice)
      await ledger.holdPayment('k', 'r-1')
      expect((await ledger.readHolds(['k'], [])).payments.get('k')).toEqual(['r-1'])
      await ledger.releasePayment('k', 'r-1')
      expect((await ledger.readHolds(['k'], [])).payments.get('k')).toEqual([])
    })
  })

  it('answers what was done to a payment, in order of asking, by its index', async () => {
    const { ledger, client, tableName } = await aLedger()
    const later = anOpenEntry({ requestedAt: anOpenEntry().requestedAt }, 'b')
    await ledger.claim({ ...later, requestedAt: aStoreHold().nextProbeAt }, 'worker-a')
    await ledger.claim(anOpenEntry({}, 'a'), 'worker-a')
    await ledger.claim(aCreate('A-1'), 'worker-a')
    const created = aCreate('A-1')
    const ending = { effect: 'performed', completedAt: created.requestedAt, paymentId: 117 } as const
    await ledger.save({ ...created, state: 'succeeded', ending }, 'worker-a')
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: 'byPayment',
        KeyConditionExpression: 'paymentKey = :key',
        ExpressionAttributeValues: { ':key': { S: 'luma7x2#117' } },
      }),
    )
    expect(Items.map(item => item['requestId']?.S)).toEqual(expect.arrayContaining(['a', 'c-1', 'b']))
    expect(Items.at(-1)?.['requestId']?.S).toBe('b')
  })

  it('lists open entries page by page where they are more than a page holds', async () => {
    const { ledger } = await aLedger()
    const ids = ['c-0', 'c-1', 'c-2', 'c-3', 'c-4']
    for (const id of ids) await ledger.claim(aCreate('A-1', 'x'.repeat(300_000), id), 'worker-a')
    const seen: string[] = []
    let pages = 0
    let cursor: string | undefined
    do {
      const page = await ledger.listOpen(cursor)
      seen.push(...page.entries.map(({ request }) => request.requestId))
      cursor = page.cursor
      pages += 1
    } while (cursor !== undefined)
    expect(seen.sort()).toEqual(ids)
    expect(pages).toBeGreaterThan(1)
  })

  it('keeps an entry 90 days from its last write, and one in doubt until it is resolved', async () => {
    const { ledger, clock, client, tableName } = await aLedger()
    const expiry = async () => (await itemsIn({ client, tableName }))[0]?.['expiresAt']
    await ledger.claim(anOpenEntry(), 'worker-a')
    expect(await expiry()).toEqual({ N: '1803110400' })
    clock.advance(86_400_000)
    const doubtful = await ledger.save(aFinalEntry('inDoubt'), 'worker-a')
    expect(await expiry()).toBeUndefined()
    await ledger.save({ ...aFinalEntry('succeeded'), rev: doubtful.rev }, 'worker-a')
    expect(await expiry()).toEqual({ N: '1803196800' })
  })

  describe('keys that DynamoDB leaves over', () => {
    const aBusyTable = async (busyRounds: number) => {
      let rounds = 0
      const server = await startJsonServer('DynamoDB_20120810', {
        BatchGetItem: input => {
          rounds += 1
          if (rounds <= busyRounds) return { Responses: {}, UnprocessedKeys: input['RequestItems'] }
          const item = { pk: { S: 'doubt:k' }, holders: { SS: ['r-1'] } }
          return { Responses: { trial: [item] }, UnprocessedKeys: {} }
        },
      })
      atTheEnd(server.stop)
      return createLedger({ clock: createLeapingClock(), dynamodb: aDynamoDb(server.url) }, 'trial')
    }

    it('are asked for again', async () => {
      const ledger = await aBusyTable(2)
      expect((await ledger.readHolds(['k'], [])).payments.get('k')).toEqual(['r-1'])
    })

    it('count as Unavailable after three rounds: a hold that was not read is not a hold that is not there', async () => {
      const ledger = await aBusyTable(3)
      expect(await catchError(() => ledger.readHolds(['k'], []))).toBeInstanceOf(Unavailable)
    })
  })

  it('is Unavailable in every verb while DynamoDB is down', async () => {
    const { ledger, stop } = await aLedger()
    await stop()
    const verbs = [
      () => ledger.readHolds(['k'], ['luma7x2']),
      () => ledger.claim(aCreate('A-1', 'secret memo'), 'worker-a'),
      () => ledger.read('luma7x2', 'r-1'),
      () => ledger.save(anOpenEntry(), 'worker-a'),
      () => ledger.holdPayment('k', 'r-1'),
      () => ledger.releasePayment('k', 'r-1'),
      () => ledger.saveStoreHold(aStoreHold()),
      () => ledger.listOpen(),
    ]
    for (const verb of verbs) {
      const error = await catchError(verb)
      expect(error).toBeInstanceOf(Unavailable)
      expect(String(error)).toMatch(/DynamoDB \w+ failed: \w+$/)
    }
  })

  it('is Unavailable, not empty-handed, where its table does not exist', async () => {
    const { dynamodb, clock } = await aLedger()
    const ledger = createLedger({ clock, dynamodb }, 'another-table')
    expect(await catchError(() => ledger.read('luma7x2', 'r-1'))).toBeInstanceOf(Unavailable)
  })
})
