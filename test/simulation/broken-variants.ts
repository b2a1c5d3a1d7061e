import { Unavailable } from '../../lib/core/errors.js'
import { entryKeyOf } from '../../lib/core/ledger-entry.js'
import type { BatchDeps } from '../../lib/engine/perform-batch.js'
import type { Worker } from './worker.js'

/**
 * The control: seven ways in which services like this one are commonly built, each a mistake that moves money twice or loses
 * a request. A simulator that does not catch every one of them would prove nothing about payops.
 */
export type Variant = {
  name: string
  break?: (deps: BatchDeps, worker: Worker) => BatchDeps
  acknowledgesFirst?: boolean
}

export const brokenVariants: Variant[] = [
  {
    name: 'retries a lost answer without looking',
    break: deps => ({
      ...deps,
      api: {
        call: async (call, access, timeoutMs) => {
          const answer = await deps.api.call(call, access, timeoutMs)
          return answer.meaning === 'lost' ? deps.api.call(call, access, timeoutMs) : answer
        },
      },
    }),
  },
  {
    name: 'takes a new key for each attempt',
    break: (deps, worker) => {
      const { rows } = worker.settings.world.ledger
      return {
        ...deps,
        ledger: {
          ...deps.ledger,
          claim: async (entry, by) => {
            rows.delete(entryKeyOf(entry.request))
            return deps.ledger.claim(entry, by)
          },
        },
      }
    },
  },
  {
    name: 'runs again when a lease has expired',
    break: (deps, worker) => {
      const { rows } = worker.settings.world.ledger
      return {
        ...deps,
        ledger: {
          ...deps.ledger,
          claim: async (entry, by) => {
            const found = rows.get(entryKeyOf(entry.request))?.entry
            const isExpired = (found?.leaseUntil ?? Number.POSITIVE_INFINITY) <= deps.clock.now()
            if (found?.state === 'sending' && isExpired) rows.delete(entryKeyOf(entry.request))
            return deps.ledger.claim(entry, by)
          },
        },
      }
    },
  },
  { name: 'acknowledges first', acknowledgesFirst: true },
  {
    name: 'lets a late owner write',
    break: (deps, worker) => {
      const { rows } = worker.settings.world.ledger
      return {
        ...deps,
        ledger: {
          ...deps.ledger,
          save: async (entry, by) => {
            const next = { ...entry, rev: (rows.get(entryKeyOf(entry.request))?.entry.rev ?? entry.rev) + 1 }
            rows.set(entryKeyOf(entry.request), { entry: next, by })
            return next
          },
          claim: async (entry, by) => {
            const found = await deps.ledger.claim(entry, by)
            // Without a lease, everybody who finds an unfinished entry goes on with it.
            return found && { ...found, leaseUntil: entry.requestedAt }
          },
        },
      }
    },
  },
  {
    name: 'goes on past a doubt on the same payment',
    break: deps => ({
      ...deps,
      ledger: { ...deps.ledger, holdPayment: async () => undefined },
    }),
  },
  {
    name: 'deletes its record when the handler throws',
    break: (deps, worker) => {
      const { rows } = worker.settings.world.ledger
      return {
        ...deps,
        api: {
          call: async (call, access, timeoutMs) => {
            const answer = await deps.api.call(call, access, timeoutMs)
            if (answer.meaning !== 'lost' || call.requestId === undefined) return answer
            rows.delete(`abc#${call.requestId}`)
            throw new Unavailable('the handler threw on a lost answer')
          },
        },
      }
    },
  },
]
