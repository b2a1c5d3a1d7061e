import type { EpochMs } from '../../core/time.js'
import type { Access, Clock, Credentials, HookAnswer, HookHeader, StoreHooks } from '../ports.js'

export type HookDeps = {
  clock: Clock
  credentials: Credentials
  storeHooks: StoreHooks
  delayScale: number
}

/** A store whose webhooks we take, and with what its own API is asked about them. */
export type HookStore = HookHeader & {
  access: Access
  version: string
  deadline: EpochMs
  /** Whether the secret holds what its webhooks are verified with: else the door refuses each. */
  receives: boolean
}
export type OpenedHooks = { open: true; store: HookStore } | { open: false; why: string }

/** The store's credentials, as far as they are good for its webhooks. Throws `Unavailable`. */
export async function openHooks(
  { credentials }: Pick<HookDeps, 'credentials'>,
  storeHash: string,
  deadline: EpochMs,
): Promise<OpenedHooks> {
  const found = await credentials.get(storeHash)
  if (!found.usable) return { open: false, why: found.message }
  const { access, version, webhooks } = found
  // The store's own API takes no old token.
  if (access.scheme === 'authToken')
    return {
      open: false,
      why: `the secret of ${storeHash} holds an old token: webhooks need an access token`,
    }
  return { open: true, store: { access, version, deadline, receives: webhooks !== undefined, ...webhooks } }
}

/** A read, or what may be sent twice, is tried so often; an answer that is a word of the API's own ends it. */
const retryDelaysMs = [1_000, 4_000]
/** After a 429 that names no time. */
const unnamedWaitMs = 5_000

/**
 * One question, as often as it takes: throttled it waits, refused it reads the secret afresh once, unanswered it asks again where
 * that does no harm. It waits no longer than until the store's deadline, and then says what it was told last.
 */
export async function askHooks<T>(
  { clock, credentials, delayScale }: HookDeps,
  store: HookStore,
  question: (access: Access) => Promise<HookAnswer<T>>,
  { repeats }: { repeats: boolean },
): Promise<HookAnswer<T>> {
  let { access } = store
  let isFresh = false
  for (let lost = 0; ; ) {
    const answer = await question(access)
    if (answer.meaning === 'credentials' && !isFresh) {
      isFresh = true
      const fresh = await credentials.refresh(access.storeHash, store.version)
      if (!fresh.usable || fresh.version === store.version || fresh.access.scheme !== 'accessToken')
        return answer
      access = fresh.access
      continue
    }
    const delayMs =
      answer.meaning === 'throttled'
        ? (answer.waitMs ?? unnamedWaitMs * delayScale)
        : answer.meaning === 'lost' && repeats
          ? (retryDelaysMs[lost] ?? Number.POSITIVE_INFINITY) * delayScale
          : Number.POSITIVE_INFINITY
    if (clock.now() + delayMs > store.deadline) return answer
    if (answer.meaning === 'lost') lost += 1
    await clock.sleep(Math.max(1, delayMs))
  }
}

/** Why it was not done, for a person. */
export const describeHookAnswer = (answer: Exclude<HookAnswer<unknown>, { meaning: 'success' }>): string => {
  switch (answer.meaning) {
    case 'throttled':
      return `the store's API is over its quota: ${answer.message}`
    case 'credentials':
      return `the store's API refused the token (it needs the scope to change webhooks): ${answer.message}`
    case 'notFound':
      return `the store's API knows no such webhook or store: ${answer.message}`
    case 'rejected':
      return `the store's API refused it: ${answer.message}`
    case 'lost':
      return `the store's API gave no usable answer: ${answer.message}`
  }
}
