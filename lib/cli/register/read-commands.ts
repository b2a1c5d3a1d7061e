import { showHistory } from '../commands/history.js'
import { reconcileStores } from '../commands/reconcile.js'
import { showStatus } from '../commands/status.js'
import { describeHistory, describeStatus } from '../operate/operate-help.js'
import type { OperateOptions } from '../operate/operate-settings.js'
import { describeReconcile } from '../reconcile/reconcile-help.js'
import type { ReconcileOptions } from '../reconcile/reconcile-settings.js'
import type { Register } from './register.js'

/** What was asked, what was done, and how the stores and the ledger differ. */
export const registerReading: Register = (program, run) => {
  describeReconcile(program.command('reconcile')).action((options: ReconcileOptions) =>
    run(deps => reconcileStores(options, deps)),
  )
  describeStatus(program.command('status')).action((requestId: string, options: OperateOptions) =>
    run(deps => showStatus(requestId, options, deps)),
  )
  describeHistory(program.command('history')).action((payment: string, options: OperateOptions) =>
    run(deps => showHistory(payment, options, deps)),
  )
}
