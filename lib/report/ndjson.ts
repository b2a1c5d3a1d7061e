import type { Report } from '../core/reconcile/finding.js'

/** One finding a line and nothing else, for programs: `wc -l` counts, `jq` reads. */
export const renderNdjson = (report: Report): string =>
  report.stores
    .flatMap(({ findings }) => findings)
    .map(finding => `${JSON.stringify(finding)}\n`)
    .join('')
