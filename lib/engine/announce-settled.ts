import { Unavailable } from '../core/errors.js'
import type { LedgerEntry } from '../core/ledger-entry.js'
import { outcomeOf } from '../core/outcome.js'
import { holdKeyOf, type OperationRequest } from '../core/request.js'
import { mayHold } from './payment-holds.js'
import type { DeadLetters, Ledger, Log, Metrics, Outcomes } from './ports.js'
import { tell } from './tell.js'

type Deps = {
  ledger: Pick<Ledger, 'read' | 'holdPayment' | 'releasePayment' | 'save'>
  outcomes: Outcomes
  deadLetters: DeadLetters
  log: Log
  metrics: Pick<Metrics, 'add'>
}

/**
 * What has to follow once the ledger has the end of a doubt: its payment is free again, and the world hears of it. Safe to
 * repeat, which is what the next try after a kill does. Throws `Unavailable` while the bus does not take the outcome.
 */
export async function announceSettled(deps: Deps, settled: LedgerEntry): Promise<void> {
  await release(deps, settled.request)
  const [told] = await tell(deps, [{ outcome: outcomeOf(settled) }])
  if (told !== true) throw new Unavailable('the bus did not take the outcome of a settled doubt')
}

/** A redrive may have tried it afresh by now and be in doubt again: then the hold that was taken away was its own. */
async function release({ ledger }: Deps, request: OperationRequest): Promise<void> {
  const holdKey = holdKeyOf(request)
  await ledger.releasePayment(holdKey, request.requestId)
  const now = await ledger.read(request.storeHash, request.requestId)
  if (now !== undefined && mayHold(now)) await ledger.holdPayment(holdKey, request.requestId)
}
