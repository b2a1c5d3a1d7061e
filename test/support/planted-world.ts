import { asEpochMs } from '../../lib/core/time.js'
import { perform, type SweepWorld } from './sweep-world.js'

/** One of each finding, beside payments at rest. */
export function plant(world: SweepWorld): void {
  const { store } = world
  for (let id = 1; id <= 600; id += 1) store.add(id)
  store.add(11, { processingStatus: 3, allowedOperations: [0] })
  store.add(12, { processingStatus: 4, appliedStatus: 1, allowedOperations: [1] })
  store.add(13, {
    processingStatus: 3,
    appliedStatus: 1,
    moduleName: 'payments_bigcommerce_sales_order',
    allowedOperations: [1, 2],
  })
  // Applied by us, and not applied any more.
  store.add(14, { processingStatus: 3, allowedOperations: [0] })
  world.succeeded(perform('applied-14', 14))
  // In doubt, and the store shows that it was done.
  store.add(15, { processingStatus: 3, appliedStatus: 1, allowedOperations: [1] })
  store.payments.set(15, { ...paymentOf(store, 15), updatedAt: seconds(world.ago(600_000)) })
  world.doubt(perform('doubt-15', 15))
  store.add(16)
  world.doubt(perform('doubt-16', 16, 3))
  store.add(17, { processingStatus: 3, allowedOperations: [0] })
  world.leftBehind(perform('left-17', 17))
  world.succeeded(perform('gone-9999', 9999))
  store.add(18, { processingStatus: 2 })
  world.letters.push(letter('never-18', 18))
  store.add(19, { moduleName: 'payments_offline', externalId: 'A-1' })
  store.add(520, { moduleName: 'payments_offline', externalId: 'A-1' })
  store.add(521, { moduleName: 'payments_offline', externalId: 'A-10' })
  // In doubt, and the store shows that it was not done.
  store.add(21, { processingStatus: 3, allowedOperations: [0] })
  store.payments.set(21, { ...paymentOf(store, 21), updatedAt: seconds(world.ago(10 * 3_600_000)) })
  world.doubt(perform('doubt-21', 21))
}

export const paymentOf = (store: SweepWorld['store'], id: number) => {
  const found = store.payments.get(id)
  if (found === undefined) throw new Error(`payment ${id} is planted`)
  return found
}

const seconds = (ms: number): number => Math.floor(ms / 1000)

const letter = (requestId: string, paymentId: number) => ({
  messageId: `m-${requestId}`,
  body: JSON.stringify({ requestId, storeHash: 'abc', paymentId, operationCode: 0 }),
  groupId: `abc:${paymentId}`,
  attributes: {},
  sentAt: asEpochMs(0),
})
