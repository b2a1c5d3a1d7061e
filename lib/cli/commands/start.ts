import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import type { Clock, Random } from '../../core/time.js'
import { startStack } from '../../local/stack/start-stack.js'
import { repositoryRoot } from '../repository-root.js'
import { carryOut, type Ground, type Work } from '../start/carry-out.js'
import { aimAtApi, currentStore, openSandbox, secretPrefix, type Target } from '../start/open-target.js'
import { runOrderCircle } from '../start/order-circle.js'
import { readRequests } from '../start/read-requests.js'
import { registerWebhooks } from '../start/register-webhooks.js'
import { createRunClients } from '../start/run-clients.js'
import { openRunDirectory } from '../start/run-directory.js'
import { parseStartSettings, type StartOptions } from '../start/start-settings.js'

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

const patienceMs = 60_000
/** Long enough that several webhooks of one order are seen to become one look. */
const webhookDelaySeconds = '1'

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
    params: { webhookDelaySeconds },
    environment: { ...target.environment, CREDENTIALS_SECRET_PREFIX: secretPrefix, LOG_LEVEL: 'WARN' },
    secrets: target.secrets,
    onFunctionLog: (functionKey, line) => log.write(`${functionKey} ${line}\n`),
  })
  const clients = createRunClients(stack.env)
  const { sandbox, stores, environment, accessToken } = target
  try {
    if (sandbox && accessToken !== undefined) {
      const { storeApiUrl } = sandbox
      const destination = stack.functionUrls['receiveWebhook'] ?? ''
      await registerWebhooks({ storeApiUrl, storeHash: currentStore, accessToken, destination })
    }
    const ground = { directory, environment, stack, clients, sandbox, stores }
    // A file of one's own is carried out alone: what is counted of it is what stands in it.
    if (sandbox === undefined || work.settings.file !== undefined) return await carryOut(work, ground, deps)
    const { clock, signal } = deps
    const mayFail = work.settings.mode === 'sandbox' && work.settings.faults !== undefined
    const circle = { store: sandbox, storeHash: currentStore, stack, clock, signal, mayFail }
    const runCircle: Ground['runCircle'] = heard => runOrderCircle({ ...circle, ...heard })
    return await carryOut(work, { ...ground, runCircle }, deps)
  } finally {
    clients.close()
    await stack.stop()
    log.end()
  }
}
