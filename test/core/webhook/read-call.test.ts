import { describe, expect, it } from '@jest/globals'
import { readCall } from '../../../lib/core/webhook/read-call.js'

const nowMs = 1_795_334_400_999
const body = '{"producer":"stores/luma7x2","scope":"store/order/statusUpdated"}'
const headers = {
  'webhook-id': 'msg_1',
  'webhook-timestamp': '1795334400',
  'webhook-signature': 'v1,x',
}
const read = (change: Record<string, string> = {}, text: string | Uint8Array = body, method = 'POST') =>
  readCall(
    {
      method,
      headers: { ...headers, ...change },
      body: typeof text === 'string' ? Buffer.from(text) : text,
    },
    nowMs,
  )

describe('readCall', () => {
  it('reads what a store says of itself', () => {
    expect(read({ 'X-Payops-Webhook': 'shared' })).toEqual({
      id: 'msg_1',
      timestamp: '1795334400',
      signature: 'v1,x',
      sharedValue: 'shared',
      body,
      content: { producer: 'stores/luma7x2', scope: 'store/order/statusUpdated' },
      storeHash: 'luma7x2',
    })
  })

  it('reads headers however their names are spelt', () => {
    const spelt = { 'Webhook-Id': 'a', 'WEBHOOK-TIMESTAMP': '1795334400', 'webhook-Signature': 'v1,x' }
    const call = { method: 'POST', headers: spelt, body: Buffer.from(body) }
    expect(readCall(call, nowMs)).toMatchObject({ id: 'a', timestamp: '1795334400' })
  })

  it.each(['1795334700', '1795334100'])('takes a timestamp of 300 seconds away: %s', timestamp => {
    expect(read({ 'webhook-timestamp': timestamp })).toMatchObject({ timestamp })
  })

  it.each([
    '1795334701',
    '1795334099',
    '1795334400s',
    '+1795334400',
    '01795334400',
    '1795334400.0',
    '1.7953344e9',
    '0x6B0313C0',
    '1795334400 ',
    '1795334400,1795334400',
    '１７９５３３４４００',
    '-1795334400',
    'NaN',
    '',
    '9'.repeat(400),
  ])('refuses the timestamp "%s"', timestamp => {
    expect(read({ 'webhook-timestamp': timestamp })).toBeUndefined()
  })

  it.each(['', 'a b', 'a\n', 'é', 'x'.repeat(257)])('refuses the id "%s"', id => {
    expect(read({ 'webhook-id': id })).toBeUndefined()
  })

  it.each(['', 'v1,'.padEnd(4097, 'x')])('refuses a signature that is empty or too long: "%s"', signature => {
    expect(read({ 'webhook-signature': signature })).toBeUndefined()
  })

  it.each(Object.keys(headers))('refuses a call without the header %s', name => {
    const some = Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name))
    expect(readCall({ method: 'POST', headers: some, body: Buffer.from(body) }, nowMs)).toBeUndefined()
  })

  it('refuses a header that is there twice, spelt in two ways', () => {
    expect(read({ 'Webhook-Id': 'msg_1' })).toBeUndefined()
  })

  it.each(['GET', 'PUT', 'post', ''])('refuses the method "%s"', method => {
    expect(read({}, body, method)).toBeUndefined()
  })

  it.each([
    '',
    'null',
    '[]',
    '"stores/luma7x2"',
    '{}',
    `${body}x`,
    `\uFEFF${body}`,
    '{"producer":"stores/"}',
    '{"producer":"stores/LUMA"}',
    '{"producer":"stores/luma7x2/"}',
    '{"producer":"stores/luma7x2\\n"}',
    '{"producer":"stores/../x"}',
    '{"producer":"STORES/luma7x2"}',
    '{"producer":"luma7x2"}',
    '{"producer":["stores/luma7x2"]}',
    `{"producer":"stores/${'x'.repeat(33)}"}`,
    `${'['.repeat(60_000)}`,
  ])('refuses the body %s', text => {
    expect(read({}, text)).toBeUndefined()
  })

  it('refuses bytes that are no UTF-8, wherever they stand', () => {
    const broken = Buffer.concat([Buffer.from(body.slice(0, -1)), Buffer.from([0xff]), Buffer.from('}')])
    expect(read({}, broken)).toBeUndefined()
    expect(read({}, Buffer.from('{"producer":"stores/luma7x2","a":"\xff"}', 'latin1'))).toBeUndefined()
  })
})
