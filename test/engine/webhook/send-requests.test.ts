import { describe, expect, it } from '@jest/globals'
import { Unavailable } from '../../../lib/core/errors.js'
import { orderRequest, type QueuedRequest } from '../../../lib/core/webhook/order-request.js'
import { sendRequests } from '../../../lib/engine/webhook/send-requests.js'

const order = { storeHash: 'abc', orderId: '250', operationCode: 2 }
const requests = Array.from({ length: 25 }, (_, n) =>
  orderRequest(order, 'H-1', 100 + n, 'store/order/statusUpdated'),
)

/** Takes its time over each, and refuses those that are named. */
function aQueue(...refused: string[]) {
  const taken: string[] = []
  let underWay = 0
  let most = 0
  const send = async ({ deduplicationId }: QueuedRequest): Promise<void> => {
    underWay += 1
    most = Math.max(most, underWay)
    await Promise.resolve()
    if (!refused.includes(deduplicationId)) {
      await Promise.resolve()
      taken.push(deduplicationId)
    }
    underWay -= 1
    if (refused.includes(deduplicationId)) throw new Unavailable('the queue refuses')
  }
  return { queue: { send }, taken, underWay: () => underWay, most: () => most }
}

describe('sendRequests', () => {
  it('puts every request on the queue, ten at a time', async () => {
    const { queue, taken, most } = aQueue()
    expect(await sendRequests(queue, requests)).toBeUndefined()
    expect(taken).toEqual(requests.map(({ deduplicationId }) => deduplicationId))
    expect(most()).toBe(10)
  })

  it('says so when one is refused, with none under way any more and no other begun', async () => {
    const { queue, taken, underWay } = aQueue('webhook:H-1:112')
    expect(await sendRequests(queue, requests)).toMatchObject({
      reason: new Unavailable('the queue refuses'),
    })
    expect([taken.length, underWay()]).toEqual([19, 0])
  })
})
