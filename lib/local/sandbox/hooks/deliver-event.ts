import type { Agent } from 'node:http'
import type { Clock } from '../../../core/time.js'
import type { Delivery, Hook, StoreEvent } from './hook.js'
import { postWebhook } from './post-webhook.js'
import { signWebhook } from './sign-webhook.js'
import type { SuccessWatch } from './watch-success.js'

// One event on its way to one hook: it waits while the destination is blocked, is posted, and is taken or failed. What
// failed waits for the next of the documented times, each counted from the failure before, and is posted again, with the
// same id and body and the time and signature of the attempt. After the last one the hook is switched off.

/** Seconds after each failure. */
export const retryDelaysSeconds = [60, 180, 300, 600, 900, 1800, 3600, 7200, 21_600, 50_400, 86_400]

// As long as a store waits for an answer; not scaled, for a machine is not faster in a test.
const PATIENCE_MS = 10_000

export type DeliveryDeps = {
  clock: Clock
  timeScale: number
  agent: Agent
  success: SuccessWatch
  /** Aborted when the sandbox stops. */
  stopping: AbortSignal
  secretOf(storeHash: string): string
  note(delivery: Delivery): void
}

export async function deliverEvent(
  deps: DeliveryDeps,
  hook: Hook,
  event: StoreEvent,
  id: string,
): Promise<void> {
  const { clock, timeScale, stopping } = deps
  const note = (attempt: number, result: Delivery['result'], status?: number) => {
    const { storeHash, scope, hash } = event
    deps.note({ at: clock.now(), storeHash, scope, hash, hookId: hook.id, attempt, status, result })
  }
  for (let attempt = 1; !stopping.aborted; attempt += 1) {
    for (let wait = deps.success.waitMs(hook.destination); wait > 0 && !stopping.aborted; ) {
      await clock.sleep(wait, stopping)
      wait = deps.success.waitMs(hook.destination)
    }
    if (!hook.is_active) return note(attempt, 'hookGone')
    const status = await post(deps, hook, event, id)
    if (stopping.aborted) return
    deps.success.note(hook.destination, status === 200)
    note(attempt, status === 200 ? 'taken' : 'failed', status)
    if (status === 200) return
    const delaySeconds = retryDelaysSeconds[attempt - 1]
    if (delaySeconds === undefined) {
      hook.is_active = false
      return note(attempt, 'deactivated', status)
    }
    await clock.sleep(delaySeconds * 1000 * timeScale, stopping)
  }
}

async function post(
  { clock, agent, stopping, secretOf }: DeliveryDeps,
  { destination, headers }: Hook,
  { storeHash, body }: StoreEvent,
  id: string,
): Promise<number | undefined> {
  const seconds = Math.floor(clock.now() / 1000)
  const signed = signWebhook(secretOf(storeHash), { id, seconds, body })
  const answered = new AbortController()
  const tooLate = new AbortController()
  const patience = clock
    .sleep(PATIENCE_MS, AbortSignal.any([answered.signal, stopping]))
    .then(() => tooLate.abort())
  const status = await postWebhook(
    { destination, headers: { ...headers, ...signed }, body, agent },
    tooLate.signal,
  )
  answered.abort()
  await patience
  return status
}
