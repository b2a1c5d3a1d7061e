import type { QueuedRequest } from '../../core/webhook/order-request.js'
import type { OperationsQueue } from '../ports.js'

/** Requests that are on their way to the queue at the same time. */
const sendsAtOnce = 10

/** Undefined: all are on the queue. Otherwise some of them may be, and none is under way any more. */
export async function sendRequests(
  queue: Pick<OperationsQueue, 'send'>,
  requests: QueuedRequest[],
): Promise<PromiseRejectedResult | undefined> {
  for (let from = 0; from < requests.length; from += sendsAtOnce) {
    const some = requests.slice(from, from + sendsAtOnce)
    const sent = await Promise.allSettled(some.map(request => queue.send(request)))
    const failure = sent.find(one => one.status === 'rejected')
    if (failure !== undefined) return failure
  }
  return undefined
}
