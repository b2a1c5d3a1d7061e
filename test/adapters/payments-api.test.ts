import { afterEach, describe, expect, it } from '@jest/globals'
import { endAll } from '../support/endings.js'
import { answerJson, startHttpServer } from '../support/http-server.js'
import { createLeapingClock } from '../support/leaping-clock.js'
import { sentinelToken } from '../support/sentinel.js'
import { anAccess, anApi, apply, deletion, detail, status, success } from './payments-api-setup.js'

afterEach(endAll)

/** An API that answers every call with the same. */
const anApiThatSays = async (httpStatus: number, body: unknown, headers: Record<string, string> = {}) => {
  const server = await startHttpServer(response => answerJson(response, httpStatus, body, headers))
  return { server, call: anApi(server.url) }
}

describe('createPaymentsApi', () => {
  it('makes the call as it is described: method, path below the base URL, JSON body', async () => {
    const server = await startHttpServer(response => answerJson(response, 200, success))
    const call = anApi(`${server.url}/api/v3/io/ip`)
    expect(await call(apply)).toMatchObject({
      certainty: 'executed',
      meaning: 'success',
      content: { id: 117 },
    })
    expect(server.received).toMatchObject([
      {
        method: 'POST',
        url: '/api/v3/io/ip/payments/117/operations',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: '{"operationCode":0}',
      },
    ])
  })

  it('sends no body where a call has none', async () => {
    const { server, call } = await anApiThatSays(200, success)
    await call(deletion)
    await call(detail)
    expect(
      server.received.map(({ method, body, headers }) => [method, body, headers['content-type']]),
    ).toEqual([
      ['DELETE', '', undefined],
      ['GET', '', undefined],
    ])
  })

  it('asks for no compressed body', async () => {
    const { server, call } = await anApiThatSays(200, success)
    await call(detail)
    expect(server.received[0]?.headers['accept-encoding']).toBeUndefined()
  })

  describe('credentials', () => {
    it('sends an access token with its store hash, and no old token beside it', async () => {
      const { server, call } = await anApiThatSays(200, success)
      await call(detail, { access: anAccess({ scheme: 'accessToken' }) })
      expect(server.received[0]?.headers).toMatchObject({
        'x-auth-token': sentinelToken,
        'x-store-hash': 'luma7x2',
      })
      expect(server.received[0]?.headers).not.toHaveProperty('authtoken')
      expect(server.received[0]?.headers).not.toHaveProperty('authorization')
    })

    it('sends an old token alone, without a store hash', async () => {
      const { server, call } = await anApiThatSays(200, success)
      await call(detail, { access: anAccess({ scheme: 'authToken' }) })
      expect(server.received[0]?.headers).toMatchObject({ authtoken: sentinelToken })
      expect(server.received[0]?.headers).not.toHaveProperty('x-auth-token')
      expect(server.received[0]?.headers).not.toHaveProperty('x-store-hash')
    })

    it('never mixes two stores on one kept-alive socket', async () => {
      const { server, call } = await anApiThatSays(200, success)
      await call(detail, { access: anAccess({ storeHash: 'nordic4b', scheme: 'authToken' }) })
      await call(detail, { access: anAccess() })
      expect(server.connections()).toBe(1)
      expect(server.received[1]?.headers).toMatchObject({ 'x-store-hash': 'luma7x2' })
      expect(server.received[1]?.headers).not.toHaveProperty('authtoken')
    })
  })

  describe('a token that the API echoes', () => {
    it('is taken out of a refusal, however its JSON spells it', async () => {
      const spelt = [
        sentinelToken,
        sentinelToken.replace('7f3a', '\\u0037f3a'),
        sentinelToken.replaceAll('/', '\\/'),
      ]
      for (const spelling of spelt) {
        const quoted = spelling.replace('"', '\\"').replace('\\e1', '\\\\e1')
        const server = await startHttpServer(response => {
          response.writeHead(422, { 'content-type': 'application/json' })
          response.end(`{"code":422,"data":{"errMsg":"token ${quoted} is bad"},"meta":{}}`)
        })
        const answer = await anApi(server.url)(apply)
        expect(answer).toMatchObject({ meaning: 'rejected', message: 'token [token] is bad' })
      }
    })

    it('is taken out of a success', async () => {
      const data = {
        ...success.data,
        payerName: `<${sentinelToken}>`,
        lineItems: [{ invoiceId: 141, amount: { value: sentinelToken } }],
      }
      const { call } = await anApiThatSays(200, { ...success, data })
      expect((await call(detail)).content).toMatchObject({
        payerName: '<[token]>',
        lineItems: [{ invoiceId: 141, amount: '[token]' }],
      })
    })

    it('is passed over as the name of a field', async () => {
      const data = { ...success.data, [sentinelToken]: 1, details: { [sentinelToken]: 1 } }
      const { call } = await anApiThatSays(200, { ...success, data })
      expect(await call(detail)).toMatchObject({ meaning: 'success', content: { id: 117 } })
    })

    it('is taken out of the reasons of a refusal, whichever field they name', async () => {
      const { call } = await anApiThatSays(422, { code: 422, data: { [sentinelToken]: ['is required'] } })
      expect((await call(apply)).message).toBe('[token]: is required')
    })

    it('is taken out of a request id before that is cut to its length', async () => {
      const { call } = await anApiThatSays(200, success, { 'X-Request-Id': 'x'.repeat(110) + sentinelToken })
      expect((await call(detail)).apiRequestId).toBe(`${'x'.repeat(110)}[token]`)
    })

    it('is taken out of a message before that is cut to its length', async () => {
      const { call } = await anApiThatSays(400, {
        code: 400,
        data: { errMsg: `${'x'.repeat(1010)}${sentinelToken}${'x'.repeat(100)}` },
      })
      expect((await call(apply)).message).toMatch(/^x{1010}\[token\]/)
    })

    it('never shows in an HTML page or an empty body', async () => {
      const server = await startHttpServer(response => {
        response.writeHead(500, sentinelToken.replaceAll(/[^a-z0-9]/g, ' '), { 'trace-id': sentinelToken })
        response.end(`<html>${sentinelToken}</html>`)
      })
      expect(await anApi(server.url)(apply)).toMatchObject({ certainty: 'unknown', apiRequestId: '[token]' })
    })
  })

  it('bounds what the API says to 1 KiB, so that it can be kept with the request', async () => {
    const { call } = await anApiThatSays(400, { code: 400, data: { errMsg: '€'.repeat(100_000) } })
    expect(Buffer.byteLength((await call(apply)).message)).toBeLessThanOrEqual(1024)
  })

  it('reads a success whose body is nested without end', async () => {
    const server = await startHttpServer(response => {
      response.end(`{"code":200,"data":{"id":117,"x":${'['.repeat(500_000)}${']'.repeat(500_000)}}}`)
    })
    expect(await anApi(server.url)(apply)).toMatchObject({ certainty: 'executed', content: { id: 117 } })
  })

  describe('headers', () => {
    it("reads the server's clock with the moment at which it was read", async () => {
      const server = await startHttpServer(response =>
        answerJson(response, 200, success, { Date: 'Sun, 22 Nov 2026 07:59:58 GMT' }),
      )
      const answer = await anApi(server.url, createLeapingClock(Date.parse('2026-11-22T08:00:00Z')))(detail)
      expect(answer.serverDate).toEqual({ date: 1_795_334_398_000, readAt: 1_795_334_400_000 })
    })

    it('reads the quota of B2B Edition', async () => {
      const { call } = await anApiThatSays(200, success, {
        'X-Requests-Allocated': '150 times/60 s',
        'X-Requests-Remaining': '147 times',
        'X-Requests-Window-Length': '0 times',
        'X-Request-Window-Resets-After': '0.3973509933774834 s',
      })
      expect((await call(detail)).quota).toEqual({ limit: 150, remaining: 147, resetsInMs: 398 })
    })

    it('reads the quota of the wider platform', async () => {
      const { call } = await anApiThatSays(200, success, {
        'X-Rate-Limit-Requests-Left': '35',
        'X-Rate-Limit-Time-Reset-Ms': '3000',
        'X-Rate-Limit-Requests-Quota': '150',
        'X-Rate-Limit-Time-Window-Ms': '30000',
      })
      expect((await call(detail)).quota).toEqual({ limit: 150, remaining: 35, resetsInMs: 3000 })
    })

    it('reads how long a throttled call has to wait', async () => {
      const { call } = await anApiThatSays(429, { code: 429 }, { 'Retry-After': '7' })
      expect(await call(apply)).toMatchObject({
        certainty: 'notExecuted',
        meaning: 'throttled',
        waitMs: 7000,
      })
    })

    it.each([
      [{ 'X-Request-Id': 'r-1', 'Trace-Id': 't-1' }, 'r-1'],
      [{ 'Trace-Id': 't-1' }, 't-1'],
      [{}, undefined],
    ])('keeps the id that support asks for: %j', async (headers, expected) => {
      const { call } = await anApiThatSays(200, success, headers)
      expect((await call(detail)).apiRequestId).toBe(expected)
    })

    it('takes the first of a header that came twice', async () => {
      const server = await startHttpServer(response => {
        response.setHeader('Retry-After', ['3', '9'])
        answerJson(response, 429, { code: 429 })
      })
      expect(await anApi(server.url)(apply)).toMatchObject({ waitMs: 3000 })
    })
  })

  describe('redirects', () => {
    it.each([301, 302, 303, 307, 308])('never follows a %i: its target sees nothing', async redirect => {
      const target = await startHttpServer(response => answerJson(response, 200, success))
      const server = await startHttpServer(response =>
        answerJson(response, redirect, {}, { Location: `${target.url}/payments/117` }),
      )
      const call = anApi(server.url)
      for (const request of [apply, status, deletion, detail]) {
        expect(await call(request)).toMatchObject({
          certainty: 'notExecuted',
          meaning: 'rejected',
          httpStatus: redirect,
        })
      }
      expect(server.received).toHaveLength(4)
      expect(target.connections()).toBe(0)
    })
  })

  describe('kept-alive sockets', () => {
    it('reuses a socket that was used a moment ago', async () => {
      const clock = createLeapingClock()
      const server = await startHttpServer(response => answerJson(response, 200, success))
      const call = anApi(server.url, clock)
      await call(apply)
      clock.advance(2_000)
      await call(apply)
      expect(server.connections()).toBe(1)
    })

    it('opens a fresh one after a freeze in which the server closed the idle ones', async () => {
      const clock = createLeapingClock()
      const server = await startHttpServer(response => answerJson(response, 200, success))
      const call = anApi(server.url, clock)
      await call(apply)
      clock.advance(2_001)
      server.closeIdleSockets()
      expect(await call(apply)).toMatchObject({ certainty: 'executed' })
      expect(server.connections()).toBe(2)
    })

    it('leaves a call that is under way its socket when another one begins after the limit', async () => {
      const clock = createLeapingClock()
      let answerFirst: () => void = () => undefined
      const isThere = new Promise<void>(arrived => {
        answerFirst = arrived
      })
      const held: (() => void)[] = []
      const server = await startHttpServer((response, { method }) => {
        if (method !== 'POST') return answerJson(response, 200, success)
        held.push(() => answerJson(response, 200, success))
        answerFirst()
      })
      const call = anApi(server.url, clock)
      const slow = call(apply)
      await isThere
      clock.advance(10_000)
      expect(await call(detail)).toMatchObject({ certainty: 'executed' })
      for (const answer of held) answer()
      expect(await slow).toMatchObject({ certainty: 'executed' })
    })
  })
})
