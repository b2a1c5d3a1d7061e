import { describe, expect, it } from '@jest/globals'
import type { WebhookCall } from '../../lib/core/webhook/read-call.js'
import { urlHandler } from '../../lib/edge/url-handler.js'
import { createRecordedMetrics } from '../support/recorded-metrics.js'
import { catchError } from '../support/sentinel.js'
import { toUrlEvent } from '../support/signed-call.js'
import { aContext } from './a-context.js'

function aHandler(receive: (call: WebhookCall) => Promise<number> = async () => 200) {
  const metrics = createRecordedMetrics()
  const calls: WebhookCall[] = []
  const handler = urlHandler(metrics, call => {
    calls.push(call)
    metrics.add('WebhooksStored')
    return receive(call)
  })
  return { handler, metrics, calls }
}

const call = { headers: { 'webhook-id': 'msg_1' }, body: '{"note":"Łódź"}' }

describe('urlHandler', () => {
  it.each([true, false])('hands the body over byte for byte, base64 %s', async base64 => {
    const { handler, calls } = aHandler()
    await handler(toUrlEvent(call, { base64 }), aContext())
    expect(calls).toMatchObject([{ method: 'POST', headers: { 'webhook-id': 'msg_1' } }])
    expect(Buffer.from(calls[0]?.body ?? []).toString()).toBe(call.body)
  })

  it('hands bytes over that are no text', async () => {
    const { handler, calls } = aHandler()
    const event = {
      ...toUrlEvent(call),
      isBase64Encoded: true,
      body: Buffer.from([0xff, 0xfe, 0]).toString('base64'),
    }
    await handler(event, aContext())
    expect([...(calls[0]?.body ?? [])]).toEqual([0xff, 0xfe, 0])
  })

  it('takes a call without a body for one with an empty one', async () => {
    const { handler, calls } = aHandler()
    const { body: _, ...event } = toUrlEvent(call, { method: 'GET' })
    await handler(event, aContext())
    expect(calls).toMatchObject([{ method: 'GET' }])
    expect(calls[0]?.body).toHaveLength(0)
  })

  it('answers with the status and nothing else, for nobody to keep', async () => {
    const { handler, metrics } = aHandler(async () => 413)
    const answer = await handler(toUrlEvent(call), aContext())
    expect(answer).toEqual({ statusCode: 413, headers: { 'cache-control': 'no-store' }, body: '' })
    expect(metrics.flushed).toEqual([[['WebhooksStored', 1]]])
  })

  it('counts a bug, and throws it on', async () => {
    const { handler, metrics } = aHandler(async () => {
      throw new TypeError('x is not a function')
    })
    expect(await catchError(() => handler(toUrlEvent(call), aContext()))).toBeInstanceOf(TypeError)
    expect(metrics.flushed).toEqual([
      [
        ['WebhooksStored', 1],
        ['Bugs', 1],
      ],
    ])
  })
})
