import type { Hook } from '../../core/webhook/hook.js'
import { askHooks, describeHookAnswer, type HookDeps, type HookStore } from './ask-hooks.js'

export type ListedHooks = { listed: true; hooks: Hook[] } | { listed: false; why: string }

/** A store may have a few hundred hooks; a list that never ends is not believed. */
const pagesMax = 40

/** All webhooks that are registered at a store, ours and others', each once. */
export async function listHooks(deps: HookDeps, store: HookStore): Promise<ListedHooks> {
  const hooks = new Map<number, Hook>()
  for (let page = 1; page <= pagesMax; page += 1) {
    const answer = await askHooks(deps, store, access => deps.storeHooks.list(access, page), {
      repeats: true,
    })
    if (answer.meaning !== 'success') return { listed: false, why: describeHookAnswer(answer) }
    for (const hook of answer.content.hooks) hooks.set(hook.id, hook)
    if (answer.content.isLast) return { listed: true, hooks: [...hooks.values()] }
  }
  return { listed: false, why: `the store's list of webhooks does not end after ${pagesMax} pages` }
}
