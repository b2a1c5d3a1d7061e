import { chooseOperation, wantedScopes } from '../../core/webhook/webhook-rules.js'
import { mendHooks } from '../../engine/webhook/mend-hooks.js'
import type { OperateDeps } from '../operate/open-app.js'
import { renderMended, viewMended } from '../webhooks/render-mended.js'
import { findWebhookPlace } from '../webhooks/webhook-place.js'
import { parseWebhookSettings, type WebhookOptions } from '../webhooks/webhook-settings.js'
import { tellFailure, withHooks } from '../webhooks/with-hooks.js'

/** Registers what is missing of a store's webhooks. Returns the exit code: 1 where one could not be. */
export async function createWebhooks(
  store: string,
  options: WebhookOptions,
  deps: OperateDeps,
): Promise<number> {
  const settings = parseWebhookSettings(store, options)
  const { storeHash, dryRun } = settings
  return withHooks(deps, settings, async (app, opened) => {
    const { url, rules } = await findWebhookPlace(app, deps.env, settings.url)
    if (!opened.receives)
      return tellFailure(
        deps,
        `the secret of ${storeHash} holds no webhookSecret, so every webhook would be refused: npx payops secrets set ${storeHash} --webhook-secret`,
      )
    const scopes = wantedScopes(rules).filter(
      scope => chooseOperation(rules, { scope, storeHash }) !== undefined,
    )
    if (scopes.length === 0)
      return tellFailure(deps, `the webhooks of ${storeHash} are switched off for this stage`)
    const mended = await mendHooks(app, opened, {
      url,
      scopes,
      mends: ['missing', 'off', 'wrongHeader'],
      dryRun,
    })
    if (!mended.listed) return tellFailure(deps, mended.why)
    deps.print(settings.json ? JSON.stringify(viewMended(mended, url), null, 2) : renderMended(mended, url))
    return mended.scopes.every(({ done }) => done !== 'failed') ? 0 : 1
  })
}
