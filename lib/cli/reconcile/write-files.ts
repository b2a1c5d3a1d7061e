import { writeFileSync } from 'node:fs'
import type { Report } from '../../core/reconcile/finding.js'
import { renderCsv } from '../../report/csv.js'
import { renderHtml } from '../../report/html.js'
import { renderNdjson } from '../../report/ndjson.js'
import type { ReportFiles } from './reconcile-settings.js'

const renderers = {
  out: { render: renderNdjson, what: 'findings, NDJSON' },
  csv: { render: renderCsv, what: 'findings, CSV' },
  html: { render: renderHtml, what: 'report, HTML' },
} as const

export type Written = { lines: string[]; problems: string[] }

/** Writes what was asked for and says what lies where; a file that could not be written does not take the others with it. */
export function writeFiles(report: Report, files: ReportFiles): Written {
  const written: Written = { lines: [], problems: [] }
  for (const name of ['out', 'csv', 'html'] as const) {
    const file = files[name]
    if (file === undefined) continue
    const { render, what } = renderers[name]
    try {
      // Names and amounts are nobody else's to read.
      writeFileSync(file, render(report), { mode: 0o600 })
      written.lines.push(`${what.padEnd(17)} ${file}`)
    } catch (error) {
      // A full disk, or no right to write: said in one line, as the sweep behind the report took minutes.
      const reason = error instanceof Error && 'code' in error ? error.code : error
      written.problems.push(`${file} was not written: ${reason}`)
    }
  }
  return written
}
