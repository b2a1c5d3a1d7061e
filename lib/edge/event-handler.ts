import middy from '@middy/core'
import type { Context, EventBridgeEvent } from 'aws-lambda'
import { asEpochMs, type EpochMs } from '../core/time.js'
import type { Metrics } from '../engine/ports.js'
import { meter } from './meter.js'

/** An event of the bus, as the engine takes it. */
export type BusEvent = { id: string; source: string; time: EpochMs; detail: unknown }

/** One EventBridge event. A throw is the right answer to a failure here: EventBridge delivers again, then to its own DLQ. */
export function eventHandler(metrics: Metrics, accept: (event: BusEvent) => Promise<void>) {
  const handle = (event: EventBridgeEvent<string, unknown>): Promise<void> =>
    accept({
      id: event.id,
      source: event.source,
      time: asEpochMs(Date.parse(event.time)),
      detail: event.detail,
    })
  return middy<EventBridgeEvent<string, unknown>, void, Error, Context>(handle, {
    timeoutEarlyInMillis: 0,
  })
    .use(meter(metrics))
    .use({
      before: ({ event }) => {
        const lacks = findLack(event)
        if (lacks !== undefined)
          throw new TypeError(`The event has ${lacks}: this function takes EventBridge events`)
      },
    })
}

/** AWS writes these into each event; without one of them it came from a wrong trigger, and no later delivery mends it. */
function findLack(event: unknown): string | undefined {
  const { id, time, detail }: Partial<Record<string, unknown>> = Object(event)
  if (typeof id !== 'string' || id === '') return 'no id that is text'
  if (typeof time !== 'string' || Number.isNaN(Date.parse(time))) return 'no time that can be read'
  return detail === undefined ? 'no detail' : undefined
}
