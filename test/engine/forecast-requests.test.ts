import { describe, expect, it } from '@jest/globals'
import { toUnknown } from '../../lib/core/ledger-entry.js'
import { readSubmission } from '../../lib/core/read-submission.js'
import type { OperationRequest } from '../../lib/core/request.js'
import { forecastRequests } from '../../lib/engine/forecast-requests.js'
import { perform, SweepWorld } from '../support/sweep-world.js'

const create = (requestId: string): OperationRequest => ({
  requestId,
  storeHash: 'abc',
  type: 'createOfflinePayment',
  payment: {
    lineItems: [{ invoiceId: 13, amount: '20.00' }],
    currency: 'USD',
    details: {},
    customerId: '113',
    externalId: 'PO-1',
  },
})

async function foresee(
  sweep: SweepWorld,
  requests: OperationRequest[],
): Promise<{ said: string; why: string }[]> {
  const text = requests.map(request => JSON.stringify(request)).join('\n')
  const { submissions } = readSubmission(text, { newKey: () => 'unused' })
  const told: { said: string; why: string }[] = []
  const reading = async (): Promise<void> => {
    for await (const { submission, forecast } of forecastRequests(sweep.deps, submissions))
      told.push({ said: `${submission.request.requestId} ${forecast.verdict}`, why: forecast.why })
  }
  await sweep.clock.run(reading())
  return told
}

describe('forecastRequests', () => {
  it('warns of a create that another request has made already under the same externalId', async () => {
    const sweep = new SweepWorld()
    sweep.store.add(9001, { externalId: 'PO-1' })
    sweep.succeeded(create('first'), 600_000, 9001)
    expect(await foresee(sweep, [create('second')])).toMatchObject([{ said: 'second wouldDuplicate' }])
  })

  it('says nothing of a request behind one that is still under way on its payment', async () => {
    const sweep = new SweepWorld()
    sweep.store.add(15, { appliedStatus: 0, allowedOperations: [0] })
    sweep.put({ ...sweep.entry(perform('under-way', 15)), state: 'waiting', attempts: 0 })
    const asked = [perform('under-way', 15), perform('revert', 15, 1)]
    expect(await foresee(sweep, asked)).toMatchObject([
      { said: 'under-way underWay' },
      { said: 'revert cannotTell' },
    ])
  })

  it.each([
    [5, 'it would wait for its end'],
    [7, 'it would fail as BLOCKED_BY_DOUBT'],
  ])('says of a doubt that nobody has settled for %i hours: %s', async (hours, what) => {
    const sweep = new SweepWorld()
    const since = sweep.ago(hours * 3_600_000)
    sweep.put(toUnknown(sweep.entry(perform('lost', 15), hours * 3_600_000), since, since))
    sweep.world.ledger.holders.set('abc#payment:15', new Set(['lost']))
    const [told] = await foresee(sweep, [perform('next', 15)])
    expect(told).toMatchObject({ said: 'next heldByDoubt', why: expect.stringContaining(what) })
  })
})
