import {
  countReport,
  type Finding,
  findingKinds,
  type Report,
  type StoreReport,
} from '../../core/reconcile/finding.js'
import { findingWords } from '../../report/finding-words.js'

const width = 80

/** A report for a person, 80 columns wide and plain, the same in a terminal and in a pipe. */
export function renderReport(report: Report): string {
  return [...report.stores.flatMap(describeStore), '', ...listFindings(report)].join('\n')
}

/** One line a store; only a long reason takes more. */
function describeStore(store: StoreReport): string[] {
  const name = store.storeHash
  if (store.busy) {
    // The lease of a pass that was killed: `leaseMs` of the engine.
    return wrap(`${name}: not looked at: another pass has it; one that was killed keeps it for 15 minutes`)
  }
  if (!store.reached) {
    return wrap(`${name}: the store could not be reached: ${store.unreachedWhy ?? 'no reason is known'}`)
  }
  const parts = [
    store.mode === 'full' ? 'all payments' : 'changed payments',
    `${store.payments} read`,
    countOf(store.apiCalls, 'API call'),
    countOf(store.findings.length, 'finding'),
    ...(store.unreadable > 0 ? [`${store.unreadable} UNREADABLE`] : []),
    ...(store.complete ? [] : ['not to the end']),
  ]
  return wrap(`${name}: ${parts.join(', ')}`)
}

function listFindings(report: Report): string[] {
  const all = report.stores.flatMap(({ findings }) => findings)
  if (all.length === 0) return ['No finding.']
  const counts = countReport(report).findings
  const rows = findingKinds
    .filter(kind => counts[kind] > 0)
    .map(kind => {
      const found = all.filter(finding => finding.kind === kind)
      return line(findingWords[kind].title, counts[kind], describeActed(found), namePayments(found))
    })
  return [
    line('finding', 'count', 'done', 'payments'),
    ...rows,
    line('in all', all.length, describeActed(all), ''),
  ]
}

const line = (title: string, count: string | number, done: string, payments: string): string =>
  clip(
    `${clip(title, 31).padEnd(31)} ${String(count).padStart(5)}  ${done.padEnd(21)} ${payments}`.trimEnd(),
    width,
  )

const actedWords: Record<Finding['acted'], string> = {
  reported: 'reported',
  wouldEnqueue: 'would be asked for',
  wouldSettle: 'would be settled',
  enqueued: 'asked for',
  settled: 'settled',
  refused: 'refused',
}

/** One word where all ended the same way, else how many did what the rule says. */
function describeActed(findings: Finding[]): string {
  const words = new Set(findings.map(({ acted }) => acted))
  const [only] = words
  if (words.size === 1 && only !== undefined) return actedWords[only]
  const actedOn = findings.filter(({ acted }) => acted !== 'reported' && acted !== 'refused').length
  return `${actedOn} of ${findings.length} by rule`
}

/** The first few, to look up at once; the files and --json name all. */
function namePayments(findings: Finding[]): string {
  const ids = findings.flatMap(({ paymentId, requestId }) => paymentId ?? requestId ?? [])
  const shown: string[] = []
  for (const id of ids.map(plain)) {
    if ([...shown, id].join(' ').length > 14) break
    shown.push(id)
  }
  return shown.length === ids.length ? shown.join(' ') : `${shown.join(' ')} …`.trimStart()
}

const countOf = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/** What could steer a terminal is replaced: reasons and ids may come from anywhere. */
const plain = (text: string | number): string => String(text).replaceAll(/[\p{Cc}\p{Cf}]/gu, '\uFFFD')

const clip = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most - 1)}…` : text

/** Words to lines of at most 80 columns, the later ones indented; a longer word is cut. */
function wrap(text: string): string[] {
  const lines: string[] = []
  let current = ''
  for (const word of plain(text)
    .split(' ')
    .flatMap(word => word.match(/.{1,70}/gu) ?? [''])) {
    if (current !== '' && current.length + 1 + word.length > width) {
      lines.push(current)
      current = `    ${word}`
    } else {
      current = current === '' ? word : `${current} ${word}`
    }
  }
  return [...lines, current]
}
