import type { Answer } from '../../core/answer.js'
import type { ApiCall, CallKind } from '../../core/api-call.js'
import { type Called, callApi, latestBegin } from '../call-api.js'
import type { Stop, SweepDeps } from './deps.js'

/** Reads do no harm, so a reading that failed is repeated a little before the store counts as not reached. */
const readDelaysMs = [1_000, 4_000]

export type Tried<T> = { tried: T; calls: number } | (Stop & { calls: number })

/** One read of the store, as often as it takes: an answer that is a word of the API's own, or why there is none. */
export const readStore = <K extends CallKind>(
  deps: SweepDeps,
  storeHash: string,
  call: ApiCall<K>,
): Promise<Tried<Answer<K>>> =>
  tryRead(deps, async () => {
    const called = await callApi(deps, storeHash, call, deps.deadline)
    return called.made ? { made: true, seen: called.answer, answer: called.answer } : called
  })

/** What was seen, and the answer that it rests on; undefined: it needs no judging. */
type Attempt<T> = { made: true; seen: T; answer?: Answer | undefined } | Extract<Called, { made: false }>

export async function tryRead<T>(
  { clock, delayScale, deadline }: SweepDeps,
  attempt: () => Promise<Attempt<T>>,
): Promise<Tried<T>> {
  for (let calls = 0; ; ) {
    const attempted = await attempt()
    if (!attempted.made) {
      if (attempted.because === 'credentials')
        return { stopped: 'notReached', why: attempted.lack.message, calls }
      // The window is closed: waited for, as long as there is time.
      if (attempted.until > latestBegin(deadline)) return { stopped: 'outOfTime', calls }
      await clock.sleep(Math.max(1, attempted.until - clock.now()))
      continue
    }
    calls += 1
    const { seen, answer } = attempted
    if (answer === undefined || isWord(answer)) return { tried: seen, calls }
    const delayMs = readDelaysMs[calls - 1]
    if (delayMs === undefined) {
      // It did answer, again and again, with what cannot be read: that is no trouble of the network's.
      return isUnreadable(answer)
        ? { tried: seen, calls }
        : { stopped: 'notReached', why: describeFailure(answer), calls }
    }
    if (clock.now() + delayMs * delayScale > latestBegin(deadline)) return { stopped: 'outOfTime', calls }
    await clock.sleep(delayMs * delayScale)
  }
}

const isWord = ({ meaning }: Answer): boolean =>
  meaning === 'success' || meaning === 'notFound' || meaning === 'notAllowed'

const isUnreadable = ({ meaning, httpStatus = 0 }: Answer): boolean =>
  meaning === 'lost' && httpStatus >= 200 && httpStatus < 300

export const describeFailure = ({ httpStatus, message }: Answer): string =>
  httpStatus === undefined ? message : `HTTP ${httpStatus}: ${message}`
