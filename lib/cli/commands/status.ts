import { viewEntry } from '../operate/entry-view.js'
import { chooseStores, type OperateDeps, withApp } from '../operate/open-app.js'
import { type OperateOptions, parseOperateSettings } from '../operate/operate-settings.js'
import { renderEntry } from '../operate/render-entry.js'

/** What became of one request, by the ledger. Returns the exit code: 1 where the ledger does not know it. */
export async function showStatus(
  requestId: string,
  options: OperateOptions,
  deps: OperateDeps,
): Promise<number> {
  const { store, stage, json } = parseOperateSettings(options)
  return withApp(deps, stage, async app => {
    const stores = await chooseStores(app, store)
    const found = await Promise.all(stores.map(storeHash => app.ledger.read(storeHash, requestId)))
    const views = found.flatMap(entry => (entry === undefined ? [] : [viewEntry(entry)]))
    if (json) deps.print(JSON.stringify(views, null, 2))
    else if (views.length === 0) deps.print(`Not in the ledger, of ${stores.join(', ') || 'no store'}.`)
    else deps.print(views.map(view => renderEntry(view).join('\n')).join('\n\n'))
    return views.length === 0 ? 1 : 0
  })
}
