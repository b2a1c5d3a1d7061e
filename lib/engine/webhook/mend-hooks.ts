import type { Hook } from '../../core/webhook/hook.js'
import {
  type HookState,
  type HookWish,
  type JudgedScope,
  judgeHooks,
} from '../../core/webhook/judge-hooks.js'
import { askHooks, describeHookAnswer, type HookDeps, type HookStore } from './ask-hooks.js'
import { listHooks } from './list-hooks.js'

/** What became of one scope. `state` is how it was found; `done` what was done, in a dry run what would be. */
export type MendedScope = JudgedScope & {
  done: 'nothing' | 'created' | 'reactivated' | 'headerSet' | 'wouldMend' | 'left' | 'failed'
  why?: string
}
export type Mended = { listed: true; scopes: MendedScope[]; others: Hook[] } | { listed: false; why: string }

export type MendWish = Omit<HookWish, 'headerValue'> & {
  /** The states that are put right; what is in another stays as it is. */
  mends: readonly HookState[]
  dryRun: boolean
}

/** How often a webhook is registered: each time only after a list that is empty of it. */
const createsMax = 3
/** What was carried out after its answer was given up shows in the list by then. */
const settleMs = 5_000

/**
 * Registers what is missing and switches on what is off, of our own webhooks alone. Run again it changes nothing: the list comes
 * first, and after a lost answer it is read again before anything else is done.
 */
export async function mendHooks(deps: HookDeps, store: HookStore, wish: MendWish): Promise<Mended> {
  const listed = await listHooks(deps, store)
  if (!listed.listed) return listed
  const judged = judgeHooks(listed.hooks, wishOf(store, wish))
  const scopes: MendedScope[] = []
  for (const one of judged.scopes) scopes.push({ ...one, ...(await mend(deps, store, wish, one)) })
  return { listed: true, scopes, others: judged.others }
}

const wishOf = ({ headerValue }: HookStore, { url, scopes }: MendWish): HookWish => ({
  url,
  scopes,
  ...(headerValue && { headerValue }),
})

type Done = Pick<MendedScope, 'done' | 'why' | 'hookId'>

async function mend(deps: HookDeps, store: HookStore, wish: MendWish, judged: JudgedScope): Promise<Done> {
  if (judged.state === 'active') return { done: 'nothing' }
  if (!wish.mends.includes(judged.state)) return { done: 'left' }
  if (wish.dryRun) return { done: 'wouldMend' }
  if (judged.hookId === undefined) return create(deps, store, wish, judged)
  return activate(deps, store, judged.hookId, judged.state)
}

async function activate(deps: HookDeps, store: HookStore, id: number, state: HookState): Promise<Done> {
  const { headerValue } = store
  // What it sets is absolute: sent twice it is the same.
  const answer = await askHooks(
    deps,
    store,
    access => deps.storeHooks.activate(access, id, headerValue ? { headerValue } : {}),
    { repeats: true },
  )
  if (answer.meaning !== 'success') return { done: 'failed', why: describeHookAnswer(answer) }
  if (!answer.content.isActive) return { done: 'failed', why: 'the store took the call, and left it off' }
  return { done: state === 'off' ? 'reactivated' : 'headerSet' }
}

/** A registration is no call to repeat blindly: each would be a webhook more, and each event would come twice. */
async function create(deps: HookDeps, store: HookStore, wish: MendWish, judged: JudgedScope): Promise<Done> {
  const { headerValue } = store
  const asked = { scope: judged.scope, destination: wish.url, ...(headerValue && { headerValue }) }
  let why = ''
  for (let tries = 0; tries < createsMax; tries += 1) {
    const answer = await askHooks(deps, store, access => deps.storeHooks.create(access, asked), {
      repeats: false,
    })
    if (answer.meaning === 'success') {
      const { id: hookId, isActive } = answer.content
      if (isActive) return { done: 'created', hookId }
      // A store may put a destination that it has blocked on its list switched off.
      const switched = await activate(deps, store, hookId, 'off')
      return switched.done === 'failed' ? { ...switched, hookId } : { done: 'created', hookId }
    }
    why = describeHookAnswer(answer)
    if (answer.meaning === 'credentials' || answer.meaning === 'throttled') break
    if (answer.meaning === 'lost') await deps.clock.sleep(settleMs * deps.delayScale)
    const there = await findCreated(deps, store, wish, judged)
    if (there !== undefined) return there
    if (answer.meaning !== 'lost') break
  }
  return { done: 'failed', why }
}

/** Whether it is there after all: our own call whose answer was lost, or somebody else's. */
async function findCreated(
  deps: HookDeps,
  store: HookStore,
  wish: MendWish,
  { scope }: JudgedScope,
): Promise<Done | undefined> {
  const listed = await listHooks(deps, store)
  if (!listed.listed)
    return { done: 'failed', why: `it is not known whether it was registered: ${listed.why}` }
  const [now] = judgeHooks(listed.hooks, wishOf(store, { ...wish, scopes: [scope] })).scopes
  if (now?.hookId === undefined) return undefined
  return now.state === 'active'
    ? { done: 'created', hookId: now.hookId }
    : { hookId: now.hookId, ...(await activate(deps, store, now.hookId, now.state)) }
}
