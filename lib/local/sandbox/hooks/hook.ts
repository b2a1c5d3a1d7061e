import type { EpochMs } from '../../../core/time.js'

/** A webhook as the store's API shows it; times are Unix seconds. */
export type Hook = {
  id: number
  client_id: string
  store_hash: string
  created_at: number
  updated_at: number
  scope: string
  destination: string
  is_active: boolean
  headers: Record<string, string> | null
}

/** What a store sends: the body, and what the journal of deliveries tells of it. */
export type StoreEvent = { storeHash: string; scope: string; hash: string; body: string }

/**
 * One line of the journal of deliveries. `taken`: answered 200. `failed`: another answer, or none, when `status` is undefined.
 * `deactivated`: the last retry failed, the hook is switched off. `hookGone`: it was switched off or deleted before a retry.
 * `noHook`: nobody has registered for the event.
 */
export type Delivery = {
  at: EpochMs
  storeHash: string
  scope: string
  /** Of the event: the same in every delivery of it. */
  hash: string
  hookId: number | undefined
  /** 1 for the first. */
  attempt: number
  status: number | undefined
  result: 'taken' | 'failed' | 'deactivated' | 'hookGone' | 'noHook'
}
