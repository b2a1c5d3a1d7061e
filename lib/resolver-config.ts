import { type Config, parseConfig } from './config.js'
import { InvalidConfig } from './core/errors.js'
import { parseWebhookRules, type WebhookRules } from './core/webhook/webhook-rules.js'

/** The functions' environment, and what webhooks lead to. */
export type ResolverConfig = Config & { webhookQueueUrl: string; webhookRules: WebhookRules }

type Env = Record<string, string | undefined>

/** Apart from `parseConfig`, so that only the resolver carries and checks it. Throws `InvalidConfig` with all that is wrong. */
export function parseResolverConfig(env: Env): ResolverConfig {
  const problems: string[] = []
  const webhookQueueUrl = env['WEBHOOK_QUEUE_URL']?.trim() ?? ''
  if (webhookQueueUrl === '') problems.push('WEBHOOK_QUEUE_URL is missing: must be the URL of a queue')
  else if (!URL.canParse(webhookQueueUrl) || !/^https?:$/.test(new URL(webhookQueueUrl).protocol))
    problems.push('WEBHOOK_QUEUE_URL must be the URL of a queue')
  const webhookRules = readRules(env, problems)
  return { ...parseConfig(env, ...problems), webhookQueueUrl, webhookRules }
}

function readRules(env: Env, problems: string[]): WebhookRules {
  try {
    return parseWebhookRules(env['WEBHOOK_RULES'], env['WEBHOOKS_OFF_FOR'])
  } catch (error) {
    // More that is wrong with the environment, to be named with the rest.
    if (!(error instanceof InvalidConfig)) throw error
    problems.push(error.message)
    return parseWebhookRules(undefined, undefined)
  }
}
