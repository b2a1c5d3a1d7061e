import type { Answer } from '../core/answer.js'
import { learnQuota, type StoreQuota, takeSlot, unknownQuota } from '../core/quota.js'
import type { Clock, Random } from './ports.js'

/** The quota of each store as this container knows it; lives as long as the container. */
export type Pacer = {
  /** Takes one call out of the store's window: 0, or the milliseconds to wait before asking again. */
  take(storeHash: string): number
  /** How long the store's window stays closed, without taking anything from it. */
  closedMs(storeHash: string): number
  learn(storeHash: string, answer: Answer): void
}

export function createPacer(
  deps: { clock: Clock; random: Random },
  reserve: number,
  delayScale: number,
): Pacer {
  const quotas = new Map<string, StoreQuota>()
  const quotaOf = (storeHash: string): StoreQuota => quotas.get(storeHash) ?? unknownQuota
  return {
    take: storeHash => {
      const slot = takeSlot(quotaOf(storeHash), deps.clock.now(), reserve)
      if (slot.granted) quotas.set(storeHash, slot.quota)
      return slot.granted ? 0 : Math.max(1, slot.waitMs)
    },
    closedMs: storeHash => {
      const slot = takeSlot(quotaOf(storeHash), deps.clock.now(), reserve)
      return slot.granted ? 0 : slot.waitMs
    },
    learn: (storeHash, answer) => {
      const learnt = learnQuota(quotaOf(storeHash), answer, deps.clock.now(), deps.random.next(), delayScale)
      quotas.set(storeHash, learnt)
    },
  }
}
