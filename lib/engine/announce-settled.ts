import { Unavailable } from '../core/errors.js'
import type { LedgerEntry } from '../core/ledger-entry.js'
import { outcomeOf } from '../core/outcome.js'
import { holdKeyOf } from '../core/request.js'
import type { DeadLetters, Ledger, Log, Metrics, Outcomes } from './ports.js'
import { tell } from './tell.js'

type Deps = {
  ledger: Pick<Ledger, 'releasePayment' | 'save'>
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
  await deps.ledger.releasePayment(holdKeyOf(settled.request), settled.request.requestId)
  const [told] = await tell(deps, [{ outcome: outcomeOf(settled) }])
  if (told !== true) throw new Unavailable('the bus did not take the outcome of a settled doubt')
}
