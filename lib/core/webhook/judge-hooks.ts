import type { Hook } from './hook.js'
import type { WebhookScope } from './webhook-rules.js'

/**
 * What is registered at a store against what its orders' payments need:
 *
 * - `active`: its webhooks come and are taken.
 * - `wrongHeader`: they come, and the door refuses each, until the store switches the webhook off.
 * - `off`: the store has switched it off, as it does with one whose calls fail for days.
 * - `missing`: nobody has registered it.
 */
export type HookState = 'active' | 'wrongHeader' | 'off' | 'missing'

export type JudgedScope = {
  scope: WebhookScope
  state: HookState
  /** Of the best hook of the scope; absent: missing. */
  hookId?: number
}
/** `others` are ours as well: of a scope that leads to nothing, or one too many. */
export type JudgedHooks = { scopes: JudgedScope[]; ours: Hook[]; others: Hook[] }

export type HookWish = { url: string; scopes: readonly WebhookScope[]; headerValue?: () => string }

/** Judges. Pure. */
export function judgeHooks(hooks: Hook[], { url, scopes, headerValue }: HookWish): JudgedHooks {
  const ours = hooks.filter(({ destination }) => isSameUrl(destination, url))
  const judged = scopes.map(scope => {
    const [best] = ours
      .filter(hook => hook.scope === scope)
      .map(({ id, ...hook }) => ({ id, state: stateOf({ id, ...hook }, headerValue) }))
      .sort((a, b) => ranked.indexOf(a.state) - ranked.indexOf(b.state) || a.id - b.id)
    return best === undefined
      ? { scope, state: 'missing' as const }
      : { scope, state: best.state, hookId: best.id }
  })
  const counted = new Set(judged.map(({ hookId }) => hookId))
  return { scopes: judged, ours, others: ours.filter(({ id }) => !counted.has(id)) }
}

const ranked: HookState[] = ['active', 'wrongHeader', 'off']

/** A header that the door does not ask for does no harm; one that the store does not show cannot be judged. */
function stateOf({ isActive, header }: Hook, headerValue: (() => string) | undefined): HookState {
  if (!isActive) return 'off'
  if (headerValue === undefined || header === 'notShown') return 'active'
  return header !== 'absent' && header() === headerValue() ? 'active' : 'wrongHeader'
}

/** `https://a.example` and `https://a.example:443/` are one. */
export const isSameUrl = (a: string, b: string): boolean =>
  URL.canParse(a) && URL.canParse(b) && new URL(a).href === new URL(b).href
