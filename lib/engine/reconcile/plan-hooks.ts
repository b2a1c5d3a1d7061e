import { Unavailable } from '../../core/errors.js'
import { isoTime } from '../../core/outcome.js'
import type { Plan } from '../../core/reconcile/sweep.js'
import { asEpochMs } from '../../core/time.js'
import { describeHook } from '../../core/webhook/describe-hook.js'
import { judgeHooks } from '../../core/webhook/judge-hooks.js'
import { wantedScopes } from '../../core/webhook/webhook-rules.js'
import { type OpenedHooks, openHooks } from '../webhook/ask-hooks.js'
import { type ListedHooks, listHooks } from '../webhook/list-hooks.js'
import type { SweepDeps } from './deps.js'

/** A pass has other stores, and this one's payments, to see to: a throttled list is asked for again next time. */
const patienceMs = 30_000

/**
 * Webhooks of ours that do not come any more: the store switches one off whose calls fail for days, and says so to nobody. Looked
 * for where a store's webhooks are meant to come: its secret can verify them, they are not switched off here, and at least one of
 * ours is registered. A store whose API does not answer has no finding: nothing is known then.
 */
export async function planHooks(deps: SweepDeps, storeHash: string): Promise<Plan[]> {
  const { url, rules } = deps.webhooks
  if (url === undefined || rules.offFor.has(storeHash)) return []
  const opened = await open(deps, storeHash)
  if (!opened.open || !opened.store.receives) return []
  const now = deps.clock.now()
  const listed: ListedHooks = await listHooks(deps, opened.store)
  if (!listed.listed) {
    deps.log.warn('the webhooks of a store could not be looked at', { storeHash, error: listed.why })
    return []
  }
  const { headerValue } = opened.store
  const wish = { url, scopes: wantedScopes(rules), ...(headerValue && { headerValue }) }
  const { ours, scopes } = judgeHooks(listed.hooks, wish)
  if (ours.length === 0) return []
  return scopes
    .filter(({ state }) => state !== 'active')
    .map(judged => ({
      finding: {
        kind: 'webhookOff',
        storeHash,
        seenAt: isoTime(now),
        why: describeHook(judged),
        action: 'report',
        acted: 'reported',
        decidedBy: 'default',
      },
    }))
}

/** The payments were read with these credentials a moment ago: an outage now is no reason to end the sweep. */
async function open(deps: SweepDeps, storeHash: string): Promise<OpenedHooks> {
  try {
    const giveUpAt = deps.clock.now() + patienceMs
    return await openHooks(deps, storeHash, asEpochMs(Math.min(deps.deadline, giveUpAt)))
  } catch (error) {
    // Nothing is known of its webhooks then.
    if (!(error instanceof Unavailable)) throw error
    return { open: false, why: error.message }
  }
}
