import { isSameUrl } from '../../core/webhook/judge-hooks.js'
import { listHooks } from '../../engine/webhook/list-hooks.js'
import type { OperateDeps } from '../operate/open-app.js'
import { renderHooks, viewHook } from '../webhooks/render-hooks.js'
import { findWebhookPlace, refuseForeignApi } from '../webhooks/webhook-place.js'
import { parseWebhookSettings, type WebhookOptions } from '../webhooks/webhook-settings.js'
import { tellFailure, withHooks } from '../webhooks/with-hooks.js'

/** What is registered at a store. Returns the exit code. */
export async function listWebhooks(
  store: string,
  options: WebhookOptions,
  deps: OperateDeps,
): Promise<number> {
  const settings = parseWebhookSettings(store, options)
  return withHooks(deps, settings, async (app, opened) => {
    refuseForeignApi(deps.env)
    const url = settings.all ? undefined : (await findWebhookPlace(app, deps.env, settings.url)).url
    const listed = await listHooks(app, opened)
    if (!listed.listed) return tellFailure(deps, listed.why)
    const hooks = listed.hooks.filter(({ destination }) => url === undefined || isSameUrl(destination, url))
    if (settings.json) deps.print(JSON.stringify(hooks.map(viewHook), null, 2))
    else deps.print(renderHooks(hooks, listed.hooks.length - hooks.length).join('\n'))
    return 0
  })
}
