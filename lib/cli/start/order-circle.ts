import type { Clock, EpochMs } from '../../core/time.js'
import type { OutcomeSeen } from './outcome-seen.js'

/** The part of the sandbox that a change of an order shows itself in. */
export type CircleStore = {
  payment(storeHash: string, paymentId: number): { fundingStatus: number } | undefined
  changeOrder(
    storeHash: string,
    order: { id: number; fundingStatus: number },
    told: { copies: number },
  ): string
  effects(): { storeHash: string; paymentId: number; operationCode?: number }[]
}

export type CircleOptions = {
  store: CircleStore
  storeHash: string
  clock: Clock
  signal: AbortSignal
  stack: { queueDepth(logicalId: string): { ready: number; delayed: number; inFlight: number } }
  onOutcome(listener: (outcome: OutcomeSeen) => void): void
  /** Whether calls are made to fail, so that a pull may end in the dead-letter queue like that of every request. */
  mayFail: boolean
}

/** `holds`: the payment followed, or its pull was made to fail; the line says which. */
export type CircleEnd = { holds: boolean; line: string }

/** None of the example requests touches this payment, which comes from this order. */
const order = { id: 5148, paymentId: 148 }
const patienceMs = 60_000
const lookEveryMs = 50
/** Funding statuses are 0 to 3. */
const statuses = 4

/**
 * The whole way of a webhook: an order changes, the store tells the stack's URL, twice as stores do now and then, and the payment
 * is pulled by itself. Undefined when it was interrupted.
 */
export async function runOrderCircle(options: CircleOptions): Promise<CircleEnd | undefined> {
  const { store, storeHash, clock, signal, mayFail } = options
  const statusNow = () => store.payment(storeHash, order.paymentId)?.fundingStatus ?? 0
  const countPulls = () =>
    store.effects().filter(effect => isOfPayment(effect, storeHash) && effect.operationCode === 2).length
  let failure: string | undefined
  options.onOutcome(outcome => {
    if (!outcome.requestId.startsWith('webhook:') || !isOfPayment(outcome, storeHash)) return
    failure = outcome.status === 'succeeded' ? undefined : (outcome.error?.code ?? outcome.status)
  })
  const [wanted, pullsBefore, changedAt] = [(statusNow() + 1) % statuses, countPulls(), clock.now()]
  store.changeOrder(storeHash, { id: order.id, fundingStatus: wanted }, { copies: 2 })
  const begin = `webhooks: order ${order.id} changed, and payment ${order.paymentId}`
  let followedAt: EpochMs | undefined
  while (!signal.aborted && clock.now() < changedAt + patienceMs) {
    if (statusNow() === wanted) followedAt ??= clock.now()
    // What is still in a queue may be the outcome of what was seen already.
    const hasEnded = (followedAt ?? failure) !== undefined && areQueuesEmpty(options)
    if (hasEnded && followedAt !== undefined) {
      const pulls = countPulls() - pullsBefore
      const [seconds, often] = [
        ((followedAt - changedAt) / 1000).toFixed(1),
        pulls === 1 ? 'once' : `${pulls} times`,
      ]
      const line = `${begin} followed by itself, ${seconds} s later:\n  told twice, as a store does now and then; pulled ${often}`
      return { holds: true, line }
    }
    if (hasEnded) return { holds: mayFail, line: `${begin} did not follow: its pull ended as ${failure}` }
    await clock.sleep(lookEveryMs, signal)
  }
  if (signal.aborted) return undefined
  return { holds: false, line: `${begin} has not followed within ${patienceMs / 1000} s` }
}

/** No message waits, is delayed, or is held by a function. */
const areQueuesEmpty = ({ stack }: CircleOptions): boolean =>
  ['WebhookQueue', 'OperationsQueue'].every(queue => {
    const { ready, delayed, inFlight } = stack.queueDepth(queue)
    return ready + delayed + inFlight === 0
  })

const isOfPayment = (
  { storeHash, paymentId }: { storeHash: string; paymentId?: number | string | undefined },
  wanted: string,
): boolean => storeHash === wanted && Number(paymentId) === order.paymentId
