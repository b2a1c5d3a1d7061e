import type { MiddlewareObj } from '@middy/core'
import type { Context } from 'aws-lambda'
import { GroundError } from '../core/errors.js'
import type { Metrics } from '../engine/ports.js'

/** Writes what an invocation counted, however it ends; what it throws counts as well. Lambda's time-out alone leaves no time for it. */
export const meter = (metrics: Metrics): MiddlewareObj<unknown, unknown, Error, Context> => ({
  after: () => metrics.flush(),
  onError: ({ error }) => {
    metrics.add(error instanceof GroundError ? 'GroundFailures' : 'Bugs')
    metrics.flush()
  },
})
