import { canLookSettle, judgeDoubt } from '../core/evidence.js'
import type { LedgerEntry } from '../core/ledger-entry.js'
import { isoTime } from '../core/outcome.js'
import { shellWord } from '../core/shell-word.js'
import { asEpochMs } from '../core/time.js'
import { type LookDeps, lookAtStore } from './look.js'
import type { Credentials, Ledger } from './ports.js'
import { dryHolds } from './reconcile/dry-run.js'
import { createStoreAccess } from './store-access.js'

export type LookAfreshDeps = Omit<LookDeps, 'access' | 'ledger'> & {
  ledger: Pick<Ledger, 'makersOf' | 'readHolds'>
  credentials: Credentials
  delayScale: number
}

export type Fresh = { settles: true } | { settles: false; why: string }

/** A person waits for it, and the message is hidden meanwhile. */
const patienceMs = 15_000

/** Whether a look at the store, made now, would settle a doubt. Writes nothing; the engine looks again when the redrive arrives. */
export async function lookAfresh(deps: LookAfreshDeps, entry: LedgerEntry): Promise<Fresh> {
  const { request } = entry
  const resolve = `settle it by hand: payops resolve ${shellWord(request.requestId)}`
  if (!canLookSettle(request))
    return {
      settles: false,
      why: `nothing in the store shows whether operation 3 was carried out; ${resolve}`,
    }
  const { clock, ledger, delayScale } = deps
  const { stores } = await ledger.readHolds([], [request.storeHash])
  const access = createStoreAccess({ ...deps, ledger: dryHolds }, stores, delayScale)
  const lookedAt = clock.now()
  const looked = await lookAtStore({ ...deps, access }, request, asEpochMs(lookedAt + patienceMs))
  if (!looked.made) {
    const lack = looked.because === 'credentials' ? looked.lack.message : 'its quota is used up'
    return { settles: false, why: `the store could not be looked at: ${lack}` }
  }
  const sending = {
    from: entry.sendingFrom ?? lookedAt,
    until: entry.sendingUntil ?? lookedAt,
    serverOffsetMs: deps.serverClock.offsetMs(request.storeHash),
  }
  const evidence = judgeDoubt(request, sending, looked.look, lookedAt, delayScale)
  if (evidence.verdict === 'undecidable')
    return { settles: false, why: `a look at ${isoTime(lookedAt)} cannot tell: ${evidence.why}; ${resolve}` }
  if (evidence.verdict === 'notYet') return { settles: false, why: `no look can tell yet: ${evidence.why}` }
  return { settles: true }
}
