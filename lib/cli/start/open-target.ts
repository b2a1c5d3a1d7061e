import { join } from 'node:path'
import type { Clock, Random } from '../../core/time.js'
import { exampleStores } from '../../local/sandbox/example-stores.js'
import { type Sandbox, startSandbox } from '../../local/sandbox/start-sandbox.js'
import type { ApiSettings, SandboxSettings } from './start-settings.js'

/** The two stores of the sandbox, one for each kind of credentials. */
export const currentStore = 'luma7x2'
const legacyStore = 'nordic4b'
export const secretPrefix = 'payops/'
/** Against the sandbox an hour of waiting becomes 7 seconds, the six hours of a doubt 43; a real store is waited for as the contract says. */
const sandboxDelayScale = 0.002
/** As many calls as a real store gives, but in a window that ends soon: being throttled is seen, and costs seconds. */
const sandboxQuota = { limit: 150, windowMs: 3_000 }

/** What the requests are carried out on, and what the functions have to know of it. */
export type Target = {
  sandbox: Sandbox | undefined
  stores: string[]
  environment: Record<string, string>
  secrets: Record<string, string>
  /** The sandbox's store is asked with it to send its webhooks. */
  accessToken?: string
}

/** Two stores on this machine, which a run finds again as it left them. */
export async function openSandbox(
  directory: string,
  { faults }: SandboxSettings,
  { clock, random }: { clock: Clock; random: Random },
): Promise<Target> {
  // New tokens at every start: they live in memory and in the secrets, nowhere else.
  const accessToken = random.uuid()
  const credentials = {
    [currentStore]: { accessToken, webhookSecret: random.uuid() },
    [legacyStore]: { authToken: random.uuid() },
  }
  const sandbox = await startSandbox({
    clock,
    directory: join(directory, 'sandbox'),
    stores: exampleStores(credentials),
    quota: sandboxQuota,
    timeScale: sandboxDelayScale,
    ...(faults && { faults }),
  })
  return {
    sandbox,
    stores: [currentStore, legacyStore],
    accessToken,
    environment: {
      B2B_API_BASE_URL: sandbox.url,
      STORE_API_BASE_URL: sandbox.storeApiUrl,
      DELAY_SCALE: String(sandboxDelayScale),
      DEFAULT_STORE_HASH: currentStore,
    },
    secrets: Object.fromEntries(
      Object.entries(credentials).map(([storeHash, tokens]) => [
        `${secretPrefix}${storeHash}`,
        JSON.stringify({ storeHash, ...tokens }),
      ]),
    ),
  }
}

/** A real store. */
export function aimAtApi({ apiBaseUrl, storeHash, accessToken }: ApiSettings): Target {
  return {
    sandbox: undefined,
    stores: [],
    environment: { B2B_API_BASE_URL: apiBaseUrl, DELAY_SCALE: '1', DEFAULT_STORE_HASH: storeHash },
    secrets: { [`${secretPrefix}${storeHash}`]: JSON.stringify({ storeHash, accessToken }) },
  }
}
