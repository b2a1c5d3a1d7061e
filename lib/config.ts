import { InvalidConfig } from './core/errors.js'
import { isLoopback } from './core/is-loopback.js'
import { defaultRules, parseRules, type Rules } from './core/reconcile/rules.js'
import { type HookSettings, parseHookSettings } from './core/webhook/parse-hook-settings.js'

export { isLoopback } from './core/is-loopback.js'

/** The functions' environment (CONTRACT.md, "Environment of the functions"), checked once and trusted afterwards. */
export type Config = {
  apiBaseUrl: string
  credentialsSecretPrefix: string
  credentialsTtlMs: number
  operationsQueueUrl: string
  deadLetterQueueUrl: string
  ledgerTableName: string
  eventBusName: string
  defaultStoreHash?: string
  quotaReserve: number
  delayScale: number
  logLevel: LogLevel
  awsRegion: string
  /** As the SDK would have it: AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL, else the region's own. */
  dynamoDbEndpoint: string
}
export const logLevels = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const
export type LogLevel = (typeof logLevels)[number]

type Env = Record<string, string | undefined>

const publicApiBaseUrl = 'https://api-b2b.bigcommerce.com/api/v3/io/ip'

/**
 * Throws `InvalidConfig` with one message that names everything that is wrong, `problems` found elsewhere among it. An empty
 * variable counts as absent.
 */
export function parseConfig(env: Env, ...problems: string[]): Config {
  const read = (name: string): string | undefined =>
    env[name]?.trim() === '' ? undefined : env[name]?.trim()
  const require = (
    name: string,
    rule: string,
    isValid: (value: string) => boolean,
    byDefault?: string,
  ): string => {
    const value = read(name) ?? byDefault
    if (value === undefined) problems.push(`${name} is missing: ${rule}`)
    // The value is left out: it may be a secret in the wrong place, or a URL that holds one.
    else if (!isValid(value)) problems.push(`${name} ${rule}`)
    return value ?? ''
  }
  const requireNumber = (
    name: string,
    rule: string,
    byDefault: string,
    isValid: (value: number) => boolean,
  ): number =>
    Number(require(name, rule, text => /^\d+(\.\d+)?$/.test(text) && isValid(Number(text)), byDefault))

  const apiBaseUrl = require('B2B_API_BASE_URL', 'must be an https URL without query (http only for loopback)', isAllowedBaseUrl, publicApiBaseUrl)
  const defaultStoreHash = read('DEFAULT_STORE_HASH')
  if (defaultStoreHash !== undefined && !/^[a-z0-9]{1,32}$/.test(defaultStoreHash)) {
    problems.push('DEFAULT_STORE_HASH must be 1 to 32 characters of a-z 0-9')
  }
  const awsRegion = require('AWS_REGION', 'must be the name of an AWS region', isRegion)
  const config: Config = {
    awsRegion,
    dynamoDbEndpoint: require('AWS_ENDPOINT_URL_DYNAMODB', 'must be a URL', isUrl, read('AWS_ENDPOINT_URL') ??
      dynamoDbUrl(awsRegion)),
    apiBaseUrl: apiBaseUrl.replace(/\/+$/, ''),
    credentialsSecretPrefix: require('CREDENTIALS_SECRET_PREFIX', 'must be 1 to 200 characters of A-Z a-z 0-9 / _ + = . @ -', text =>
      /^[\w/+=.@-]{1,200}$/.test(text), 'payops/'),
    credentialsTtlMs:
      requireNumber(
        'CREDENTIALS_TTL_SECONDS',
        'must be a number of seconds, 0 to 86400',
        '300',
        n => n <= 86_400,
      ) * 1000,
    operationsQueueUrl: require('OPERATIONS_QUEUE_URL', 'must be the URL of a queue', isUrl),
    deadLetterQueueUrl: require('DEAD_LETTER_QUEUE_URL', 'must be the URL of a queue', isUrl),
    ledgerTableName: require('LEDGER_TABLE_NAME', 'must be the name of a table', text =>
      /^[\w.-]{3,255}$/.test(text)),
    eventBusName: require('EVENT_BUS_NAME', 'must be the name of an event bus', text =>
      /^[\w./:-]{1,1600}$/.test(text)),
    quotaReserve: requireNumber('QUOTA_RESERVE', 'must be a share from 0 to below 1', '0.1', n => n < 1),
    delayScale: requireNumber(
      'DELAY_SCALE',
      'must be a number above 0, at most 10',
      '1',
      n => n > 0 && n <= 10,
    ),
    logLevel: readLogLevel(read('LOG_LEVEL'), problems),
    ...(defaultStoreHash !== undefined && { defaultStoreHash }),
  }
  if (problems.length > 0) throw new InvalidConfig(`The environment is not usable: ${problems.join('; ')}`)
  return config
}

/** What reconciliation is allowed to do, the part of the quota after the reserve that it may use, and which webhooks it looks for. */
export type ReconcileConfig = Config & { rules: Rules; quotaShare: number; webhooks: HookSettings }

/** Apart from `parseConfig`, so that only reconciliation's function carries and checks it. */
export function parseReconcileConfig(env: Env): ReconcileConfig {
  const problems: string[] = []
  const share = env['RECONCILE_QUOTA_SHARE']?.trim() || '0.33'
  const quotaShare = /^\d+(\.\d+)?$/.test(share) ? Number(share) : 0
  if (quotaShare <= 0 || quotaShare > 1)
    problems.push('RECONCILE_QUOTA_SHARE must be a share above 0, at most 1')
  const rules = readRules(env['RECONCILE_RULES'], problems)
  const webhooks = parseHookSettings(env, problems)
  return { ...parseConfig(env, ...problems), rules, quotaShare, webhooks }
}

function readRules(text: string | undefined, problems: string[]): Rules {
  try {
    return parseRules(text)
  } catch (error) {
    // One more thing that is wrong with the environment, to be named with the others.
    if (!(error instanceof InvalidConfig)) throw error
    problems.push(error.message)
    return defaultRules
  }
}

function readLogLevel(text: string | undefined, problems: string[]): LogLevel {
  const level = logLevels.find(known => known === (text ?? 'INFO').toUpperCase())
  if (level === undefined) problems.push(`LOG_LEVEL must be one of ${logLevels.join(', ')}`)
  return level ?? 'INFO'
}

/** The partitions whose names end otherwise, as the SDK has them (@aws-sdk/core, partitions). */
const suffixes: [start: string, suffix: string][] = [
  ['cn-', 'amazonaws.com.cn'],
  ['eusc-', 'amazonaws.eu'],
  ['us-iso-', 'c2s.ic.gov'],
  ['us-isob-', 'sc2s.sgov.gov'],
  ['eu-isoe-', 'cloud.adc-e.uk'],
  ['us-isof-', 'csp.hci.ic.gov'],
]
const dynamoDbUrl = (region: string): string => {
  const [, suffix = 'amazonaws.com'] = suffixes.find(([start]) => region.startsWith(start)) ?? []
  return `https://dynamodb.${region}.${suffix}`
}

const isUrl = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)

const isAllowedBaseUrl = (text: string): boolean => {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, search, hash, username, password } = new URL(text)
  if (search !== '' || hash !== '' || username !== '' || password !== '') return false
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))
}

export const isRegion = (text: string): boolean => /^[a-z]{2,4}(-[a-z]+)+-\d+$/.test(text)
