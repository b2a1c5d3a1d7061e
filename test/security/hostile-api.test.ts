import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { systemClock } from '../../lib/adapters/system.js'
import { aRecord } from '../functions/a-deployment.js'
import { endAll } from '../support/endings.js'
import { answerJson, startHttpServer } from '../support/http-server.js'
import { aCreate } from '../support/requests.js'
import { catchError, expectNoSentinel, sentinelToken } from '../support/sentinel.js'
import { expectMemoryBelow, type HostileWorld, startHostileWorld } from './a-hostile-world.js'

// An API that means harm, or something that took its place, against the built performOperations with Lambda's memory in mind.

let world: HostileWorld

beforeAll(async () => {
  world = await startHostileWorld()
})
afterEach(() => expectNoSentinel(world.events))
afterAll(endAll)

const apply = (paymentId: number) =>
  aRecord(`m-${paymentId}`, JSON.stringify({ requestId: `r-${paymentId}`, paymentId, operationCode: 0 }))
const aCreateRecord = (requestId: string) => {
  const { storeHash: _, ...create } = aCreate({ requestId }, { externalId: requestId })
  return aRecord(requestId, JSON.stringify(create))
}
const returned = (paymentId: number) => ({
  kind: 'response',
  result: { batchItemFailures: [{ itemIdentifier: `m-${paymentId}` }] },
})

const chunk = Buffer.alloc(256 * 1024, '[')
const gibibyte = 1024 ** 3

function pour(response: ServerResponse, chunks: Buffer): void {
  while (!response.destroyed)
    if (!response.write(chunks)) return void response.once('drain', () => pour(response, chunks))
}

async function drip(response: ServerResponse): Promise<void> {
  while (!response.destroyed) {
    response.write(' ')
    await systemClock.sleep(50)
  }
}

/** 64 KiB on the wire that are 64 MiB unpacked, again and again: gzip allows members in a row. */
const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '), { level: 9 })

const bodies: [string, number, (response: ServerResponse) => void][] = [
  [
    'of one gibibyte, which it announces',
    120,
    response => {
      response.writeHead(200, { 'content-length': gibibyte })
      pour(response, chunk)
    },
  ],
  [
    'without an end',
    121,
    response => {
      response.writeHead(200, { 'content-type': 'application/json' })
      pour(response, chunk)
    },
  ],
  [
    'that unpacks to gibibytes',
    122,
    response => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'application/json' })
      for (let member = 0; member < 32; member += 1) response.write(bomb)
      response.end()
    },
  ],
  [
    'nested a million deep',
    123,
    response => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(`{"code":200,"data":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)},"meta":{}}`)
    },
  ],
  [
    'that drips, a byte now and then',
    124,
    response => {
      response.writeHead(200, { 'content-type': 'application/json' })
      void drip(response)
    },
  ],
]

describe('an API that answers with a body', () => {
  it.each(bodies)(
    '%s costs one request its answer, and neither memory nor time',
    async (_, paymentId, answer) => {
      const server = await startHttpServer(answer)
      const container = await world.start('performOperations', { B2B_API_BASE_URL: server.url })
      expect(await container.invoke({ Records: [apply(paymentId)] }, 9_000)).toEqual(returned(paymentId))
      expect(server.received.map(({ method }) => method)).toContain('POST')
      expectMemoryBelow(container, 300)
      // It is as good as new: nothing of that body is kept.
      expect(await container.invoke({ Records: [] }, 9_000)).toMatchObject({ kind: 'response' })
    },
  )
})

describe('an API that answers ten looks at once', () => {
  it.each([
    ['millions of nothings', `[${'{},'.repeat(2_600_000)}{}]`],
    ['as many names as are read', `[{${Array.from({ length: 499_000 }, (_, at) => `"n${at}":0`).join()}}]`],
  ])('with lists of %s costs none of them their container', async (_, list) => {
    const body = Buffer.from(`{"code":200,"data":${list},"meta":{}}`)
    const server = await startHttpServer((response, { method }) => {
      if (method === 'POST') return answerJson(response, 409, { code: 409, data: {}, meta: {} })
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(body)
    })
    const container = await world.start('performOperations', { B2B_API_BASE_URL: server.url })
    const creates = Array.from({ length: 10 }, (_, at) => aCreateRecord(`create-${at}-${list.length}`))
    expect(await container.invoke({ Records: creates }, 8_500)).toMatchObject({ kind: 'response' })
    const looks = server.received.filter(({ method }) => method === 'GET')
    expect(looks.length).toBeGreaterThan(1)
    expectMemoryBelow(container, 480)
  })
})

describe('an API that sends the client elsewhere', () => {
  it('does not make it go there: the token reaches nobody else, and nothing is done', async () => {
    const elsewhere = await startHttpServer(response => answerJson(response, 200, {}))
    const server = await startHttpServer(response =>
      answerJson(
        response,
        307,
        {},
        { location: `${elsewhere.url}/steal`, refresh: `0;url=${elsewhere.url}` },
      ),
    )
    const container = await world.start('performOperations', { B2B_API_BASE_URL: server.url })
    const all = { kind: 'response', result: { batchItemFailures: [] } }
    expect(await container.invoke({ Records: [apply(130)] }, 30_000)).toEqual(all)
    expect(server.received.length).toBeGreaterThan(0)
    expect(elsewhere.connections()).toBe(0)
    const { letters } = await world.seen()
    expect(letters).toMatchObject([{ MessageAttributes: { errorCode: { StringValue: 'REJECTED_BY_API' } } }])
  })
})

describe('an address of the API', () => {
  const refused = [
    'http://api-b2b.bigcommerce.com/api',
    'http://127.0.0.1.evil.example',
    'http://localhost.evil.example',
    'http://127.0.0.1@evil.example/',
    'http://evil.example#127.0.0.1',
    'http://evil.example\\@127.0.0.1',
    'http://[::ffff:203.0.113.7]/',
    'http://0.0.0.0/',
    'ftp://127.0.0.1/',
    'file:///etc/passwd',
    'javascript:0',
    `https://user:${encodeURIComponent(sentinelToken)}@api.example/`,
    `https://api.example/?token=${encodeURIComponent(sentinelToken)}`,
  ]

  it.each(refused)('that is %s stops the cold start, and is not repeated', async B2B_API_BASE_URL => {
    const { parseConfig } = await import('../../lib/config.js')
    const env = {
      B2B_API_BASE_URL,
      AWS_REGION: 'us-east-1',
      OPERATIONS_QUEUE_URL: 'http://127.0.0.1:1/o.fifo',
      DEAD_LETTER_QUEUE_URL: 'http://127.0.0.1:1/d.fifo',
      LEDGER_TABLE_NAME: 'payops-trial-ledger',
      EVENT_BUS_NAME: 'payops-trial',
    }
    const error = await catchError(() => parseConfig(env))
    expect(String(error)).toContain('B2B_API_BASE_URL must be an https URL')
    expect(String(error)).not.toContain(B2B_API_BASE_URL)
    expectNoSentinel(error)
  })
})
