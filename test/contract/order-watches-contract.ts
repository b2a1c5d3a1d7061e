import { expect, it } from '@jest/globals'
import { StaleLease } from '../../lib/core/errors.js'
import { asEpochMs } from '../../lib/core/time.js'
import { newWatch, type OrderWatch } from '../../lib/core/webhook/order-watch.js'
import type { OrderWatches } from '../../lib/engine/webhook/ports.js'
import { at } from './entries.js'

/** The suite that all order watches have to pass: those on DynamoDB, and those in memory that stand in for them. */

export const aWatch = (fields: Partial<OrderWatch> = {}): OrderWatch => ({
  ...newWatch({ storeHash: 'luma7x2', orderId: '250', operationCode: 2 }, at('2026-11-22T08:00:00.000Z')),
  ...fields,
})

/** With every field that there is. */
export const aFullWatch = (): OrderWatch =>
  aWatch({
    coveredUpTo: at('2026-11-22T07:59:50.000Z'),
    known: [
      { hash: 'cafe_-1', createdAt: 1_795_334_300 },
      { hash: 'cafe_-2', createdAt: 0 },
    ],
    knownSince: 1_795_000_000,
    pending: {
      key: 'cafe_-3',
      beganAt: at('2026-11-22T07:59:59.999Z'),
      hashes: [{ hash: 'cafe_-3', createdAt: 1_795_334_398 }],
      seen: { invoices: 1, asked: [117, 118.5], passedOver: [119] },
    },
    failures: 3,
    failingSince: at('2026-11-22T07:00:00.000Z'),
    lackingSince: at('2026-11-22T07:30:00.000Z'),
  })

export function orderWatchesContract(create: () => Promise<{ watches: OrderWatches }>): void {
  it('begin with an empty watch for an order that nobody has heard of', async () => {
    const { watches } = await create()
    const { knownSince: _, ...watch } = await watches.read('luma7x2', '250', 2)
    const { knownSince: __, ...empty } = aWatch()
    expect(watch).toEqual(empty)
  })

  it('give back what was saved, every field of it', async () => {
    const { watches } = await create()
    const saved = await watches.save(aFullWatch())
    expect(saved).toEqual({ ...aFullWatch(), rev: 1 })
    expect(await watches.read('luma7x2', '250', 2)).toEqual(saved)
  })

  it('forget what the next save leaves out', async () => {
    const { watches } = await create()
    const { pending: _, failingSince: __, lackingSince: ___, ...rest } = await watches.save(aFullWatch())
    const saved = await watches.save(rest)
    expect(await watches.read('luma7x2', '250', 2)).toEqual(saved)
    expect(Object.keys(saved)).not.toContain('pending')
  })

  it('keep stores, orders and operations apart', async () => {
    const { watches } = await create()
    await watches.save(aFullWatch())
    for (const [storeHash, orderId, operationCode] of [
      ['luma7x3', '250', 2],
      ['luma7x2', '25', 2],
      ['luma7x2', '250', 0],
    ] as const)
      expect(await watches.read(storeHash, orderId, operationCode)).toMatchObject({
        rev: 0,
        storeHash,
        orderId,
        operationCode,
        known: [],
      })
  })

  it('refuse a save of what somebody else has saved since', async () => {
    const { watches } = await create()
    const first = await watches.save(aWatch())
    await expect(watches.save(aWatch({ failures: 9 }))).rejects.toBeInstanceOf(StaleLease)
    const second = await watches.save({ ...first, failures: 1 })
    await expect(watches.save({ ...first, failures: 9 })).rejects.toBeInstanceOf(StaleLease)
    expect(await watches.read('luma7x2', '250', 2)).toEqual(second)
  })

  it('let one of many who save at the same moment through', async () => {
    const { watches } = await create()
    const first = await watches.save(aWatch())
    const saves = Array.from({ length: 5 }, (_, n) =>
      watches.save({ ...first, coveredUpTo: asEpochMs(n + 1) }),
    )
    const settled = await Promise.allSettled(saves)
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect((await watches.read('luma7x2', '250', 2)).rev).toBe(2)
  })
}
