import { StaleLease } from '../../lib/core/errors.js'
import type { Clock } from '../../lib/core/time.js'
import { newWatch, type OrderWatch } from '../../lib/core/webhook/order-watch.js'
import type { OrderWatches } from '../../lib/engine/webhook/ports.js'

/** The watches' contract in memory: a save replaces only what it has read. */
export class MemoryWatches implements OrderWatches {
  readonly items = new Map<string, OrderWatch>()

  constructor(readonly clock: Clock) {}

  async read(storeHash: string, orderId: string, operationCode: number): Promise<OrderWatch> {
    const order = { storeHash, orderId, operationCode }
    return structuredClone(this.items.get(keyOf(order)) ?? newWatch(order, this.clock.now()))
  }

  async save(watch: OrderWatch): Promise<OrderWatch> {
    if ((this.items.get(keyOf(watch))?.rev ?? 0) !== watch.rev)
      throw new StaleLease(`order ${watch.orderId} was taken over`)
    const next = { ...structuredClone(watch), rev: watch.rev + 1 }
    this.items.set(keyOf(watch), next)
    return structuredClone(next)
  }
}

const keyOf = ({
  storeHash,
  orderId,
  operationCode,
}: Pick<OrderWatch, 'storeHash' | 'orderId' | 'operationCode'>) => `${storeHash}:${operationCode}#${orderId}`
