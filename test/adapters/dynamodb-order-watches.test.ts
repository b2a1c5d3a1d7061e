import { ScanCommand } from '@aws-sdk/client-dynamodb'
import { afterEach, describe, expect, it } from '@jest/globals'
import type { DynamoDb } from '../../lib/adapters/dynamodb.js'
import { createLedger } from '../../lib/adapters/dynamodb-ledger.js'
import { createOrderWatches } from '../../lib/adapters/dynamodb-order-watches.js'
import { Unavailable } from '../../lib/core/errors.js'
import { aFullWatch, aWatch, orderWatchesContract } from '../contract/order-watches-contract.js'
import { startEmbeddedTable } from '../support/embedded.js'
import { endAll } from '../support/endings.js'
import { createLeapingClock } from '../support/leaping-clock.js'
import { catchError } from '../support/sentinel.js'
import { seededRandom } from '../support/virtual-clock.js'

afterEach(endAll)

async function aTrial(wrap = (dynamodb: DynamoDb) => dynamodb) {
  const clock = createLeapingClock()
  const table = await startEmbeddedTable()
  const dynamodb = wrap(table.dynamodb)
  const watches = createOrderWatches({ clock, random: seededRandom(1), dynamodb }, table.tableName)
  return { ...table, clock, watches }
}

/** Each request goes out twice, and the second answer is the one that is seen: as after a reply that was lost. */
const sendingTwice = (dynamodb: DynamoDb): DynamoDb => ({
  call: async (action, input) => {
    await dynamodb.call(action, input)
    return dynamodb.call(action, input)
  },
})

describe('createOrderWatches', () => {
  orderWatchesContract(aTrial)

  it('take their own write, made again after a lost reply, for their own', async () => {
    const { watches } = await aTrial(sendingTwice)
    const saved = await watches.save(await watches.save(aFullWatch()))
    expect(await watches.read('luma7x2', '250', 2)).toEqual({ ...aFullWatch(), rev: 2 })
    expect(saved.rev).toBe(2)
  })

  it('lie in the ledger’s table for thirty days, where no request is looked for', async () => {
    const { watches, client, clock, dynamodb, tableName } = await aTrial()
    await watches.save(aWatch())
    const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName }))
    expect(Items.map(item => [item['pk']?.S, Number(item['expiresAt']?.N)])).toEqual([
      ['webhook:luma7x2:2#250', Math.floor(clock.now() / 1000) + 30 * 86_400],
    ])
    expect(await createLedger({ clock, dynamodb }, tableName).listOpen()).toEqual({ entries: [] })
  })

  it('are unavailable while the table is', async () => {
    const { watches, stop } = await aTrial()
    await stop()
    expect(await catchError(() => watches.read('luma7x2', '250', 2))).toBeInstanceOf(Unavailable)
    expect(await catchError(() => watches.save(aWatch()))).toBeInstanceOf(Unavailable)
  })
})
