import { type Config, parseConfig } from './config.js'
import { readWebhookRules, type WebhookRules } from './core/webhook/webhook-rules.js'

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
  const webhookRules = readWebhookRules(env, problems)
  return { ...parseConfig(env, ...problems), webhookQueueUrl, webhookRules }
}
