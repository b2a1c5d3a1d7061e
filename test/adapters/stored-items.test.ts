import { readFileSync } from 'node:fs'
import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterEach, describe, expect, it } from '@jest/globals'
import { createAudit } from '../../lib/adapters/dynamodb-audit.js'
import { createHistory } from '../../lib/adapters/dynamodb-history.js'
import { createLedger } from '../../lib/adapters/dynamodb-ledger.js'
import { fromItem, type Item, toItem } from '../../lib/adapters/ledger-item.js'
import { systemRandom } from '../../lib/adapters/system.js'
import { viewEntry } from '../../lib/cli/operate/entry-view.js'
import { renderHistory } from '../../lib/cli/operate/render-history.js'
import { isFinal } from '../../lib/core/ledger-entry.js'
import { aStoreHold, at } from '../contract/entries.js'
import { startEmbeddedTable } from '../support/embedded.js'
import { endAll } from '../support/endings.js'
import { createLeapingClock } from '../support/leaping-clock.js'
import { scanTable } from '../support/scan-table.js'
import { catchError } from '../support/sentinel.js'

afterEach(endAll)

/** As version 1 wrote them, one for each state and each way into it. Never to be changed: tables in use hold such items. */
const stored: Record<string, Item> = JSON.parse(
  readFileSync('test/adapters/stored-items-v1.json', 'utf8'),
) as Record<string, Item>
const items = Object.values(stored)
const names = Object.keys(stored)
const itemOf = (name: string): Item => stored[name] ?? {}

/** What else lies in a table of version 1. */
const besides: Item[] = [
  { pk: { S: 'doubt:luma7x2:117' }, holders: { SS: ['r-doubt'] } },
  {
    pk: { S: 'store:luma7x2' },
    storeHash: { S: 'luma7x2' },
    rev: { N: '1' },
    active: { BOOL: true },
    code: { S: 'CREDENTIALS_REJECTED' },
    message: { S: 'the API refused the token' },
    version: { S: 'v1' },
    httpStatus: { N: '401' },
    probes: { N: '1' },
    nextProbeAt: { N: '1795334430000' },
  },
  {
    pk: { S: 'audit:luma7x2#a-1' },
    v: { N: '1' },
    action: { S: 'resolve' },
    requestedAt: { S: '2026-11-22T09:00:00.000Z' },
    expiresAt: { N: '1803110400' },
    by: { S: 'ann' },
    reason: { S: 'seen in the panel' },
    storeHash: { S: 'luma7x2' },
    requestId: { S: 'r-resolved' },
    paymentId: { S: '117' },
    paymentKey: { S: 'luma7x2#117' },
  },
]

async function aTableWith(content: Item[]) {
  const { client, dynamodb, tableName } = await startEmbeddedTable()
  for (const Item of content) await client.send(new PutItemCommand({ TableName: tableName, Item }))
  const deps = { clock: createLeapingClock(), dynamodb }
  const endpoint = await client.config.endpoint?.()
  const url = `http://${endpoint?.hostname}:${endpoint?.port}`
  return {
    scan: () => scanTable(url, tableName),
    ledger: createLedger(deps, tableName),
    history: createHistory(deps, tableName),
    audit: createAudit({ random: systemRandom, dynamodb }, tableName),
  }
}

const inState = (state: string): number => items.filter(item => item['state']?.S === state).length
const requestIds = items.map(item => item['requestId']?.S ?? '')

describe('a table of version 1', () => {
  it.each(['sending', 'waiting', 'unknown', 'refused', 'succeeded', 'failed', 'inDoubt'])(
    'has a stored item that is %s',
    state => {
      expect(inState(state)).toBeGreaterThan(0)
    },
  )

  it.each(names)('gives back the entry of a stored item as it was: %s', name => {
    const entry = fromItem(itemOf(name))
    const again = toItem(entry, itemOf(name)['writtenBy']?.S ?? '', at('2026-11-22T08:00:00.000Z'))
    expect(JSON.parse(JSON.stringify(again))).toEqual(itemOf(name))
  })

  it('is read by the ledger, each request by its key', async () => {
    const { ledger } = await aTableWith([...items, ...besides])
    const read = await Promise.all(requestIds.map(requestId => ledger.read('luma7x2', requestId)))
    expect(read.map(entry => entry?.request.requestId)).toEqual(requestIds)
  })

  it('lets every stored request be claimed no second time, and saved where its work goes on', async () => {
    const { ledger } = await aTableWith(items)
    for (const item of items) {
      const entry = fromItem(item)
      expect(await ledger.claim({ ...entry, rev: 1 }, 'worker-of-today')).toEqual(entry)
      if (!isFinal(entry.state))
        expect(await ledger.save(entry, 'worker-of-today')).toEqual({ ...entry, rev: entry.rev + 1 })
    }
  })

  it('keeps its holds on payments and stores', async () => {
    const { ledger } = await aTableWith([...items, ...besides])
    const { payments, stores } = await ledger.readHolds(['luma7x2:117'], ['luma7x2'])
    expect(payments.get('luma7x2:117')).toEqual(['r-doubt'])
    expect(stores.get('luma7x2')).toMatchObject({
      active: true,
      code: aStoreHold().code,
      version: 'v1',
      rev: 1,
      nextProbeAt: 1_795_334_430_000,
    })
  })

  it('is read by the history and listed whole, open ones apart', async () => {
    const { ledger, history, audit } = await aTableWith([...items, ...besides])
    const entries = await history.byPayment('luma7x2', 117)
    expect(entries.map(({ request }) => request.requestId)).toEqual(requestIds)
    expect((await history.listEntries('luma7x2', undefined)).entries).toHaveLength(items.length)
    expect((await ledger.listOpen(undefined)).entries).toHaveLength(
      items.length - inState('succeeded') - inState('failed'),
    )
    expect(await audit.byPayment('luma7x2', 117)).toMatchObject([{ action: 'resolve', by: 'ann' }])
  })

  it('is shown by the commands, request by request', () => {
    const shown = renderHistory(items.map(item => viewEntry(fromItem(item)))).join('\n')
    expect(requestIds.filter(requestId => !shown.includes(requestId))).toEqual([])
  })
})

describe('an item of a version to come', () => {
  const ofTomorrow: Item = { ...itemOf('unknown, looked at three times'), v: { N: '2' }, shape: { S: 'new' } }
  const refusal = 'ledger item luma7x2#r-unknown has version 2, this code reads 1'
  const ways = ['read', 'claim', 'listOpen', 'byPayment', 'lastByPayment', 'listEntries'] as const

  it.each(ways)('is refused by %s, by name, and stays as it is', async way => {
    const { ledger, history, scan } = await aTableWith([ofTomorrow])
    const before = await scan()
    const tries = {
      read: () => ledger.read('luma7x2', 'r-unknown'),
      claim: () =>
        ledger.claim({ ...fromItem(itemOf('unknown, looked at three times')), rev: 1 }, 'worker-b'),
      listOpen: () => ledger.listOpen(undefined),
      byPayment: () => history.byPayment('luma7x2', 117),
      lastByPayment: () => history.lastByPayment('luma7x2', 117),
      listEntries: () => history.listEntries(undefined, undefined),
    }
    expect(String(await catchError(tries[way]))).toContain(refusal)
    expect(await scan()).toEqual(before)
  })
})
