import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { aBusEvent } from '../support/bus-event.js'
import { endAll } from '../support/endings.js'
import { catchError, expectNoSentinel } from '../support/sentinel.js'
import { type Deployment, startDeployment } from './a-deployment.js'

let deployment: Deployment

beforeAll(async () => {
  deployment = await startDeployment()
})

afterAll(async () => {
  const { lines, events, deadLetters } = deployment
  expectNoSentinel(lines, events, await deadLetters())
  await endAll()
})

const accept = (id: string, detail: unknown): Promise<unknown> =>
  deployment.stack.invoke('acceptOperation', aBusEvent(id, detail))

describe('the built acceptOperation', () => {
  it('puts a valid request on the queue, where it is carried out under the id of its event', async () => {
    await accept('e-117', { paymentId: 117, operationCode: 0 })
    const { detail } = await deployment.event(({ requestId }) => requestId === 'e-117')
    expect(detail).toMatchObject({ status: 'succeeded', effect: 'performed', paymentId: 117 })
    expect(deployment.sandbox.effects()).toMatchObject([{ paymentId: 117, operationCode: 0 }])
  })

  it('carries out once what EventBridge delivers twice', async () => {
    await accept('e-120', { paymentId: 120, operationCode: 0 })
    await accept('e-120', { paymentId: 120, operationCode: 0 })
    await deployment.event(({ requestId }) => requestId === 'e-120')
    // Behind it on the same payment: once this one is through, a second one would have been, too.
    await accept('e-120-revert', { paymentId: 120, operationCode: 1 })
    await deployment.event(({ requestId }) => requestId === 'e-120-revert')
    const codes = deployment.sandbox
      .effects()
      .filter(({ paymentId }) => paymentId === 120)
      .map(({ operationCode }) => operationCode)
    expect(codes).toEqual([0, 1])
  })

  it('sends a poison request to the dead-letter queue, and tells its outcome', async () => {
    await accept('e-poison', { paymentId: 121, operationCode: 9 })
    const { detail, 'detail-type': type } = await deployment.event(
      ({ requestId }) => requestId === 'e-poison',
    )
    expect(type).toBe('Payment Operation Failed')
    expect(detail).toMatchObject({
      status: 'failed',
      effect: 'none',
      attempts: 0,
      error: { code: 'INVALID_REQUEST', message: expect.stringContaining('operationCode') },
    })
    const [letter, ...more] = await deployment.deadLetters()
    expect(more).toEqual([])
    expect(letter).toMatchObject({
      Body: '{"paymentId":121,"operationCode":9}',
      MessageAttributes: {
        errorCode: { StringValue: 'INVALID_REQUEST' },
        source: { StringValue: 'eventbridge' },
        requestId: { StringValue: 'e-poison' },
      },
    })
  })

  it('refuses an empty event', async () => {
    const error = await catchError(() => deployment.stack.invoke('acceptOperation', {}))
    expect(String(error)).toContain('this function takes EventBridge events')
  })
})
