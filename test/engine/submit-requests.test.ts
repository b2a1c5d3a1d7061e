import { describe, expect, it } from '@jest/globals'
import { systemRandom } from '../../lib/adapters/system.js'
import { Unavailable } from '../../lib/core/errors.js'
import { readSubmission } from '../../lib/core/read-submission.js'
import { asEpochMs } from '../../lib/core/time.js'
import { awaitRequests, sendRequests } from '../../lib/engine/submit-requests.js'
import { SweepWorld } from '../support/sweep-world.js'

const submissionsOf = (ids: string[]) =>
  readSubmission(
    ids
      .map((requestId, at) => JSON.stringify({ requestId, paymentId: 11 + at, operationCode: 0 }))
      .join('\n'),
    { storeHash: 'abc', newKey: () => 'unused' },
  ).submissions

describe('sendRequests', () => {
  it('sends in order, each as a message of its own', async () => {
    const sent: { body: string; groupId: string; deduplicationId: string }[] = []
    const queue = { send: async (message: (typeof sent)[number]) => void sent.push(message) }
    const submissions = submissionsOf(['r1', 'r2'])
    expect(await sendRequests({ random: systemRandom, queue }, submissions, () => undefined)).toBe(undefined)
    expect(sent.map(({ groupId }) => groupId)).toEqual(['abc:11', 'abc:12'])
    expect(new Set(sent.map(({ deduplicationId }) => deduplicationId)).size).toBe(2)
  })

  it('ends at the first that the queue does not take, and names it', async () => {
    const heard: string[] = []
    const queue = {
      send: async ({ body }: { body: string }) => {
        if (body.includes('r2')) throw new Unavailable('SQS SendMessage failed: TimeoutError')
      },
    }
    const submissions = submissionsOf(['r1', 'r2', 'r3'])
    const stopped = await sendRequests({ random: systemRandom, queue }, submissions, ({ request }) =>
      heard.push(request.requestId),
    )
    expect(heard).toEqual(['r1', 'r2'])
    expect(stopped).toMatchObject({
      submission: { request: { requestId: 'r2' } },
      why: expect.stringContaining('TimeoutError'),
    })
  })
})

describe('awaitRequests', () => {
  it('goes on asking while the ledger does not answer', async () => {
    const { clock, world, ...sweep } = aWorld()
    const submissions = submissionsOf(['done', 'never', 'other'])
    sweep.finish(submissions)
    let outages = 3
    const ledger = {
      read: async (storeHash: string, requestId: string) => {
        outages -= 1
        if (outages >= 0) throw new Unavailable('DynamoDB GetItem failed: TimeoutError')
        return world.ledger.read(storeHash, requestId)
      },
    }
    const waiting = awaitRequests({ clock, ledger }, submissions.slice(0, 1), asEpochMs(clock.now() + 60_000))
    expect(await clock.run(waiting)).toMatchObject([{ ended: 'as the ledger says' }])
  })

  it('waits for the end of each as long as it may, and says what each came to', async () => {
    const { clock, world, ...sweep } = aWorld()
    const submissions = submissionsOf(['done', 'never', 'other'])
    const waiting = awaitRequests(
      { clock, ledger: world.ledger },
      submissions,
      asEpochMs(clock.now() + 60_000),
    )
    sweep.finish(submissions)
    const [done, never, other] = await clock.run(waiting)
    expect(done).toMatchObject({ ended: 'as the ledger says', entry: { state: 'succeeded' } })
    expect(never).toEqual({ ended: 'not yet' })
    expect(other).toEqual({ ended: 'conflict' })
  })
})

function aWorld() {
  const sweep = new SweepWorld()
  const finish = (submissions: ReturnType<typeof submissionsOf>): void => {
    const [done, , other] = submissions
    if (done === undefined || other === undefined) throw new Error('three were submitted')
    sweep.succeeded(done.request)
    sweep.succeeded({ requestId: 'other', storeHash: 'abc', type: 'deletePayment', paymentId: 1 })
  }
  return { clock: sweep.clock, world: sweep.world, finish }
}
