import { describe, expect, it } from '@jest/globals'
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

async function foresee(sweep: SweepWorld, requests: OperationRequest[]): Promise<string[]> {
  const text = requests.map(request => JSON.stringify(request)).join('\n')
  const { submissions } = readSubmission(text, { newKey: () => 'unused' })
  const told: string[] = []
  const reading = async (): Promise<void> => {
    for await (const { submission, forecast } of forecastRequests(sweep.deps, submissions))
      told.push(`${submission.request.requestId} ${forecast.verdict}`)
  }
  await sweep.clock.run(reading())
  return told
}

describe('forecastRequests', () => {
  it('warns of a create that another request has made already under the same externalId', async () => {
    const sweep = new SweepWorld()
    sweep.store.add(9001, { externalId: 'PO-1' })
    sweep.succeeded(create('first'), 600_000, 9001)
    expect(await foresee(sweep, [create('second')])).toEqual(['second wouldDuplicate'])
  })

  it('says nothing of a request behind one that is still under way on its payment', async () => {
    const sweep = new SweepWorld()
    sweep.store.add(15, { appliedStatus: 0, allowedOperations: [0] })
    sweep.put({ ...sweep.entry(perform('under-way', 15)), state: 'waiting', attempts: 0 })
    const asked = [perform('under-way', 15), perform('revert', 15, 1)]
    expect(await foresee(sweep, asked)).toEqual(['under-way underWay', 'revert cannotTell'])
  })
})
