import { wantedScopes } from '../../core/webhook/webhook-rules.js'
import { mendHooks } from '../../engine/webhook/mend-hooks.js'
import type { OperateDeps } from '../operate/open-app.js'
import { renderMended, viewMended } from '../webhooks/render-mended.js'
import { findWebhookPlace } from '../webhooks/webhook-place.js'
import { parseWebhookSettings, type WebhookOptions } from '../webhooks/webhook-settings.js'
import { tellFailure, withHooks } from '../webhooks/with-hooks.js'

/** Whether all of a store's webhooks come; one that the store has switched off is switched on again. Returns the exit code: 1 where one does not come. */
export async function checkWebhooks(
  store: string,
  options: WebhookOptions,
  deps: OperateDeps,
): Promise<number> {
  const settings = parseWebhookSettings(store, options)
  const { storeHash, dryRun } = settings
  return withHooks(deps, settings, async (app, opened) => {
    const { url, rules } = await findWebhookPlace(app, deps.env, settings.url)
    const mended = await mendHooks(app, opened, {
      url,
      scopes: wantedScopes(rules),
      // A store that we do not listen to stays as it is.
      mends: opened.receives && !rules.offFor.has(storeHash) ? ['off'] : [],
      dryRun,
    })
    if (!mended.listed) return tellFailure(deps, mended.why)
    deps.print(settings.json ? JSON.stringify(viewMended(mended, url), null, 2) : renderMended(mended, url))
    if (!opened.receives)
      return tellFailure(deps, `the secret of ${storeHash} holds no webhookSecret: every webhook is refused`)
    if (rules.offFor.has(storeHash))
      return tellFailure(
        deps,
        `the webhooks of ${storeHash} are switched off for this stage: they lead to nothing`,
      )
    return mended.scopes.every(({ done }) => done === 'nothing' || done === 'reactivated') ? 0 : 1
  })
}
