import { expect, it } from '@jest/globals'
import type { createAudit } from '../../lib/adapters/dynamodb-audit.js'
import type { createHistory } from '../../lib/adapters/dynamodb-history.js'
import type { Act, Ledger } from '../../lib/engine/ports.js'
import { aCreate, aFinalEntry, at } from './entries.js'

/** The suite that the record of what people did has to pass on every DynamoDB, beside the ledger in its table. */

type Trial = {
  audit: ReturnType<typeof createAudit>
  ledger: Ledger
  history: ReturnType<typeof createHistory>
}

export const anEdit: Act = {
  action: 'edit',
  at: at('2026-11-22T09:00:00.000Z'),
  by: 'Ada',
  reason: 'a typing error',
  storeHash: 'luma7x2',
  requestId: 'erp-1',
  paymentId: 117,
  messageId: 'm-1',
  original: '{"paymentId":117,\n "operatonCode":0}\uFEFF',
  changedTo: '{"paymentId":117,"operationCode":0}',
}

export function auditContract(make: () => Promise<Trial>): void {
  it('keeps all of an act, the original byte for byte, and gives it back by payment in order of time', async () => {
    const { audit } = await make()
    const discard: Act = { ...anEdit, action: 'discard', at: at('2026-11-22T08:00:00.000Z') }
    expect(await audit.record(anEdit)).toEqual({ recorded: true })
    expect(await audit.record(discard)).toEqual({ recorded: true })
    expect(await audit.byPayment('luma7x2', 117)).toEqual([discard, anEdit])
    expect(await audit.byPayment('luma7x2', 118)).toEqual([])
  })

  it('keeps an act on what names neither store nor payment', async () => {
    const { audit } = await make()
    const act: Act = { action: 'discard', at: anEdit.at, by: 'Ada', reason: 'noise', original: 'no JSON' }
    expect(await audit.record(act)).toEqual({ recorded: true })
  })

  it('lets the first edit of a message say which request takes its place', async () => {
    const { audit } = await make()
    const now = at('2026-11-22T09:00:00.000Z')
    const keys = await Promise.all(['abc#erp-2', 'abc#erp-3'].map(key => audit.takePlace('m-1', key, now)))
    expect(new Set(keys).size).toBe(1)
    expect(await audit.takePlace('m-1', 'abc#erp-4', now)).toBe(keys[0])
    expect(await audit.takePlace('m-2', 'abc#erp-4', now)).toBe('abc#erp-4')
  })

  it('says of what is too large that it is not kept', async () => {
    const { audit } = await make()
    const act = { ...anEdit, original: 'é'.repeat(150_000), changedTo: 'x'.repeat(100_000) }
    expect(await audit.record(act)).toMatchObject({ recorded: false })
    expect(await audit.byPayment('luma7x2', 117)).toEqual([])
  })

  it('leaves what reads requests from the same table undisturbed', async () => {
    const { audit, ledger, history } = await make()
    await ledger.claim(aFinalEntry('succeeded', 'r-1'), 'worker-a')
    await audit.record({ ...anEdit, paymentId: 117 })
    const ids = (entries: { request: { requestId: string } }[]) =>
      entries.map(({ request }) => request.requestId)
    expect(ids(await history.byPayment('luma7x2', 117))).toEqual(['r-1'])
    expect((await history.lastByPayment('luma7x2', 117)).last?.request.requestId).toBe('r-1')
    expect(ids((await history.listEntries()).entries)).toEqual(['r-1'])
    expect((await ledger.listOpen()).entries).toEqual([])
    expect(await ledger.makersOf('luma7x2', 117)).toEqual([])
  })

  it('hides nobody who made a payment, however much people did by hand before it was there', async () => {
    const { audit, ledger } = await make()
    const early = { ...anEdit, at: at('2026-11-21T09:00:00.000Z'), original: 'x'.repeat(380 * 1024) }
    for (let count = 0; count < 3; count += 1) await audit.record(early)
    const created = aCreate('PO-1', 'Check 7', 'made-it')
    const ending = {
      effect: 'performed' as const,
      completedAt: at('2026-11-22T08:00:01.000Z'),
      paymentId: 117,
    }
    await ledger.claim({ ...created, state: 'succeeded', ending }, 'worker-a')
    expect(await ledger.makersOf('luma7x2', 117)).toEqual(['made-it'])
  })
}
