import { describe, expect, it } from '@jest/globals'
import { readRequestLines } from '../../../lib/cli/start/read-request-lines.js'

const context = { defaultStoreHash: 'luma7x2', runId: 'run-1' }
const read = (text: string | Uint8Array) =>
  readRequestLines(typeof text === 'string' ? Buffer.from(text) : text, context)
const only = (text: string) => {
  const [line] = read(text).lines
  if (line === undefined) throw new Error('no line was read')
  return line
}

describe('readRequestLines', () => {
  it('groups by store and payment, however the payment is written', () => {
    expect(only('{"paymentId":"117","operationCode":0}').groupId).toBe('luma7x2:117')
    expect(only('{"storeHash":"nordic4b","paymentId":117,"operationCode":0}').groupId).toBe('nordic4b:117')
  })

  it('groups a create by its externalId, else by its requestId', () => {
    const payment = {
      lineItems: [{ invoiceId: 1, amount: '1' }],
      currency: 'USD',
      details: {},
      customerId: '1',
    }
    const create = (extra: object) =>
      only(
        JSON.stringify({ requestId: 'r-1', type: 'createOfflinePayment', payment: { ...payment, ...extra } }),
      )
    expect(create({ externalId: 'CHQ-1' }).groupId).toBe('luma7x2:CHQ-1')
    expect(create({}).groupId).toBe('luma7x2:r-1')
    expect(create({ externalId: 'with a space' }).groupId).toMatch(/^luma7x2:[0-9a-f]{32}$/)
  })

  it('gives a line with a key of its own a new deduplication id in each run', () => {
    expect(only('{"requestId":"a","paymentId":1,"operationCode":0}')).toMatchObject({
      deduplicationId: 'run-1:1',
      key: 'luma7x2#a',
    })
  })

  it('knows a line without a key by its content, whatever the run', () => {
    const text = '{"paymentId":117,"operationCode":0}'
    const again = readRequestLines(Buffer.from(text), { ...context, runId: 'run-2' }).lines[0]
    expect(only(text).deduplicationId).toMatch(/^line-[0-9a-f]{32}$/)
    expect(again).toEqual(only(text))
  })

  it('tells equal content from other content under the same key', () => {
    const [number, text, other] = read(
      [
        '{"requestId":"a","paymentId":117,"operationCode":0}',
        '{"operationCode":0,"requestId":"a","paymentId":"117"}',
        '{"requestId":"a","paymentId":117,"operationCode":1}',
      ].join('\n'),
    ).lines
    expect(number?.content).toBe(text?.content)
    expect(other?.content).not.toBe(text?.content)
  })

  it('passes over empty lines and keeps the numbers of the file', () => {
    expect(
      read('\n  \n\r\n{"paymentId":1,"operationCode":0}\n\uFEFF\n').lines.map(line => line.number),
    ).toEqual([4])
  })

  it('leaves the bytes of a line alone, but for its ending', () => {
    expect(only('\uFEFF {"paymentId": 1,\t"operationCode": 0} \r\n').body).toBe(
      '\uFEFF {"paymentId": 1,\t"operationCode": 0} ',
    )
    expect(only('{"paymentId":1,"operationCode":0,"metadata":{"name":"Malmö 🙂"}}').body).toContain(
      'Malmö 🙂',
    )
  })

  it.each([
    'not json',
    '[1]',
    '"text"',
    '{"paymentId":"117; drop"}',
    '{"storeHash":"../x","paymentId":1}',
    'null',
  ])('sends what it cannot read under a group of its own: %s', text => {
    expect(only(`\n${text}`).groupId).toBe('unreadable:2')
  })

  it('groups a bad request by its payment where that can be read', () => {
    expect(only('{"paymentId":144,"operatonCode":0}').groupId).toBe('luma7x2:144')
  })

  it('sends a line of 300 KiB and reports one of more than 1 MiB', () => {
    expect(read('x'.repeat(300 * 1024)).lines).toHaveLength(1)
    expect(read('x'.repeat(1024 * 1024)).unsendable).toEqual([])
    expect(read(`a\n${'x'.repeat(1024 * 1024 + 1)}\nb`)).toMatchObject({
      lines: [{ number: 1 }, { number: 3 }],
      unsendable: [
        { number: 2, problem: 'has 1048577 bytes; a queue message holds at most 1048576 (1 MiB)' },
      ],
    })
  })

  it('reports what a queue message cannot hold', () => {
    expect(read('{"a":"\u0000"}').unsendable).toEqual([
      { number: 1, problem: 'has a control character that a queue message cannot hold' },
    ])
    expect(read('\uFFFF').unsendable).toHaveLength(1)
    expect(read(Uint8Array.of(0x7b, 0xff, 0x7d)).unsendable).toEqual([
      { number: 1, problem: 'is not UTF-8 text' },
    ])
  })

  it('reads nothing out of an empty file', () => {
    expect(read('')).toEqual({ lines: [], unsendable: [] })
  })
})
