import { isRegion, type LogLevel, logLevels } from './config.js'
import { InvalidConfig } from './core/errors.js'
import { readWebhookRules, type WebhookRules } from './core/webhook/webhook-rules.js'

/** The door's part of the functions' environment (CONTRACT.md), checked once and trusted afterwards. */
export type DoorConfig = {
  webhookQueueUrl: string
  webhookRules: WebhookRules
  credentialsSecretPrefix: string
  credentialsTtlMs: number
  eventBusName: string
  logLevel: LogLevel
}

type Env = Record<string, string | undefined>
type Rule = { byDefault?: string; rule: string; isValid: (text: string) => boolean }

const required: Record<string, Rule> = {
  // The SDK's clients read it by themselves.
  AWS_REGION: { rule: 'must be the name of an AWS region', isValid: isRegion },
  WEBHOOK_QUEUE_URL: { rule: 'must be the URL of a queue', isValid: text => isUrl(text) },
  EVENT_BUS_NAME: {
    rule: 'must be the name of an event bus',
    isValid: text => /^[\w./:-]{1,1600}$/.test(text),
  },
  CREDENTIALS_SECRET_PREFIX: {
    byDefault: 'payops/',
    rule: 'must be 1 to 200 characters of A-Z a-z 0-9 / _ + = . @ -',
    isValid: text => /^[\w/+=.@-]{1,200}$/.test(text),
  },
  CREDENTIALS_TTL_SECONDS: {
    byDefault: '300',
    rule: 'must be a number of seconds, 0 to 86400',
    isValid: text => /^\d+(\.\d+)?$/.test(text) && Number(text) <= 86_400,
  },
  LOG_LEVEL: {
    byDefault: 'INFO',
    rule: `must be one of ${logLevels.join(', ')}`,
    isValid: text => readLevel(text) !== undefined,
  },
}

/** Throws `InvalidConfig` with one message that names everything that is wrong. An empty variable counts as absent. */
export function parseDoorConfig(env: Env): DoorConfig {
  const problems: string[] = []
  const read = (name: string): string => {
    const { byDefault, rule, isValid } = required[name] ?? { rule: '', isValid: () => false }
    const value = env[name]?.trim() || byDefault
    if (value === undefined) problems.push(`${name} is missing: ${rule}`)
    // The value is left out: it may be a secret in the wrong place.
    else if (!isValid(value)) problems.push(`${name} ${rule}`)
    return value ?? ''
  }
  read('AWS_REGION')
  const config = {
    webhookQueueUrl: read('WEBHOOK_QUEUE_URL'),
    eventBusName: read('EVENT_BUS_NAME'),
    credentialsSecretPrefix: read('CREDENTIALS_SECRET_PREFIX'),
    credentialsTtlMs: Number(read('CREDENTIALS_TTL_SECONDS')) * 1000,
    logLevel: readLevel(read('LOG_LEVEL')) ?? 'INFO',
    webhookRules: readWebhookRules(env, problems),
  }
  if (problems.length > 0) throw new InvalidConfig(`The environment is not usable: ${problems.join('; ')}`)
  return config
}

const isUrl = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)

const readLevel = (text: string): LogLevel | undefined =>
  logLevels.find(level => level === text.toUpperCase())
