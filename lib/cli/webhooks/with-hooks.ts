import { asEpochMs } from '../../core/time.js'
import { type HookStore, openHooks } from '../../engine/webhook/ask-hooks.js'
import type { OperatorApp } from '../../operator-app.js'
import { fitText } from '../operate/fit-text.js'
import { type OperateDeps, withApp } from '../operate/open-app.js'
import type { WebhookSettings } from './webhook-settings.js'

/** A person waits: a store that is over its quota is waited for no longer. */
const patienceMs = 120_000

/** A store's webhooks with what its own API is asked with. Returns the exit code of `work`; 1 where the store cannot be asked. */
export const withHooks = (
  deps: OperateDeps,
  { stage, storeHash }: WebhookSettings,
  work: (app: OperatorApp, store: HookStore) => Promise<number>,
): Promise<number> =>
  withApp(deps, stage, async app => {
    const opened = await openHooks(app, storeHash, asEpochMs(deps.clock.now() + patienceMs))
    return opened.open ? work(app, opened.store) : tellFailure(deps, opened.why)
  })

/** Returns the exit code. */
export function tellFailure({ printError }: OperateDeps, why: string): number {
  printError(fitText(`payops: ${why}`).join('\n'))
  return 1
}
