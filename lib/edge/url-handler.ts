import middy from '@middy/core'
import type { Context, LambdaFunctionURLEvent, LambdaFunctionURLResult } from 'aws-lambda'
import type { WebhookCall } from '../core/webhook/read-call.js'
import type { Metrics } from '../engine/ports.js'
import { meter } from './meter.js'

/** A Lambda Function URL: one HTTP call in, its status out. The answer says nothing else, and nobody may keep it. */
export function urlHandler(metrics: Metrics, receive: (call: WebhookCall) => Promise<number>) {
  const handle = async (event: LambdaFunctionURLEvent): Promise<LambdaFunctionURLResult> => {
    const statusCode = await receive({
      method: event.requestContext.http.method,
      headers: readHeaders(event.headers),
      body: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
    })
    return { statusCode, headers: { 'cache-control': 'no-store' }, body: '' }
  }
  return middy<LambdaFunctionURLEvent, LambdaFunctionURLResult, Error, Context>(handle, {
    timeoutEarlyInMillis: 0,
  })
    .use(meter(metrics))
    .use({
      before: ({ event }) => {
        if (typeof event?.requestContext?.http?.method !== 'string')
          throw new TypeError('The event has no HTTP method: this function takes calls of its Function URL')
      },
    })
}

const readHeaders = (headers: LambdaFunctionURLEvent['headers'] | undefined): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers ?? {}).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
