import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { endAll } from '../support/endings.js'
import { catchError, expectNoSentinel } from '../support/sentinel.js'
import { aRecord, type Deployment, startDeployment } from './a-deployment.js'

let deployment: Deployment

beforeAll(async () => {
  deployment = await startDeployment()
})

afterAll(async () => {
  const { lines, events, deadLetters } = deployment
  expectNoSentinel(lines, events, await deadLetters())
  await endAll()
})

const perform = (...Records: ReturnType<typeof aRecord>[]): Promise<unknown> =>
  deployment.stack.invoke('performOperations', { Records })
const effectsOn = (paymentId: number) =>
  deployment.sandbox.effects().filter(effect => effect.paymentId === paymentId)

describe('the built performOperations', () => {
  it('carries out a valid request, tells its outcome and lets the message go', async () => {
    const body = '{"requestId":"r-117","paymentId":117,"operationCode":0,"metadata":{"order":"A-1"}}'
    expect(await perform(aRecord('m-117', body))).toEqual({ batchItemFailures: [] })
    expect(effectsOn(117)).toMatchObject([{ type: 'performOperation', operationCode: 0, changed: true }])
    const {
      source,
      'detail-type': type,
      detail,
    } = await deployment.event(({ paymentId }) => paymentId === 117)
    expect({ source, type }).toEqual({ source: 'payops', type: 'Payment Operation Succeeded' })
    expect(detail).toMatchObject({
      requestId: 'r-117',
      storeHash: 'luma7x2',
      status: 'succeeded',
      effect: 'performed',
      attempts: 1,
      requestedAt: '2026-11-22T08:00:00.000Z',
      metadata: { order: 'A-1' },
    })
  })

  it('carries out once what is delivered again, and what is twice in one batch', async () => {
    const record = aRecord('m-120', '{"requestId":"r-120","paymentId":120,"operationCode":0}', 'luma7x2:120')
    expect(await perform(record, { ...record, messageId: 'm-120-again' })).toEqual({ batchItemFailures: [] })
    expect(await perform(record)).toEqual({ batchItemFailures: [] })
    expect(effectsOn(120)).toHaveLength(1)
  })

  it('sends a poison message to the dead-letter queue, byte for byte, and carries out its neighbour', async () => {
    const poison = '\uFEFF{"paymentId":121,"operatonCode":0}\r\n'
    const valid = '{"requestId":"r-130","paymentId":130,"operationCode":0}'
    expect(await perform(aRecord('m-poison', poison), aRecord('m-130', valid))).toEqual({
      batchItemFailures: [],
    })
    expect(effectsOn(121)).toEqual([])
    expect(effectsOn(130)).toHaveLength(1)
    const letter = (await deployment.deadLetters()).find(({ Body }) => Body === poison)
    expect(letter?.MessageAttributes).toMatchObject({
      errorCode: { StringValue: 'INVALID_REQUEST' },
      errorMessage: { StringValue: expect.stringContaining('operatonCode: unknown key') },
      source: { StringValue: 'sqs' },
      storeHash: { StringValue: 'luma7x2' },
    })
  })

  it('returns the message of a store that has no secret, and that one alone', async () => {
    const held = aRecord('m-140', '{"storeHash":"nordic4b","paymentId":140,"operationCode":0}')
    const free = aRecord('m-141', '{"requestId":"r-141","paymentId":141,"operationCode":0}')
    expect(await perform(held, free)).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-140' }] })
    expect(effectsOn(141)).toHaveLength(1)
  })

  it('takes an empty batch', async () => {
    expect(await perform()).toEqual({ batchItemFailures: [] })
  })

  it('refuses an event that is not of SQS', async () => {
    const error = await catchError(() => deployment.stack.invoke('performOperations', { detail: {} }))
    expect(String(error)).toContain('this function takes SQS events')
  })
})
