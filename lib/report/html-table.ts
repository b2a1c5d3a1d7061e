import { type Finding, findingKinds, type Report } from '../core/reconcile/finding.js'
import { compareDecimals, groupDigits } from './amount.js'
import { embedJson, escapeHtml } from './escape-html.js'
import { type FindingRow, rowOf } from './finding-row.js'
import { findingWords } from './finding-words.js'
import { renderTimes } from './html-time.js'
import { rankRows } from './rank-rows.js'

type Column = {
  header: string
  className: string
  cell: (row: FindingRow) => string
  compare: (a: FindingRow, b: FindingRow) => number
}

// Code units, not a locale: the same report is the same page on every machine.
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const by =
  (...keys: (keyof FindingRow)[]) =>
  (a: FindingRow, b: FindingRow): number =>
    keys.reduce((order, key) => order || compareText(a[key], b[key]), 0)

const small = (text: string, label = ''): string =>
  text === '' ? '' : `<span class="more">${label}${renderTimes(text)}</span>`
/** Names such as `reconcile:completedNotApplied:117` may break where their parts meet, and not in the middle of one. */
const breakable = (name: string): string => escapeHtml(name).replace(/([a-z0-9](?=[A-Z])|[=:/])/g, '$1<wbr>')
const name = (text: string, label = ''): string =>
  text === '' ? '' : `<span class="more">${label}${breakable(text)}</span>`
const list = (...parts: string[]): string =>
  parts
    .filter(part => part !== '')
    .map(part => `<span class="keep">${escapeHtml(part)}</span>`)
    .join(', ')

/** The order of a column is settled here; the page's script only compares places. */
const columns: Column[] = [
  { header: 'Store', className: 'store', cell: row => escapeHtml(row.store), compare: by('store') },
  {
    header: 'Payment',
    className: 'payment number',
    cell: row => `${escapeHtml(row.payment)}${small(row.otherPayments, 'also ')}`,
    compare: (a, b) => Number(a.payment) - Number(b.payment),
  },
  {
    header: 'Finding',
    className: 'finding',
    cell: row => `<strong>${escapeHtml(row.finding)}</strong>${small(row.externalId, 'external id ')}`,
    compare: by('finding'),
  },
  {
    header: 'Amount',
    className: 'amount number',
    cell: row => escapeHtml(row.amount === '' ? '' : `${groupDigits(row.amount)} ${row.currency}`),
    // Amounts of two currencies cannot be compared: each currency is sorted for itself.
    compare: (a, b) => compareText(a.currency, b.currency) || compareDecimals(a.amount, b.amount),
  },
  {
    header: 'Asked',
    className: 'asked',
    cell: row => `${escapeHtml(row.asked)}${name(row.requestId)}`,
    compare: by('asked', 'requestId'),
  },
  {
    header: 'Sent',
    className: 'sent',
    cell: row => `${renderTimes(row.sent)}${small(row.ledger, 'ledger: ')}`,
    compare: by('sent', 'ledger'),
  },
  {
    header: 'The store says now',
    className: 'says',
    cell: row => `${list(row.processing, row.applied)}${small(row.allowed, 'allows ')}`,
    compare: by('processing', 'applied', 'allowed'),
  },
  {
    header: 'Since (UTC)',
    className: 'since',
    cell: row => `${renderTimes(row.since)}<span class="more">seen ${renderTimes(row.seen)}</span>`,
    compare: by('since', 'seen'),
  },
  {
    header: 'Done',
    className: 'done',
    cell: row => `${escapeHtml(row.done)}${small(row.why)}${name(row.actionRequestId, 'as ')}`,
    compare: by('done', 'why', 'actionRequestId'),
  },
  {
    header: 'Decided by',
    className: 'decided',
    cell: row => breakable(row.decidedBy),
    compare: by('decidedBy'),
  },
]

/** The table of all findings: complete and readable without the script, which only sorts and filters it. */
export function renderTable(report: Report): string {
  const findings = report.stores.flatMap(store => store.findings)
  if (findings.length === 0) return ''
  const rows = findings.map(rowOf)
  const ranks = columns.map(({ compare }) => rankRows(rows, compare))
  const order = rows.map(({ store, kind }, index) => ({
    store,
    kind,
    ranks: ranks.map(places => places[index]),
  }))
  return `<section aria-labelledby="findings-title">
<h2 id="findings-title">Every finding with its evidence</h2>
<form id="filters" hidden>
<label>Search <input type="search" id="text" placeholder="payment, request, amount…" autocomplete="off"></label>
<label>Finding <select id="kind"><option value="">all</option>${kindOptions(findings)}</select></label>
<label>Store <select id="store"><option value="">all</option>${storeOptions(findings)}</select></label>
<output id="shown" aria-live="polite"></output>
</form>
<div class="wide"><table id="findings">
<thead><tr>${columns.map(({ header, className }) => `<th scope="col" class="${className}">${header}</th>`).join('')}</tr></thead>
<tbody>
${rows.map(renderRow).join('\n')}
</tbody>
</table></div>
<script type="application/json" id="order">${embedJson(order)}</script>
</section>`
}

const renderRow = (row: FindingRow): string =>
  `<tr>${columns.map(({ className, cell }) => `<td class="${className}">${cell(row)}</td>`).join('')}</tr>`

const option = (value: string, words: string): string =>
  `<option value="${escapeHtml(value)}">${escapeHtml(words)}</option>`

function kindOptions(findings: Finding[]): string {
  const present = new Set(findings.map(({ kind }) => kind))
  return findingKinds
    .filter(kind => present.has(kind))
    .map(kind => option(kind, findingWords[kind].title))
    .join('')
}

const storeOptions = (findings: Finding[]): string =>
  [...new Set(findings.map(({ storeHash }) => storeHash))]
    .sort()
    .map(store => option(store, store))
    .join('')
