import { describe, expect, it } from '@jest/globals'
import type { EventBridgeEvent } from 'aws-lambda'
import { Unavailable } from '../../lib/core/errors.js'
import { type BusEvent, eventHandler } from '../../lib/edge/event-handler.js'
import { createRecordedMetrics } from '../support/recorded-metrics.js'
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
  const handler = eventHandler(createRecordedMetrics(), async event => {
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
    const handler = eventHandler(createRecordedMetrics(), () => Promise.reject(new Unavailable('no queue')))
    expect(await catchError(() => handler(anEvent, aContext()))).toBeInstanceOf(Unavailable)
  })

  it.each<[string, unknown, string]>([
    ['an SQS event', { Records: [] }, 'id'],
    ['nothing', {}, 'id'],
    ['null', null, 'id'],
    ['text', 'event', 'id'],
    ['an event without an id', { ...anEvent, id: undefined }, 'id'],
    ['an event with an empty id', { ...anEvent, id: '' }, 'id'],
    ['an event whose id is no text', { ...anEvent, id: 7 }, 'id'],
    ['an event without a time', { ...anEvent, time: undefined }, 'time'],
    ['an event of no known time', { ...anEvent, time: 'yesterday' }, 'time'],
    ['an event without a detail', { ...anEvent, detail: undefined }, 'detail'],
  ])('refuses %s before anything is done, and says what it lacks', async (_, event, lacks) => {
    const { given, invoke } = aHandler()
    const error = await catchError(() => invoke(event as typeof anEvent))
    expect(error).toBeInstanceOf(TypeError)
    expect(String(error)).toMatch(new RegExp(`has no ${lacks}\\b.*this function takes EventBridge events`))
    expect(given).toEqual([])
  })
})
