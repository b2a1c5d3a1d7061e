import { ScanCommand } from '@aws-sdk/client-dynamodb'
import { afterEach, describe, expect, it } from '@jest/globals'
import type { DynamoDb } from '../../lib/adapters/dynamodb.js'
import { createCheckpoints } from '../../lib/adapters/dynamodb-checkpoints.js'
import { Unavailable } from '../../lib/core/errors.js'
import { asEpochMs } from '../../lib/core/time.js'
import { aCursor, aPage, checkpointsContract } from '../contract/checkpoints-contract.js'
import { startEmbeddedTable } from '../support/embedded.js'
import { endAll } from '../support/endings.js'
import { createLeapingClock } from '../support/leaping-clock.js'
import { catchError } from '../support/sentinel.js'

afterEach(endAll)

async function aTrial(wrap = (dynamodb: DynamoDb) => dynamodb) {
  const clock = createLeapingClock()
  const table = await startEmbeddedTable()
  const checkpoints = createCheckpoints({ clock, dynamodb: wrap(table.dynamodb) }, table.tableName)
  return { ...table, clock, checkpoints, until: asEpochMs(clock.now() + 60_000) }
}

/** Each request goes out twice, and the second answer is the one that is seen: as after a reply that was lost. */
const sendingTwice = (dynamodb: DynamoDb): DynamoDb => ({
  call: async (action, input) => {
    await dynamodb.call(action, input)
    return dynamodb.call(action, input)
  },
})

describe('createCheckpoints', () => {
  checkpointsContract(aTrial)

  it('go through a whole sweep after lost replies to their own writes, made again', async () => {
    const { checkpoints, until } = await aTrial(sendingTwice)
    const course = await checkpoints.acquire('luma7x2', 'pass-a', until)
    if (course === undefined) throw new Error('the store was not given')
    const saved = await checkpoints.savePage(course, aPage(), aCursor())
    expect(await checkpoints.readPages(saved)).toEqual([aPage()])
    await checkpoints.finish(saved, until)
    expect(await checkpoints.read('luma7x2')).toEqual({ watermark: until })
  })

  it('let pages expire after a week, and the watermark never', async () => {
    const { checkpoints, client, tableName, until } = await aTrial()
    const course = await checkpoints.acquire('luma7x2', 'pass-a', until)
    if (course === undefined) throw new Error('the store was not given')
    await checkpoints.savePage(course, aPage(), aCursor())
    const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName }))
    const expiries = Object.fromEntries(Items.map(item => [item['pk']?.S, item['expiresAt']?.N]))
    expect(expiries).toEqual({ 'reconcile:luma7x2': undefined, 'reconcile:luma7x2:s-1:0': '1795939200' })
  })

  it('are Unavailable in every verb while DynamoDB is down', async () => {
    const { checkpoints, until, stop } = await aTrial()
    const course = { storeHash: 'luma7x2', owner: 'a', fence: 1, leaseUntil: until, cursor: aCursor() }
    await stop()
    const verbs = [
      () => checkpoints.acquire('luma7x2', 'pass-a', until),
      () => checkpoints.read('luma7x2'),
      () => checkpoints.savePage(course, aPage(), aCursor()),
      () => checkpoints.readPages(course),
      () => checkpoints.finish(course, until),
      () => checkpoints.release(course),
    ]
    for (const verb of verbs) expect(await catchError(verb)).toBeInstanceOf(Unavailable)
  })
})
