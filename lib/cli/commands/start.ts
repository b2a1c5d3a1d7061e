import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import type { Clock, Random } from '../../core/time.js'
import { exampleStores } from '../../local/sandbox/example-stores.js'
import { type Sandbox, startSandbox } from '../../local/sandbox/start-sandbox.js'
import { startStack } from '../../local/stack/start-stack.js'
import { repositoryRoot } from '../repository-root.js'
import { carryOut, type Work } from '../start/carry-out.js'
import { readRequests } from '../start/read-requests.js'
import { createRunClients } from '../start/run-clients.js'
import { openRunDirectory } from '../start/run-directory.js'
import { parseStartSettings, type StartOptions, type StartSettings } from '../start/start-settings.js'

export type StartDeps = {
  env: Record<string, string | undefined>
  clock: Clock
  random: Random
  /** A terminal that can redraw a line. */
  isLive: boolean
  print(line: string): void
  /** Aborted by Ctrl-C. */
  signal: AbortSignal
}

/** The two stores of the sandbox, one for each kind of credentials. */
const currentStore = 'luma7x2'
const legacyStore = 'nordic4b'
const secretPrefix = 'payops/'
/** Against the sandbox an hour of waiting becomes 7 seconds, the six hours of a doubt 43; a real store is waited for as the contract says. */
const sandboxDelayScale = 0.002
/** As many calls as a real store gives, but in a window that ends soon: being throttled is seen, and costs seconds. */
const sandboxQuota = { limit: 150, windowMs: 3_000 }
const patienceMs = 60_000

/** Carries out a file of requests on this machine, to the table and the proof. Returns the exit code. */
export async function start(options: StartOptions, deps: StartDeps): Promise<number> {
  const settings = parseStartSettings(options, deps.env)
  const file =
    settings.file ?? (settings.watch ? undefined : join(repositoryRoot, 'examples', 'requests.jsonl'))
  const defaultStoreHash = settings.mode === 'api' ? settings.storeHash : currentStore
  const read =
    file === undefined
      ? undefined
      : readRequests(file, settings, { defaultStoreHash, runId: deps.random.uuid() })
  if (read !== undefined && read.lines.length + read.unsendable.length === 0) {
    deps.print(`${file} has no line: there is nothing to do.`)
    return 1
  }
  const directory = await openRunDirectory({
    parent: settings.directory ?? join(repositoryRoot, '.payops'),
    name: settings.name,
    fresh: settings.mode === 'sandbox' && settings.fresh,
    clock: deps.clock,
    signal: deps.signal,
    patienceMs,
    onWait: holder =>
      deps.print(`Another run (process ${holder}) is using ${settings.name}; waiting for its end …`),
  })
  try {
    return await runIn(directory.path, { settings, file, read }, deps)
  } finally {
    directory.release()
  }
}

async function runIn(directory: string, work: Work, deps: StartDeps): Promise<number> {
  const { settings } = work
  const target = settings.mode === 'api' ? aimAtApi(settings) : await openSandbox(directory, settings, deps)
  try {
    return await runAgainst(target, directory, work, deps)
  } finally {
    await target.sandbox?.stop()
  }
}

async function runAgainst(target: Target, directory: string, work: Work, deps: StartDeps): Promise<number> {
  const log = createWriteStream(join(directory, 'functions.log'), { flags: 'a', mode: 0o600 })
  const stack = await startStack({
    clock: deps.clock,
    random: deps.random,
    template: join(repositoryRoot, 'serverless.yml'),
    distDirectory: join(repositoryRoot, 'dist'),
    directory,
    environment: { ...target.environment, CREDENTIALS_SECRET_PREFIX: secretPrefix, LOG_LEVEL: 'WARN' },
    secrets: target.secrets,
    onFunctionLog: (functionKey, line) => log.write(`${functionKey} ${line}\n`),
  })
  const clients = createRunClients(stack.env)
  const { sandbox, stores, environment } = target
  try {
    return await carryOut(work, { directory, environment, stack, clients, sandbox, stores }, deps)
  } finally {
    clients.close()
    await stack.stop()
    log.end()
  }
}

type Target = {
  sandbox: Sandbox | undefined
  stores: string[]
  environment: Record<string, string>
  secrets: Record<string, string>
}

async function openSandbox(
  directory: string,
  { faults }: Extract<StartSettings, { mode: 'sandbox' }>,
  { clock, random }: StartDeps,
): Promise<Target> {
  // New tokens at every start: they live in memory and in the secrets, nowhere else.
  const credentials = {
    [currentStore]: { accessToken: random.uuid() },
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
    environment: {
      B2B_API_BASE_URL: sandbox.url,
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

function aimAtApi({ apiBaseUrl, storeHash, accessToken }: Extract<StartSettings, { mode: 'api' }>): Target {
  return {
    sandbox: undefined,
    stores: [],
    environment: { B2B_API_BASE_URL: apiBaseUrl, DELAY_SCALE: '1', DEFAULT_STORE_HASH: storeHash },
    secrets: { [`${secretPrefix}${storeHash}`]: JSON.stringify({ storeHash, accessToken }) },
  }
}
