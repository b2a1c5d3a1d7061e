import type { Report, StoreReport } from '../core/reconcile/finding.js'
import { groupDigits } from './amount.js'
import { escapeHtml } from './escape-html.js'
import { renderTimes } from './html-time.js'

/** What the look covered: which stores, how far, and which could not be reached. */
export const renderStores = ({ stores }: Report): string => `<section aria-labelledby="stores-title">
<h2 id="stores-title">Stores</h2>
<div class="wide"><table id="stores">
<thead><tr><th scope="col">Store</th><th scope="col">Looked at</th><th scope="col" class="number">Payments</th><th scope="col" class="number">Unreadable</th><th scope="col" class="number">API calls</th><th scope="col" class="number">Findings</th><th scope="col">From (UTC)</th><th scope="col">To (UTC)</th></tr></thead>
<tbody>${stores.map(renderStore).join('\n')}</tbody>
</table></div>
</section>`

const renderStore = (store: StoreReport): string =>
  `<tr><th scope="row" class="store">${escapeHtml(store.storeHash)}</th><td>${coverOf(store)}</td>${[
    store.payments,
    store.unreadable,
    store.apiCalls,
    store.findings.length,
  ]
    .map(count => `<td class="number">${groupDigits(String(count)).replace(/\.00$/, '')}</td>`)
    .join('')}<td>${renderTimes(store.startedAt)}</td><td>${renderTimes(store.endedAt)}</td></tr>`

/** A store that was not reached has no findings about its payments: that is said beside it, and is no finding itself. */
function coverOf({ busy, reached, unreachedWhy, mode, complete }: StoreReport): string {
  if (busy === true) return 'being looked at by another run, and left to it'
  if (!reached)
    return `<strong class="bad">not reached</strong><span class="more">${escapeHtml(unreachedWhy ?? '')}</span>`
  const scope = mode === 'full' ? 'every payment' : 'payments changed since the last look'
  return complete ? scope : `${scope}<span class="more">not finished: the next run goes on from here</span>`
}
