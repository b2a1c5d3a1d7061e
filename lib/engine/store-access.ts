import { probeDelayMs } from '../core/backoff.js'
import { asEpochMs, type EpochMs } from '../core/time.js'
import type {
  Access,
  Clock,
  Credentials,
  CredentialsResult,
  Holds,
  Ledger,
  Metrics,
  StoreHold,
} from './ports.js'

/**
 * Who may call a store. Credentials that are missing or were refused hold the store: a hold in the ledger, seen by every
 * container, lets nobody call with the refused version but one probe, at growing intervals. Another version ends the hold.
 */

export type Opened =
  | { usable: true; access: Access; version: string }
  | { usable: false; lack: Lack; nextTryAt: EpochMs }
export type Lack = { code: StoreHold['code']; message: string; httpStatus?: number }

/** What the API said of the credentials. */
export type Refused = { message: string; httpStatus?: number }

export type StoreAccess = {
  open(storeHash: string): Promise<Opened>
  /** After a 401 or 403 with `version`: read afresh once; the same version again holds the store. */
  refused(storeHash: string, version: string, refusal: Refused): Promise<Opened>
  /** After an answer that the credentials were good for. */
  worked(storeHash: string): Promise<void>
}

type Deps = {
  clock: Clock
  credentials: Credentials
  ledger: Pick<Ledger, 'saveStoreHold'>
  metrics: Pick<Metrics, 'add'>
}

export function createStoreAccess(deps: Deps, stores: Holds['stores'], delayScale: number): StoreAccess {
  async function open(storeHash: string): Promise<Opened> {
    const found = await deps.credentials.get(storeHash)
    return found.usable ? passHold(storeHash, found) : hold(storeHash, lackOf(found), undefined)
  }

  /** Past an active hold goes another version than the refused one, or the one probe that is due. */
  async function passHold(storeHash: string, found: CredentialsResult & { usable: true }): Promise<Opened> {
    const held = stores.get(storeHash)
    if (held?.active !== true || held.version !== found.version) return found
    if (deps.clock.now() < held.nextProbeAt) return stay(held)
    const next = grown(held)
    const isOurs = await deps.ledger.saveStoreHold(next)
    stores.set(storeHash, { ...next, rev: held.rev + 1 })
    return isOurs ? found : stay(next)
  }

  async function refused(storeHash: string, version: string, refusal: Refused): Promise<Opened> {
    const fresh = await deps.credentials.refresh(storeHash, version)
    if (fresh.usable && fresh.version !== version) return fresh
    if (!fresh.usable) return hold(storeHash, lackOf(fresh), undefined)
    return hold(
      storeHash,
      {
        code: 'CREDENTIALS_REJECTED',
        ...refusal,
        message: `the API refused the store's token: ${refusal.message}`,
      },
      version,
    )
  }

  async function hold(storeHash: string, lack: Lack, version: string | undefined): Promise<Opened> {
    const held = stores.get(storeHash)
    const isSame = held?.active === true && held.version === version && held.code === lack.code
    if (isSame && deps.clock.now() < held.nextProbeAt) return stay(held)
    const start: StoreHold = {
      storeHash,
      rev: held?.rev ?? 0,
      active: true,
      ...lack,
      ...(version !== undefined && { version }),
      probes: isSame ? held.probes : 0,
      nextProbeAt: deps.clock.now(),
    }
    const next = grown(start)
    // Set before the write, so that the other payments of this batch see it; losing the write means that another holds it already.
    stores.set(storeHash, { ...next, rev: start.rev + 1 })
    await deps.ledger.saveStoreHold(next)
    return stay(next)
  }

  /** Counted each time that somebody who wants to call is held, so that the alarm lasts while somebody waits. */
  function stay({ code, message, httpStatus, nextProbeAt }: StoreHold): Opened {
    deps.metrics.add(code === 'CREDENTIALS_MISSING' ? 'CredentialsMissing' : 'CredentialsRejected')
    const lack = { code, message, ...(httpStatus !== undefined && { httpStatus }) }
    return { usable: false, lack, nextTryAt: nextProbeAt }
  }

  function grown(held: StoreHold): StoreHold {
    const nextProbeAt = asEpochMs(deps.clock.now() + probeDelayMs(held.probes) * delayScale)
    return { ...held, probes: held.probes + 1, nextProbeAt }
  }

  async function worked(storeHash: string): Promise<void> {
    const held = stores.get(storeHash)
    if (held?.active !== true) return
    stores.set(storeHash, { ...held, active: false, rev: held.rev + 1 })
    // Losing this write means that another has spoken about the store since; its word stands.
    await deps.ledger.saveStoreHold({ ...held, active: false })
  }

  return { open, refused, worked }
}

const lackOf = (found: { message: string }): Lack => ({ code: 'CREDENTIALS_MISSING', message: found.message })
