import { countReport, type Report } from '../../core/reconcile/finding.js'
import { asEpochMs } from '../../core/time.js'
import { reconcile } from '../../engine/reconcile/reconcile.js'
import { describeNoStore, type OperateDeps, withApp } from '../operate/open-app.js'
import { parseReconcileSettings, type ReconcileOptions } from '../reconcile/reconcile-settings.js'
import { renderReport } from '../reconcile/render-report.js'
import { writeFiles } from '../reconcile/write-files.js'
import { findWebhooks } from '../webhooks/webhook-place.js'

/** Nobody waits for a person's command but the person; a store of a million payments is read in this time. */
const patienceMs = 24 * 3_600_000

/** Findings are told by 1, so a pass that could make none of them must not end with it. */
const unknownCode = 3

/** The scheduled pass, once, from this shell. Returns the exit code. */
export async function reconcileStores(options: ReconcileOptions, deps: OperateDeps): Promise<number> {
  const settings = parseReconcileSettings(options)
  return withApp(
    deps,
    settings.stage,
    async app => {
      const webhooks = await findWebhooks(app, deps.env)
      const report = await reconcile(
        { ...app, webhooks },
        {
          ...(settings.stores && { stores: settings.stores }),
          dryRun: settings.dryRun,
          mode: settings.mode,
          rules: app.rules,
          invocationEnd: asEpochMs(deps.clock.now() + patienceMs),
        },
      )
      const written = writeFiles(report, settings.files)
      if (settings.json) {
        deps.print(JSON.stringify(report, null, 2))
      } else {
        if (report.dryRun)
          deps.print('Dry run: nothing is changed. --apply does what RECONCILE_RULES allows.')
        deps.print(
          report.stores.length === 0
            ? describeNoStore(app.config.credentialsSecretPrefix)
            : renderReport(report),
        )
        for (const line of written.lines) deps.print(line)
      }
      for (const problem of written.problems) deps.printError(problem)
      return Math.max(judge(report), written.problems.length > 0 ? 1 : 0)
    },
    unknownCode,
  )
}

/** Of some store it is not known what there is to find, which no count of findings may hide. */
function judge(report: Report): number {
  const { stores, complete } = countReport(report)
  const reachedAll = report.stores.every(({ reached }) => reached)
  if (stores === 0 || !complete || !reachedAll) return unknownCode
  return report.stores.some(({ findings }) => findings.length > 0) ? 1 : 0
}
