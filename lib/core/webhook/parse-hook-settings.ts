import { isLoopback } from '../is-loopback.js'
import { readWebhookRules, type WebhookRules } from './webhook-rules.js'

/** What looking after the stores' webhooks needs to know. */
export type HookSettings = {
  storeApiBaseUrl: string
  /** Where the stores send to; absent: not known here, and nothing is looked at. */
  url?: string
  rules: WebhookRules
}

type Env = Record<string, string | undefined>

const publicStoreApi = 'https://api.bigcommerce.com'

/** Of STORE_API_BASE_URL, WEBHOOK_URL, WEBHOOK_RULES and WEBHOOKS_OFF_FOR. What is wrong is added to `problems`. */
export function parseHookSettings(env: Env, problems: string[]): HookSettings {
  const read = (name: string): string | undefined => env[name]?.trim() || undefined
  const storeApiBaseUrl = read('STORE_API_BASE_URL') ?? publicStoreApi
  if (!isHttps(storeApiBaseUrl))
    problems.push('STORE_API_BASE_URL must be an https URL without query (http only for loopback)')
  const url = read('WEBHOOK_URL')
  const problem = url === undefined ? undefined : findUrlProblem(url)
  if (problem !== undefined) problems.push(`WEBHOOK_URL ${problem}`)
  return {
    storeApiBaseUrl: storeApiBaseUrl.replace(/\/+$/, ''),
    rules: readWebhookRules(env, problems),
    ...(url !== undefined && { url }),
  }
}

/** What makes it no address that a store could send to. The URL is left out of the words: it may hold a secret. */
export function findUrlProblem(url: string): string | undefined {
  if (!isHttps(url)) return 'must be an https URL without query (http only for loopback)'
  const { hostname, port } = new URL(url)
  return port === '' || isLoopback(hostname) ? undefined : 'must be on port 443: stores send to no other'
}

function isHttps(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, search, hash, username, password } = new URL(text)
  if (search !== '' || hash !== '' || username !== '' || password !== '') return false
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))
}
