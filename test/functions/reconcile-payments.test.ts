import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { endAll } from '../support/endings.js'
import { expectNoSentinel } from '../support/sentinel.js'
import { aRecord, type Deployment, startDeployment } from './a-deployment.js'

let deployment: Deployment

beforeAll(async () => {
  deployment = await startDeployment()
})

afterAll(async () => {
  expectNoSentinel(deployment.lines, deployment.events)
  await endAll()
})

const tick = {
  version: '0',
  id: 't-1',
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  time: '2026-11-22T08:00:00Z',
  detail: {},
}
const reconcile = (event: unknown): Promise<unknown> => deployment.stack.invoke('reconcilePayments', event)

describe('the built reconcilePayments', () => {
  it.each([
    ['a tick of the schedule', tick],
    ['an empty event', {}],
  ])('makes one whole pass over an empty ledger on %s', async (_, event) => {
    expect(await reconcile(event)).toMatchObject({ seen: 0, leftBehind: 0, inDoubt: 0, complete: true })
  })

  it('counts a request that waits for its store, changes nothing, and says the same again', async () => {
    const body = '{"storeHash":"nordic4b","paymentId":140,"operationCode":0}'
    await deployment.stack.invoke('performOperations', { Records: [aRecord('m-140', body)] })
    const first = await reconcile(tick)
    expect(first).toMatchObject({ seen: 1, open: 1, complete: true })
    expect(await reconcile(tick)).toEqual(first)
    expect(deployment.sandbox.effects()).toEqual([])
  })
})
