import { Unavailable } from '../../core/errors.js'
import type { Clock, Random } from '../../core/time.js'
import { createOperatorApp, type OperatorApp } from '../../operator-app.js'
import { readConfig } from './read-config.js'

export type OperateDeps = {
  env: Record<string, string | undefined>
  clock: Clock
  random: Random
  /** A person watches: progress may be drawn, and a secret may be asked for. */
  isLive: boolean
  print(line: string): void
  /** What must not mix with what --json prints. */
  printError(line: string): void
}

/** The stage that the shell means. Returns the exit code of `work`; `whenUnavailable` where AWS did not answer. */
export async function withApp(
  { env, printError }: OperateDeps,
  stage: string | undefined,
  work: (app: OperatorApp) => Promise<number>,
  whenUnavailable = 1,
): Promise<number> {
  const config = await readConfig(stage, env)
  try {
    return await work(createOperatorApp(config, printError))
  } catch (error) {
    // AWS not answering is told in one line, no stack trace would help with it.
    if (!(error instanceof Unavailable)) throw error
    printError(`payops: ${error.message}`)
    return whenUnavailable
  }
}

/** The stores that are meant: the named ones, else the stage's default, else all that have a secret. */
export async function chooseStores(
  app: Pick<OperatorApp, 'stores' | 'defaultStoreHash'>,
  store: string | undefined,
): Promise<string[]> {
  const named = store ?? app.defaultStoreHash
  return named === undefined ? (await app.stores.list()).sort() : [named]
}

export const describeNoStore = (prefix: string): string =>
  `No secret is named ${prefix}<store hash>: there is no store to look at.`
