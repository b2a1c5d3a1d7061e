import { describe, expect, it } from '@jest/globals'
import type { EventBridgeEvent } from 'aws-lambda'
import { Unavailable } from '../../lib/core/errors.js'
import { type BusEvent, eventHandler } from '../../lib/edge/event-handler.js'
import { catchError } from '../support/sentinel.js'
import { aContext } from './a-context.js'

const anEvent: EventBridgeEvent<string, unknown> = {
  version: '0',
  id: 'e-1',
  'detail-type': 'Payment Operation Requested',
  source: 'erp',
  account: '000000000000',
  time: '2026-11-22T08:00:00Z',
  region: 'us-east-1',
  resources: [],
  detail: { paymentId: 117, operationCode: 0 },
}

function aHandler() {
  const given: BusEvent[] = []
  const handler = eventHandler(async event => {
    given.push(event)
  })
  return { given, invoke: (event: EventBridgeEvent<string, unknown>) => handler(event, aContext()) }
}

describe('eventHandler', () => {
  it('hands on an event with its id, its source, its time and its detail', async () => {
    const { given, invoke } = aHandler()
    await invoke(anEvent)
    expect(given).toEqual([
      {
        id: 'e-1',
        source: 'erp',
        time: 1_795_334_400_000,
        detail: { paymentId: 117, operationCode: 0 },
      },
    ])
  })

  it.each([[null], [[]], ['text'], [{}]])(
    'hands on the detail %j: whether it is valid is not for here',
    async detail => {
      const { given, invoke } = aHandler()
      await invoke({ ...anEvent, detail })
      expect(given[0]?.detail).toEqual(detail)
    },
  )

  it('fails the invocation where the event was not taken, so that it is delivered again', async () => {
    const handler = eventHandler(() => Promise.reject(new Unavailable('no queue')))
    expect(await catchError(() => handler(anEvent, aContext()))).toBeInstanceOf(Unavailable)
  })

  it.each([
    ['an SQS event', { Records: [] }],
    ['nothing', {}],
    ['an event without an id', { ...anEvent, id: undefined }],
  ])('refuses %s before anything is done', async (_, event) => {
    const { given, invoke } = aHandler()
    const foreign: unknown = event
    const error = await catchError(() => invoke(foreign as typeof anEvent))
    expect(String(error)).toContain('this function takes EventBridge events')
    expect(given).toEqual([])
  })
})
