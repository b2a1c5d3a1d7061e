import { InvalidConfig } from '../../core/errors.js'
import { isSameUrl } from '../../core/webhook/judge-hooks.js'
import { findUrlProblem } from '../../core/webhook/parse-hook-settings.js'
import { parseWebhookRules, type WebhookRules } from '../../core/webhook/webhook-rules.js'
import type { OperatorApp } from '../../operator-app.js'
import { lacksStoreApi, storeApiMissing } from '../operate/complete-environment.js'
import { WrongUsage } from '../wrong-usage.js'

/** Where the stores of this stage send to, and what their webhooks lead to. */
export type WebhookPlace = { url: string; rules: WebhookRules }
type App = Pick<OperatorApp, 'webhooks' | 'webhookSettings'>
type Env = Record<string, string | undefined>

/**
 * `--url` comes first, then WEBHOOK_URL of this shell, then what the deployed function has; the rules likewise, without a flag.
 * Throws `WrongUsage` with what is missing, contradicts itself or is no address that a store could send to.
 */
export async function findWebhookPlace(
  app: App,
  env: Env,
  typedUrl: string | undefined,
): Promise<WebhookPlace> {
  refuseForeignApi(env)
  const url = typedUrl ?? (await agreeOnUrl(app))
  const problem = findUrlProblem(url)
  if (problem !== undefined)
    throw new WrongUsage([`${typedUrl === undefined ? 'WEBHOOK_URL' : '--url'} ${problem}`])
  return { url, rules: await findRules(app, env) }
}

/** The same for a look: what is not known, or cannot be asked, is left out of it. */
export async function findWebhooks(app: App, env: Env): Promise<{ url?: string; rules: WebhookRules }> {
  if (app.webhooks.url !== undefined || lacksStoreApi(env)) return app.webhooks
  const found = await app.webhookSettings.read('WEBHOOK_URL')
  if (!found.known || found.value === undefined || findUrlProblem(found.value) !== undefined)
    return app.webhooks
  return { url: found.value, rules: await findRules(app, env) }
}

/** Else a sandbox's token would go to the real API. */
export function refuseForeignApi(env: Env): void {
  if (lacksStoreApi(env)) throw new WrongUsage([storeApiMissing])
}

async function agreeOnUrl({ webhooks, webhookSettings }: App): Promise<string> {
  const found = await webhookSettings.read('WEBHOOK_URL')
  const theirs = found.known ? found.value : undefined
  // A shell that was set up for one stage would have the store send to it what is meant for another.
  if (webhooks.url !== undefined && theirs !== undefined && !isSameUrl(webhooks.url, theirs))
    throw new WrongUsage([
      'WEBHOOK_URL of this shell is not that of the functions: unset it, and theirs is taken, or name yours by --url',
    ])
  const url = webhooks.url ?? theirs
  if (url !== undefined) return url
  const why = found.known
    ? 'the function reconcilePayments has none'
    : `the functions' could not be read (${found.why})`
  throw new WrongUsage([`where do the stores send to? Name it by --url or by WEBHOOK_URL: ${why}`])
}

/** Those of the functions count: a scope that leads to nothing there is not worth a webhook. */
async function findRules({ webhooks, webhookSettings }: App, env: Env): Promise<WebhookRules> {
  if (env['WEBHOOK_RULES']?.trim() || env['WEBHOOKS_OFF_FOR']?.trim()) return webhooks.rules
  const [rules, offFor] = await Promise.all([
    webhookSettings.read('WEBHOOK_RULES'),
    webhookSettings.read('WEBHOOKS_OFF_FOR'),
  ])
  // Not known: every scope is wanted, as it is where nothing is configured.
  if (!rules.known || !offFor.known) return webhooks.rules
  try {
    return parseWebhookRules(rules.value, offFor.value)
  } catch (error) {
    // The function itself would not start with it.
    if (!(error instanceof InvalidConfig)) throw error
    throw new WrongUsage([`the function reconcilePayments has malformed settings: ${error.message}`])
  }
}
