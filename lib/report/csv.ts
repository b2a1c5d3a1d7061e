import type { Report } from '../core/reconcile/finding.js'
import { type FindingRow, rowOf } from './finding-row.js'

/** The order is part of what people build on: a new column goes to the end. */
const columns: { header: string; key: keyof FindingRow }[] = [
  { header: 'Store', key: 'store' },
  { header: 'Payment', key: 'payment' },
  { header: 'Finding', key: 'finding' },
  { header: 'Finding code', key: 'kind' },
  { header: 'Amount', key: 'amount' },
  { header: 'Currency', key: 'currency' },
  { header: 'Asked', key: 'asked' },
  { header: 'Request id', key: 'requestId' },
  { header: 'Sent', key: 'sent' },
  { header: 'Ledger says', key: 'ledger' },
  { header: 'Processing status', key: 'processing' },
  { header: 'Applied status', key: 'applied' },
  { header: 'Allowed operations', key: 'allowed' },
  { header: 'External id', key: 'externalId' },
  { header: 'Other payments', key: 'otherPayments' },
  { header: 'Since (UTC)', key: 'since' },
  { header: 'Seen at (UTC)', key: 'seen' },
  { header: 'Done', key: 'done' },
  { header: 'Why', key: 'why' },
  { header: 'Asked as', key: 'actionRequestId' },
  { header: 'Decided by', key: 'decidedBy' },
]

/** RFC 4180, with the byte order mark by which spreadsheets know UTF-8. */
export function renderCsv(report: Report): string {
  const rows = report.stores.flatMap(({ findings }) => findings).map(rowOf)
  const lines = [columns.map(({ header }) => header), ...rows.map(row => columns.map(({ key }) => row[key]))]
  return `\u{feff}${lines.map(line => `${line.map(toField).join(',')}\r\n`).join('')}`
}

/** What a spreadsheet takes for the beginning of a formula, in full width as well and behind blanks; line ends and tabs are such blanks. */
const formulaStart = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/
/** A negative amount is a number to every spreadsheet, and no formula. */
const plainNumber = /^-[0-9]+(?:\.[0-9]+)?$/

function toField(value: string): string {
  // NUL ends a text for some readers, and what comes behind it would be hidden.
  const text = value.replaceAll('\0', '\ufffd')
  const safe = formulaStart.test(text) && !plainNumber.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
