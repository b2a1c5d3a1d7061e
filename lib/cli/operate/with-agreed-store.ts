import type { OperatorApp } from '../../operator-app.js'
import { WrongUsage } from '../wrong-usage.js'
import { type OperateDeps, withApp } from './open-app.js'

/**
 * For commands that read requests: one that names no store is of the functions' default, and a command that took it for another
 * store's would look it up in the wrong ledger, and send it to the wrong store.
 */
export const withAgreedStore = (
  deps: OperateDeps,
  stage: string | undefined,
  work: (app: OperatorApp) => Promise<number>,
): Promise<number> => withApp(deps, stage, async app => work(await agreeOnStore(app, deps)))

async function agreeOnStore(app: OperatorApp, { printError }: OperateDeps): Promise<OperatorApp> {
  const ours = app.defaultStoreHash
  const theirs = await app.functionSettings.read('DEFAULT_STORE_HASH')
  if (!theirs.known) {
    // Without one of ours there is nothing to rely on: what names no store is of no known store, and is left alone.
    if (ours !== undefined)
      printError(
        `payops: the functions' DEFAULT_STORE_HASH could not be read (${theirs.why}); what names no store is read as of ${ours}`,
      )
    return app
  }
  if (ours === undefined) return theirs.value === undefined ? app : { ...app, defaultStoreHash: theirs.value }
  if (ours === theirs.value) return app
  throw new WrongUsage([
    `DEFAULT_STORE_HASH is ${ours} in this shell, and ${theirs.value ?? 'not set'} in the functions: unset it, and theirs is taken`,
  ])
}
