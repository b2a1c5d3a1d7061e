import { createHash } from 'node:crypto'
import { countReport, type Report } from '../core/reconcile/finding.js'
import { escapeHtml } from './escape-html.js'
import { pageScript } from './html-script.js'
import { renderStores } from './html-stores.js'
import { pageStyle } from './html-style.js'
import { renderSummary } from './html-summary.js'
import { renderTable } from './html-table.js'
import { renderTimes } from './html-time.js'

/**
 * One file that needs nothing else and can reach nothing else: its policy forbids every source, and knows its own style
 * and script by their hashes. It holds the fields of findings and nothing more, so there is no secret to leave out.
 */
export const renderHtml = (report: Report): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Reconciliation report, ${escapeHtml(report.startedAt.slice(0, 10))}</title>
<style>${pageStyle}</style>
</head>
<body>
<header>
<h1>Reconciliation report</h1>
<p>${renderTimes(report.startedAt)} to ${renderTimes(report.endedAt)}. All times are UTC.</p>
${renderNotices(report)}
</header>
<main>
${renderSummary(report)}
${renderTable(report)}
${renderStores(report)}
</main>
<footer>Written by payops. What the store says was read from its API at the time shown as seen.</footer>
<script>${pageScript}</script>
</body>
</html>
`

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
const policy = `default-src 'none'; style-src ${hashOf(pageStyle)}; script-src ${hashOf(pageScript)}; base-uri 'none'; form-action 'none'`

function renderNotices(report: Report): string {
  const { findings, complete, storesNotReached, storesBusy } = countReport(report)
  const isUnfinished = report.stores.some(store => store.reached && store.busy !== true && !store.complete)
  const isEmpty = Object.values(findings).every(count => count === 0)
  const notices = [
    report.dryRun
      ? notice('', 'Dry run: nothing was changed. What was done is what the rules would have done.')
      : notice('', 'The rules were carried out: what was done stands beside each finding.'),
    storesNotReached > 0 &&
      notice(
        'bad',
        `${storesNotReached} of ${report.stores.length} stores could not be reached. That says nothing about their payments.`,
      ),
    storesBusy > 0 &&
      notice(
        '',
        `${storesBusy} of ${report.stores.length} stores were being looked at by another run, and were left to it.`,
      ),
    isUnfinished &&
      notice('', 'Not everything was looked at yet: the next run goes on where this one stopped.'),
    isEmpty &&
      complete &&
      storesNotReached === 0 &&
      notice('good', 'No finding: what was looked at is as it was asked for.'),
  ]
  return notices.filter(text => text !== false).join('\n')
}

const notice = (className: string, text: string): string => `<p class="notice ${className}">${text}</p>`
