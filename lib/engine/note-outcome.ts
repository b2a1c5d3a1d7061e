import type { LogFields } from '../core/log-fields.js'
import type { Outcome } from '../core/outcome.js'
import type { Log, Metrics } from './ports.js'

/**
 * One line and one count for each outcome, when it becomes final: told again, after a bus that did not answer or to a
 * message that came twice, it counts no more. The API's own words are in the outcome and the dead letter, never in the log.
 */

type Deps = { log: Log; metrics: Pick<Metrics, 'add'> }

const byStatus = { succeeded: 'Succeeded', failed: 'Failed', inDoubt: 'InDoubt' } as const
const byEffect = { performed: 'Performed', alreadyDone: 'AlreadyDone', confirmed: 'Confirmed' } as const

export function noteOutcome({ log, metrics }: Deps, outcome: Outcome): void {
  const { status, effect } = outcome
  metrics.add(byStatus[status])
  // The next pass of reconciliation counts them all.
  if (status === 'inDoubt') metrics.add('OpenDoubts')
  if (effect !== 'none' && effect !== 'unknown') metrics.add(byEffect[effect])
  log.info('outcome', fieldsOf(outcome))
}

export const noteRepeat = ({ log }: Deps, outcome: Outcome): void =>
  log.info('outcome of an earlier delivery, told again', fieldsOf(outcome))

/** Refused without having been tried; counted once more where its dead letter has to be sent again. */
export function noteRefused({ log, metrics }: Deps, fields: LogFields): void {
  metrics.add('Failed')
  log.info('outcome', { ...fields, status: 'failed', effect: 'none' })
}

function fieldsOf({ error, metadata: _, requestedAt, completedAt, ...told }: Outcome): LogFields {
  const tookMs = Date.parse(completedAt) - Date.parse(requestedAt)
  return { ...told, tookMs, code: error?.code, httpStatus: error?.httpStatus }
}
