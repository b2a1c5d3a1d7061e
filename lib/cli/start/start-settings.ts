import { createHash } from 'node:crypto'
import { WrongUsage } from '../wrong-usage.js'

/** What was typed, as commander hands it over: untrusted text. */
export type StartOptions = {
  file?: string
  watch?: boolean
  faults?: string
  seed?: string
  fresh?: boolean
  api?: string
  store?: string
  directory?: string
}

type Common = { file: string | undefined; watch: boolean; directory: string | undefined; name: string }
export type SandboxSettings = Common & {
  mode: 'sandbox'
  fresh: boolean
  faults: { rate: number; seed: number } | undefined
}
export type ApiSettings = Common & { mode: 'api'; apiBaseUrl: string; storeHash: string; accessToken: string }
export type StartSettings = SandboxSettings | ApiSettings

/** Options and environment to settings that fit together, or `WrongUsage` with everything that does not. Reads no clock or disk. */
export function parseStartSettings(
  options: StartOptions,
  env: Record<string, string | undefined>,
): StartSettings {
  const problems: string[] = []
  const common = { file: options.file, watch: options.watch === true, directory: options.directory }
  if (options.file === '') problems.push('--file: needs the name of a file, such as --file requests.jsonl')
  if (options.directory === '') problems.push('--directory: needs the name of a directory')
  const settings =
    options.api === undefined
      ? parseSandbox(options, common, problems)
      : parseApi(options, options.api, common, env, problems)
  if (problems.length > 0) throw new WrongUsage(problems)
  return settings
}

type Shared = Omit<Common, 'name'>

function parseSandbox(options: StartOptions, common: Shared, problems: string[]): SandboxSettings {
  if (options.store !== undefined)
    problems.push('--store: belongs to --api <url> --store <hash>; the sandbox has its own stores')
  if (options.seed !== undefined && options.faults === undefined)
    problems.push('--seed: belongs to --faults <rate> --seed <n>')
  const rate = parseNumber(options.faults ?? '0')
  if (rate === undefined || rate > 1) problems.push('--faults: must be a number from 0 to 1, such as 0.3')
  const seed = parseNumber(options.seed ?? '1')
  if (seed === undefined || !Number.isSafeInteger(seed))
    problems.push('--seed: must be a whole number, such as 7')
  const faults = options.faults === undefined ? undefined : { rate: rate ?? 0, seed: seed ?? 1 }
  const name = faults === undefined ? 'sandbox' : `faults-${faults.rate}-seed-${faults.seed}`
  return { mode: 'sandbox', ...common, name, fresh: options.fresh === true, faults }
}

function parseApi(
  options: StartOptions,
  url: string,
  common: Shared,
  env: Record<string, string | undefined>,
  problems: string[],
): ApiSettings {
  if (options.fresh === true) {
    problems.push('--fresh: not with --api; there the ledger is what prevents a second execution')
  }
  if (options.faults !== undefined || options.seed !== undefined)
    problems.push('--faults, --seed: not with --api; faults are the sandbox’s')
  if (options.file === undefined && options.watch !== true) {
    problems.push('--api: needs --file <requests.jsonl> as well; the example requests are for the sandbox')
  }
  const storeHash = options.store ?? ''
  if (!/^[a-z0-9]{1,32}$/.test(storeHash)) {
    problems.push('--api: needs --store <hash> as well, 1 to 32 characters of a-z 0-9')
  }
  const accessToken = env['B2B_ACCESS_TOKEN'] ?? ''
  // Visible ASCII only: anything else cannot be a header value, and would fail later in less plain words.
  if (!/^[\x21-\x7e]+$/.test(accessToken)) {
    problems.push(
      '--api: the store’s access token is read from the environment variable B2B_ACCESS_TOKEN, which is missing or malformed',
    )
  }
  const apiBaseUrl = parseApiUrl(url, problems)
  const host = URL.canParse(url) ? new URL(url).host.replaceAll(/[^a-z0-9.-]/g, '-') : ''
  // The ledger belongs to one store of one API: a staging path of the same host must not answer for another.
  const address = createHash('sha256').update(apiBaseUrl).digest('hex').slice(0, 8)
  const name = `api-${host}-${storeHash}-${address}`
  return { mode: 'api', ...common, name, apiBaseUrl, storeHash, accessToken }
}

const loopbackHosts = ['localhost', '127.0.0.1', '[::1]']

function parseApiUrl(text: string, problems: string[]): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isAllowed =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && loopbackHosts.includes(url.hostname))
  if (url === undefined || !isAllowed) {
    problems.push(
      '--api: must be an https URL, such as https://api-b2b.bigcommerce.com/api/v3/io/ip (http only for this machine itself)',
    )
    return ''
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    problems.push('--api: must be a plain URL without user, password, query or fragment')
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}

/** Plain decimals only: Number() would also take '', '0x1f' and 'Infinity'. */
const parseNumber = (text: string): number | undefined =>
  /^\d{1,16}(\.\d{1,16})?$/.test(text) ? Number(text) : undefined
