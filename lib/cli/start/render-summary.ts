import Table from 'cli-table3'
import type { Summary } from './tally.js'

type Row = { label: string; count: number; details: string[] }

/** In a terminal bad lines are named one by one up to here, so that the proof stays in sight; a pipe gets them all. */
const maxBadLines = 20

/** The end of a run for a person: a drawn table in a terminal, aligned text in a pipe; 80 columns either way. */
export function renderSummary(summary: Summary, isLive: boolean): string {
  const rows = listRows(summary, isLive ? maxBadLines : summary.badLines.length)
  return isLive ? drawTable(rows) : alignRows(rows)
}

function listRows(summary: Summary, most: number): Row[] {
  const { performed, confirmed, alreadyDone } = summary.succeeded
  const named = summary.badLines.slice(0, most).map(({ number, message }) => `line ${number}: ${message}`)
  const rest = summary.badLines.length - named.length
  const row = (label: string, count: number, ...details: string[]): Row => ({ label, count, details })
  return [
    row('succeeded: performed', performed),
    row('succeeded: confirmed', confirmed, 'the answer was lost; a look showed that it was done'),
    row('succeeded: already done', alreadyDone, 'refused, because the wanted state was there already'),
    ...summary.failed.map(({ code, count, example }) => row(`failed: ${code}`, count, example)),
    row('in doubt', summary.inDoubt.count, ...(summary.inDoubt.count > 0 ? [summary.inDoubt.example] : [])),
    row('duplicates, not executed', summary.duplicates),
    row('bad lines', summary.badLines.length, ...named, ...(rest > 0 ? [`and ${rest} more`] : [])),
    ...(summary.withoutOutcome.length > 0
      ? [
          row(
            'WITHOUT AN OUTCOME',
            summary.withoutOutcome.length,
            `lines ${summary.withoutOutcome.join(', ')}`,
          ),
        ]
      : []),
    row('lines in all', summary.lines),
  ]
}

function drawTable(rows: Row[]): string {
  const table = new Table({ colWidths: [31, 7, 38], style: { head: [], border: [] } })
  for (const { label, count, details } of rows) {
    table.push([
      label,
      { content: String(count), hAlign: 'right' },
      details.flatMap(detail => wrap(detail, 36)).join('\n'),
    ])
  }
  return table.toString()
}

function alignRows(rows: Row[]): string {
  return rows
    .flatMap(({ label, count, details }) => {
      const [first = '', ...more] = details.flatMap(detail => wrap(detail, 41))
      return [
        `${label.padEnd(30)} ${String(count).padStart(6)}  ${first}`.trimEnd(),
        ...more.map(line => `${' '.repeat(39)}${line}`),
      ]
    })
    .join('\n')
}

/** Words to lines of at most `width`; a longer word is cut. What could steer a terminal is replaced first. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.replaceAll(/[\p{Cc}\p{Cf}]/gu, '\uFFFD').split(' ')) {
    const pieces = word.match(new RegExp(`.{1,${width}}`, 'gu')) ?? ['']
    for (const piece of pieces) {
      if (line !== '' && line.length + 1 + piece.length > width) {
        lines.push(line)
        line = piece
      } else {
        line = line === '' ? piece : `${line} ${piece}`
      }
    }
  }
  return line === '' ? lines : [...lines, line]
}
