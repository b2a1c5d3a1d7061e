import { addDecimals, decimalPattern } from '../core/decimal.js'
import { countReport, type Finding, findingKinds, type Report } from '../core/reconcile/finding.js'
import { groupDigits } from './amount.js'
import { escapeHtml } from './escape-html.js'
import { findingWords } from './finding-words.js'

/** The numbers at the top, and a bar for every kind of finding: one that was looked for and not found is said, too. */
export function renderSummary(report: Report): string {
  const findings = report.stores.flatMap(store => store.findings)
  return `<section class="tiles" aria-label="Counts">${renderTiles(report, findings)}</section>
<section aria-labelledby="kinds-title">
<h2 id="kinds-title">By finding</h2>
${renderBars(findings)}
<details><summary>What each finding means, and what to do about it</summary>
<dl>${findingKinds.map(kind => renderMeaning(findingWords[kind])).join('')}</dl>
</details>
</section>`
}

function renderTiles(report: Report, findings: Finding[]): string {
  const counts = countReport(report)
  const acted = (word: Finding['acted']): number => findings.filter(finding => finding.acted === word).length
  const reached = counts.stores - counts.storesNotReached - counts.storesBusy
  const unreadable = report.stores.reduce((sum, store) => sum + store.unreadable, 0)
  return [
    tile(
      'Findings',
      findings.length,
      `in ${number(new Set(findings.map(({ storeHash }) => storeHash)).size)} of ${number(counts.stores)} stores`,
    ),
    tile(
      'Payments looked at',
      counts.payments,
      unreadable === 0 ? 'each of them readable' : `${number(unreadable)} could not be read`,
    ),
    tile('Stores reached', reached, `of ${number(counts.stores)}`, counts.storesNotReached > 0),
    report.dryRun
      ? tile(
          'Acted on',
          0,
          `would ask for ${number(acted('wouldEnqueue'))}, settle ${number(acted('wouldSettle'))}`,
        )
      : tile(
          'Acted on',
          acted('enqueued') + acted('settled'),
          `${number(acted('enqueued'))} asked for, ${number(acted('settled'))} settled`,
        ),
    tile('Refused', acted('refused'), 'allowed by a rule, not by the evidence'),
    tile('API calls', counts.apiCalls, 'reads of the stores'),
  ].join('')
}

const number = (count: number): string => groupDigits(String(count)).replace(/\.00$/, '')
const tile = (label: string, count: number, more: string, isBad = false): string =>
  `<div class="tile${isBad ? ' bad' : ''}"><span class="label">${label}</span><span class="count">${number(count)}</span><span class="more">${more}</span></div>`

function renderBars(findings: Finding[]): string {
  const counted = findingKinds.map(kind => ({ kind, of: findings.filter(finding => finding.kind === kind) }))
  const longest = Math.max(1, ...counted.map(({ of }) => of.length))
  // The width is an attribute of the picture: a style attribute would need a hole in the page's security policy.
  const bars = counted.map(
    ({ kind, of }) => `<tr data-kind="${kind}"${of.length === 0 ? ' class="none"' : ''}>
<th scope="row">${findingWords[kind].title}</th>
<td class="bar"><svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="10"/><rect class="fill" width="${((100 * of.length) / longest).toFixed(2)}" height="10"/></svg></td>
<td class="number">${number(of.length)}</td>
<td class="number sum">${sumsOf(of)}</td>
</tr>`,
  )
  return `<table id="bars"><thead><tr><th scope="col">Finding</th><th scope="col"><span class="unseen">Share</span></th><th scope="col" class="number">Count</th><th scope="col" class="number">Amount</th></tr></thead><tbody>${bars.join('')}</tbody></table>`
}

/** One sum a currency, exact. */
function sumsOf(findings: Finding[]): string {
  const sums = new Map<string, string>()
  for (const { storeSays } of findings) {
    if (storeSays === undefined || storeSays === 'gone') continue
    const { total = '', currency = '' } = storeSays
    if (decimalPattern.test(total)) sums.set(currency, addDecimals([sums.get(currency) ?? '0', total]))
  }
  return [...sums]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, sum]) => `<span class="money">${escapeHtml(`${groupDigits(sum)} ${currency}`)}</span>`)
    .join(' ')
}

const renderMeaning = ({ title, means, toDo }: { title: string; means: string; toDo: string }): string =>
  `<div><dt>${title}</dt><dd>${means} <em>${toDo}</em></dd></div>`
