import { isForGood } from '../core/claim.js'
import { type Forecast, forecastByLedger, forecastByLook, forecastLack } from '../core/forecast.js'
import type { Submission } from '../core/read-submission.js'
import { holdKeyOf, type OperationRequest } from '../core/request.js'
import { asEpochMs } from '../core/time.js'
import { type LookDeps, lookAtStore } from './look.js'
import { createPaymentHolds } from './payment-holds.js'
import type { Credentials, Holds, Ledger } from './ports.js'
import { dryHolds } from './reconcile/dry-run.js'
import { createStoreAccess, type StoreAccess } from './store-access.js'

export type ForecastDeps = Omit<LookDeps, 'access' | 'ledger'> & {
  ledger: Pick<Ledger, 'read' | 'readHolds'>
  credentials: Credentials
  delayScale: number
}

/** A person waits for it; a store's share of the quota may take a while. */
const patienceMs = 60_000

/** What would become of each request, one after the other. Reads the ledger and the stores, and writes to neither. */
export async function* forecastRequests(
  deps: ForecastDeps,
  submissions: Submission[],
): AsyncGenerator<{ submission: Submission; forecast: Forecast }> {
  const accesses = new Map<string, StoreAccess>()
  const before = new Map<string, OperationRequest>()
  for (const submission of submissions) {
    const { request, groupId } = submission
    const holds = await deps.ledger.readHolds([holdKeyOf(request)], [request.storeHash])
    const access = accesses.get(request.storeHash) ?? openDry(deps, holds)
    accesses.set(request.storeHash, access)
    const holder = await findHolder(deps, request, holds)
    const known = {
      entry: await deps.ledger.read(request.storeHash, request.requestId),
      ...(holder && { holder, isForGood: isForGood(holder, deps.clock.now(), deps.delayScale) }),
      before: before.get(groupId),
    }
    const forecast = forecastByLedger(request, known) ?? (await lookAhead({ ...deps, access }, request))
    // Under way counts as well: what the store shows now is not what the next one will find.
    if (forecast.verdict === 'wouldPerform' || forecast.verdict === 'underWay') before.set(groupId, request)
    yield { submission, forecast }
  }
}

const openDry = (deps: ForecastDeps, { stores }: Holds): StoreAccess =>
  createStoreAccess({ ...deps, ledger: dryHolds }, stores, deps.delayScale)

/** As the engine finds it, but what a crash left behind stays for the engine to clear away. */
function findHolder({ ledger }: ForecastDeps, request: OperationRequest, { payments }: Holds) {
  const leave = async (): Promise<void> => undefined
  const read = ledger.read.bind(ledger)
  return createPaymentHolds({ read, holdPayment: leave, releasePayment: leave }, payments).findHolder(request)
}

/** Nobody's payment is left out of the look: one that another request has made is just what a create must not repeat. */
const noMakers: Pick<Ledger, 'makersOf'> = { makersOf: async () => [] }

async function lookAhead(
  deps: ForecastDeps & { access: StoreAccess },
  request: OperationRequest,
): Promise<Forecast> {
  const deadline = asEpochMs(deps.clock.now() + patienceMs)
  const looked = await lookAtStore({ ...deps, ledger: noMakers }, request, deadline)
  if (looked.made) return forecastByLook(request, looked.look)
  if (looked.because === 'throttled') return forecastLack(undefined, "the store's quota is used up for now")
  return forecastLack(looked.lack.code, looked.lack.message)
}
