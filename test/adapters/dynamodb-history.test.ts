import { afterEach, describe, expect, it } from '@jest/globals'
import { createHistory } from '../../lib/adapters/dynamodb-history.js'
import { createLedger } from '../../lib/adapters/dynamodb-ledger.js'
import { Unavailable } from '../../lib/core/errors.js'
import { aCreate, aFinalEntry, anOpenEntry, aStoreHold, at } from '../contract/entries.js'
import { startEmbeddedTable } from '../support/embedded.js'
import { endAll } from '../support/endings.js'
import { createLeapingClock } from '../support/leaping-clock.js'
import { catchError } from '../support/sentinel.js'

afterEach(endAll)

async function aHistory() {
  const table = await startEmbeddedTable()
  const deps = { clock: createLeapingClock(), dynamodb: table.dynamodb }
  return {
    ...table,
    ledger: createLedger(deps, table.tableName),
    history: createHistory(deps, table.tableName),
  }
}

const completedAt = (iso: string) => ({ ending: { effect: 'performed' as const, completedAt: at(iso) } })

describe('createHistory', () => {
  it('tells of a payment what succeeded last, however early it was asked for, and what is open or in doubt', async () => {
    const { ledger, history } = await aHistory()
    const early = { ...aFinalEntry('succeeded', 'early'), requestedAt: at('2026-11-22T07:00:00.000Z') }
    const entries = [
      { ...early, ...completedAt('2026-11-22T09:00:00.000Z') },
      { ...aFinalEntry('succeeded', 'late'), ...completedAt('2026-11-22T08:30:00.000Z') },
      aFinalEntry('failed', 'refused'),
      aFinalEntry('inDoubt', 'doubt'),
      anOpenEntry({}, 'open'),
    ]
    for (const entry of entries) await ledger.claim(entry, 'worker-a')
    const { last, open } = await history.lastByPayment('luma7x2', 117)
    expect(last?.request.requestId).toBe('early')
    expect(open.map(({ request }) => request.requestId).sort()).toEqual(['doubt', 'open'])
  })

  it('tells nothing of a payment that the ledger does not know', async () => {
    const { history } = await aHistory()
    expect(await history.lastByPayment('luma7x2', 1)).toEqual({ open: [] })
  })

  it('lists all entries, final or not, of one store or of all, and nothing else of the table', async () => {
    const { ledger, history } = await aHistory()
    await ledger.claim(anOpenEntry(), 'worker-a')
    await ledger.claim(aFinalEntry('succeeded', 'r-2'), 'worker-a')
    const other = aFinalEntry('failed', 'r-3')
    await ledger.claim({ ...other, request: { ...other.request, storeHash: 'nordic4b' } }, 'worker-a')
    await ledger.holdPayment('luma7x2:117', 'r-1')
    await ledger.saveStoreHold(aStoreHold())
    const idsOf = async (storeHash?: string) =>
      (await history.listEntries(storeHash)).entries.map(({ request }) => request.requestId).sort()
    expect(await idsOf()).toEqual(['r-1', 'r-2', 'r-3'])
    expect(await idsOf('nordic4b')).toEqual(['r-3'])
  })

  it('lists page by page where entries are more than a page holds', async () => {
    const { ledger, history } = await aHistory()
    const ids = ['c-0', 'c-1', 'c-2', 'c-3', 'c-4']
    for (const id of ids) await ledger.claim(aCreate('A-1', 'x'.repeat(300_000), id), 'worker-a')
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await history.listEntries('luma7x2', cursor)
      seen.push(...page.entries.map(({ request }) => request.requestId))
      expect(page.entries.length).toBeLessThan(ids.length)
      cursor = page.cursor
    } while (cursor !== undefined)
    expect(seen.sort()).toEqual(ids)
  })

  it('is Unavailable in every verb while DynamoDB is down', async () => {
    const { history, stop } = await aHistory()
    await stop()
    for (const verb of [() => history.lastByPayment('luma7x2', 117), () => history.listEntries()])
      expect(await catchError(verb)).toBeInstanceOf(Unavailable)
  })
})
