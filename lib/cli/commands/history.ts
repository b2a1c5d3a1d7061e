import { viewEntry } from '../operate/entry-view.js'
import { chooseStores, type OperateDeps, withApp } from '../operate/open-app.js'
import { type OperateOptions, parseOperateSettings } from '../operate/operate-settings.js'
import { renderHistory } from '../operate/render-history.js'

/** Everything that was asked of one payment, in order of asking. Returns the exit code: 1 where nothing was. */
export async function showHistory(
  payment: string,
  options: OperateOptions,
  deps: OperateDeps,
): Promise<number> {
  const { store, stage, json, paymentId = 0 } = parseOperateSettings({ ...options, payment })
  return withApp(deps, stage, async app => {
    const stores = await chooseStores(app, store)
    const histories = await Promise.all(
      stores.map(async storeHash => ({
        storeHash,
        views: (await app.ledger.byPayment(storeHash, paymentId)).map(viewEntry),
      })),
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
