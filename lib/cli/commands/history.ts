import type { OperatorApp } from '../../operator-app.js'
import { type ActView, viewAct } from '../operate/act-view.js'
import { type EntryView, viewEntry } from '../operate/entry-view.js'
import { chooseStores, type OperateDeps, withApp } from '../operate/open-app.js'
import { type OperateOptions, parseOperateSettings } from '../operate/operate-settings.js'
import { renderHistory } from '../operate/render-history.js'

/**
 * Everything that was asked of one payment, and what people did by hand about it, in order of time. Returns the exit code: 1
 * where there is nothing.
 */
export async function showHistory(
  payment: string,
  options: OperateOptions,
  deps: OperateDeps,
): Promise<number> {
  const { store, stage, json, paymentId = 0 } = parseOperateSettings({ ...options, payment })
  return withApp(deps, stage, async app => {
    const stores = await chooseStores(app, store)
    const histories = await Promise.all(
      stores.map(async storeHash => ({ storeHash, views: await readHistory(app, storeHash, paymentId) })),
    )
    const told = histories.filter(({ views }) => views.length > 0)
    if (json)
      deps.print(
        JSON.stringify(
          told.flatMap(({ views }) => views),
          null,
          2,
        ),
      )
    else if (told.length === 0)
      deps.print(`Nothing was asked of payment ${paymentId}, of ${stores.join(', ') || 'no store'}.`)
    else
      for (const { storeHash, views } of told)
        deps.print([`${storeHash}, payment ${paymentId}`, ...renderHistory(views)].join('\n'))
    return told.length === 0 ? 1 : 0
  })
}

async function readHistory(
  { ledger, audit }: Pick<OperatorApp, 'ledger' | 'audit'>,
  storeHash: string,
  paymentId: number,
): Promise<(EntryView | ActView)[]> {
  const [entries, acts] = await Promise.all([
    ledger.byPayment(storeHash, paymentId),
    audit.byPayment(storeHash, paymentId),
  ])
  const views = [...entries.map(viewEntry), ...acts.map(viewAct)]
  return views.sort((a, b) => Date.parse(timeOf(a)) - Date.parse(timeOf(b)))
}

const timeOf = (view: EntryView | ActView): string => ('act' in view ? view.at : view.requestedAt)
