import { expect, it } from '@jest/globals'
import { drainQueue } from '../../support/drain-queue.js'
import type { MotoDeployment } from './a-moto-deployment.js'

export function reconciliation(aws: () => MotoDeployment): void {
  it('finds its stores by the names of their secrets, goes through each, and tells the bus', async () => {
    const { url, queueUrls, reconcile } = aws()
    await drainQueue(url, queueUrls.told)
    const tick = { 'detail-type': 'Scheduled Event', source: 'aws.events', detail: {} }
    expect(await reconcile(tick)).toMatchObject({ stores: 2 })
    const told = (await drainQueue(url, queueUrls.told)).map(({ Body = '' }) => JSON.parse(Body) as unknown)
    expect(told).toMatchObject([{ 'detail-type': 'Reconciliation Completed', detail: { stores: 2 } }])
  })
}
