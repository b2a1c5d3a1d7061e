import type { Clock, EpochMs } from '../../core/time.js'
import { readIntake } from '../../core/webhook/webhook.js'
import type { OutcomeSeen } from './outcome-seen.js'
import type { DeadLetterSeen } from './tally.js'

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
  onDeadLetter(listener: (letter: DeadLetterSeen) => void): void
  /** Whether calls are made to fail, so that the look or the pull may end in the dead-letter queue like those of every request. */
  mayFail: boolean
}

/** `holds`: the payment followed, or what it takes was made to fail; the line says which. */
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
    failure =
      outcome.status === 'succeeded'
        ? undefined
        : `its pull ended as ${outcome.error?.code ?? outcome.status}`
  })
  options.onDeadLetter(({ body, errorCode = 'moved by SQS' }) => {
    const read = readIntake(body)
    if (read.valid && read.webhook.storeHash === storeHash && read.webhook.orderId === String(order.id))
      failure = `the look at its order ended as ${errorCode}`
  })
  const [wanted, pullsBefore, changedAt] = [(statusNow() + 1) % statuses, countPulls(), clock.now()]
  store.changeOrder(storeHash, { id: order.id, fundingStatus: wanted }, { copies: 2 })
  const begin = `webhooks: order ${order.id} changed, and payment ${order.paymentId}`
  let followedAt: EpochMs | undefined
  while (!signal.aborted) {
    if (statusNow() === wanted) followedAt ??= clock.now()
    const isLate = clock.now() >= changedAt + patienceMs
    // What is still in a queue may be the outcome of what was seen already; where all of it goes wrong it lies there for long.
    const hasEnded = isLate || areQueuesEmpty(options)
    if (hasEnded && followedAt !== undefined) {
      const pulls = countPulls() - pullsBefore
      const [seconds, often] = [
        ((followedAt - changedAt) / 1000).toFixed(1),
        pulls === 1 ? 'once' : `${pulls} times`,
      ]
      const line = `${begin} followed by itself, ${seconds} s later:\n  told twice, as a store does now and then; pulled ${often}`
      return { holds: true, line }
    }
    if (hasEnded && failure !== undefined)
      return { holds: mayFail, line: `${begin} did not follow:\n  ${failure}` }
    if (isLate) return { holds: false, line: `${begin} has not followed within ${patienceMs / 1000} s` }
    await clock.sleep(lookEveryMs, signal)
  }
  return undefined
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
