import {
  learnShare,
  type ShareQuota,
  type ShareSettings,
  takeShare,
  unknownShare,
} from '../core/reconcile/share.js'
import type { Pacer } from './pacer.js'
import type { Clock } from './ports.js'

/**
 * Lets a sweep's calls to a store go when `core/reconcile/share.ts` says so: evenly spaced, live requests first. It stands
 * where `pacer.ts` stands for requests, and waits as long as the pass has time; a sweep has nothing better to do.
 */
export function createSharePacer({ clock }: { clock: Clock }, settings: ShareSettings): Pacer {
  const quotas = new Map<string, ShareQuota>()
  const quotaOf = (storeHash: string): ShareQuota => quotas.get(storeHash) ?? unknownShare
  return {
    // A pass is no message: there is no queue that it could go back to.
    admit: () => ({ leave: () => undefined }),
    enter: async (storeHash, latest) => {
      for (;;) {
        const now = clock.now()
        if (now > latest) return now
        const slot = takeShare(quotaOf(storeHash), now, settings)
        if (slot.granted) {
          quotas.set(storeHash, slot.quota)
          return undefined
        }
        if (slot.until > latest) return slot.until
        await clock.sleep(Math.max(1, slot.until - now))
      }
    },
    learn: (storeHash, answer) => {
      const taught = answer ?? { meaning: 'lost' }
      quotas.set(storeHash, learnShare(quotaOf(storeHash), taught, clock.now(), settings))
    },
  }
}
