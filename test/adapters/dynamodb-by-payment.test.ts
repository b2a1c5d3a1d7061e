import { afterEach, describe, expect, it } from '@jest/globals'
import { createHistory } from '../../lib/adapters/dynamodb-history.js'
import { createLedger } from '../../lib/adapters/dynamodb-ledger.js'
import { aFinalEntry, anOpenEntry, at } from '../contract/entries.js'
import { startEmbeddedTable } from '../support/embedded.js'
import { endAll } from '../support/endings.js'
import { createLeapingClock } from '../support/leaping-clock.js'

afterEach(endAll)

describe('byPayment', () => {
  it('lists every entry of the payment in order of asking, failed ones among them', async () => {
    const { dynamodb, tableName } = await startEmbeddedTable()
    const ledger = createLedger({ clock: createLeapingClock(), dynamodb }, tableName)
    const asked = [
      { ...aFinalEntry('failed', 'second'), requestedAt: at('2026-11-22T09:00:00.000Z') },
      anOpenEntry({ requestedAt: at('2026-11-22T10:00:00.000Z') }, 'third'),
      { ...aFinalEntry('succeeded', 'first'), requestedAt: at('2026-11-22T08:00:00.000Z') },
    ]
    for (const entry of asked) await ledger.claim(entry, 'worker-a')
    const history = createHistory({ dynamodb }, tableName)
    const listed = await history.byPayment('luma7x2', 117)
    expect(listed.map(({ request }) => request.requestId)).toEqual(['first', 'second', 'third'])
    expect(await history.byPayment('luma7x2', 118)).toEqual([])
  })
})
