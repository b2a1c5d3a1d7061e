import { createReconcileApp, type ReconcileApp } from '../../app.js'
import { Unavailable } from '../../core/errors.js'
import type { Clock } from '../../core/time.js'
import { readConfig } from '../reconcile/read-config.js'

export type OperateDeps = {
  env: Record<string, string | undefined>
  clock: Clock
  print(line: string): void
  printError(line: string): void
}

/** The stage that the shell means, for commands that only read. Returns the exit code of `work`. */
export async function withApp(
  { env, printError }: OperateDeps,
  stage: string | undefined,
  work: (app: ReconcileApp) => Promise<number>,
): Promise<number> {
  const config = await readConfig(stage, env)
  try {
    return await work(createReconcileApp(config, printError))
  } catch (error) {
    // AWS not answering is told in one line, no stack trace would help with it.
    if (!(error instanceof Unavailable)) throw error
    printError(`payops: ${error.message}`)
    return 1
  }
}

/** The stores that are meant: the named ones, else the stage's default, else all that have a secret. */
export async function chooseStores(
  app: Pick<ReconcileApp, 'stores' | 'defaultStoreHash'>,
  store: string | undefined,
): Promise<string[]> {
  const named = store ?? app.defaultStoreHash
  return named === undefined ? (await app.stores.list()).sort() : [named]
}
