import type { SweepPage } from '../../core/reconcile/sweep.js'
import type { Checkpoints, Ledger } from '../ports.js'

/** What a dry run works with in place of what would write: it takes no lease and keeps its pages to itself. */

export function createDryCheckpoints(real: Pick<Checkpoints, 'read'>): Checkpoints {
  const pages = new Map<string, SweepPage[]>()
  return {
    acquire: async (storeHash, owner, until) => {
      pages.set(storeHash, [])
      return { storeHash, owner, fence: 0, leaseUntil: until, ...(await real.read(storeHash)) }
    },
    read: storeHash => real.read(storeHash),
    savePage: async (course, page, next) => {
      pages.get(course.storeHash)?.push(page)
      return { ...course, cursor: next }
    },
    readPages: async ({ storeHash }) => [...(pages.get(storeHash) ?? [])],
    finish: async () => undefined,
    release: async () => undefined,
  }
}

/** A store that is held because of its credentials stays so: its next probe is somebody else's. */
export const dryHolds: Pick<Ledger, 'saveStoreHold'> = { saveStoreHold: async () => false }
