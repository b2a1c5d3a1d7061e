import type { Answer } from '../core/answer.js'
import type { ApiCall, CallKind } from '../core/api-call.js'
import type { LogFields } from '../core/log-fields.js'
import { asEpochMs, type EpochMs } from '../core/time.js'
import type { Pacer } from './pacer.js'
import type { Access, Clock, Log, Metrics, PaymentsApi } from './ports.js'
import type { ServerClock } from './server-clock.js'
import type { Lack, Opened, StoreAccess } from './store-access.js'

/**
 * One call that may have to be let in first: it waits for its place in the store's quota, and is made again when the store
 * throttled it or a rotated token was refused. Both are certain not to have been executed, so this is no retry of a call
 * that may have been.
 */

export type CallDeps = {
  clock: Clock
  api: PaymentsApi
  pacer: Pacer
  serverClock: ServerClock
  access: StoreAccess
  log: Log
  metrics: Metrics
  /** What the calls are for, as the log says it of each answer that is no success. */
  about?: LogFields
}

export type Called<K extends CallKind = CallKind> =
  | { made: true; answer: Answer<K>; refusedBefore: number }
  /** Not made: the store's window is closed for longer than there is time. */
  | { made: false; because: 'throttled'; until: EpochMs; refusedBefore: number }
  | { made: false; because: 'credentials'; lack: Lack; until: EpochMs; refusedBefore: number }

/** Longer than any good answer; the time left of the invocation bounds it further. */
const callTimeoutMs = 10_000
/** What has to remain after a call for its outcome to be recorded. */
export const recordReserveMs = 2_000
/** Below this a call is not begun: it could not be waited for. */
export const shortestCallMs = 1_000

/** `first` is the access that was opened for this call already, such as the one probe of a held store. */
export async function callApi<K extends CallKind>(
  deps: CallDeps,
  storeHash: string,
  call: ApiCall<K>,
  deadline: EpochMs,
  first?: Opened,
): Promise<Called<K>> {
  let refusedBefore = 0
  let opened = first ?? (await deps.access.open(storeHash))
  for (;;) {
    if (!opened.usable) {
      return {
        made: false,
        because: 'credentials',
        lack: opened.lack,
        until: opened.nextTryAt,
        refusedBefore,
      }
    }
    const until = await deps.pacer.enter(storeHash, latestBegin(deadline))
    if (until !== undefined) return { made: false, because: 'throttled', until, refusedBefore }
    const answer = await callOnce(deps, storeHash, call, opened.access, deadline)
    deps.serverClock.learn(storeHash, answer)
    if (answer.meaning === 'throttled') continue
    if (answer.meaning !== 'credentials') {
      if (answer.meaning !== 'notSent' && answer.meaning !== 'lost') await deps.access.worked(storeHash)
      return { made: true, answer, refusedBefore }
    }
    refusedBefore += 1
    const { message, httpStatus } = answer
    const refusal = { message, ...(httpStatus !== undefined && { httpStatus }) }
    opened = await deps.access.refused(storeHash, opened.version, refusal)
  }
}

/** A call that was let in; whatever becomes of it, its place is given back. */
async function callOnce<K extends CallKind>(
  deps: CallDeps,
  storeHash: string,
  call: ApiCall<K>,
  access: Access,
  deadline: EpochMs,
): Promise<Answer<K>> {
  const { api, clock, pacer } = deps
  const begunAt = clock.now()
  const timeoutMs = Math.min(callTimeoutMs, deadline - begunAt - recordReserveMs)
  let answer: Answer<K> | undefined
  try {
    answer = await api.call(call, access, timeoutMs)
    noteAnswer(deps, storeHash, call, answer, clock.now() - begunAt)
    return answer
  } finally {
    const tookMs = clock.now() - begunAt
    // Given up because our own time ran out: that says nothing of the store.
    const isCutShort = answer?.meaning === 'lost' && timeoutMs < callTimeoutMs && tookMs >= timeoutMs
    pacer.learn(storeHash, isCutShort ? undefined : answer, tookMs)
  }
}

/** A clean call leaves its latency alone; what the API said otherwise is for whoever asks its support about it. */
function noteAnswer(
  { log, metrics, about }: CallDeps,
  storeHash: string,
  { kind, method }: ApiCall,
  answer: Answer,
  tookMs: number,
): void {
  const { meaning, httpStatus, apiRequestId, waitMs, quota } = answer
  metrics.add('ApiLatency', tookMs)
  if (quota?.remaining !== undefined) metrics.add('QuotaLeft', quota.remaining)
  if (meaning === 'throttled') metrics.add('Throttled')
  if (meaning === 'lost') metrics.add('LostAnswers')
  // That a payment is not there is what a look wants to know.
  if (meaning === 'success' || (meaning === 'notFound' && method === 'GET')) return
  const said = { meaning, httpStatus, apiRequestId, waitMs, tookMs }
  log.warn('the API did not do what it was asked', { ...about, storeHash, call: kind, ...said })
}

/** Later than this a call could not be waited for, nor its outcome be recorded. */
export const latestBegin = (deadline: EpochMs): EpochMs =>
  asEpochMs(deadline - recordReserveMs - shortestCallMs)
