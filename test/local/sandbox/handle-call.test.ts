import { connect } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import { alphaHeaders, aSandbox, call, stopSandboxes } from './a-sandbox.js'

afterEach(stopSandboxes)

const json = { ...alphaHeaders, 'Content-Type': 'application/json' }
const path = '/payments/117/operations'

describe('handleCall', () => {
  it.each([
    ['GET', '/payment', 404],
    ['GET', '/payments/', 404],
    ['GET', '/payments/117;drop', 404],
    ['GET', '/payments/0x75', 404],
    ['GET', '/payments/117/refunds', 404],
    ['POST', '/payments', 405],
    ['GET', '/payments/offline', 405],
    ['PATCH', '/payments/117', 405],
    ['DELETE', path, 405],
  ])('answers %s %s with %i in the envelope', async (method, unknown, status) => {
    const sandbox = await aSandbox()
    expect(await call(sandbox, method, unknown)).toMatchObject({
      status,
      json: { code: status, data: { errMsg: expect.any(String) }, meta: { message: expect.any(String) } },
    })
  })

  it('answers 404 outside of its base path', async () => {
    const sandbox = await aSandbox()
    const { origin } = new URL(sandbox.url)
    expect((await fetch(`${origin}/payments/117`, { headers: alphaHeaders })).status).toBe(404)
  })

  it.each([
    ['no JSON', '{"operationCode":', 400],
    ['an empty body', '', 400],
    ['a list', '[0]', 422],
    ['null', 'null', 422],
  ])('refuses %s', async (_, body, status) => {
    const sandbox = await aSandbox()
    const seen = await fetch(sandbox.url + path, { method: 'POST', body, headers: json })
    expect(await seen.json()).toMatchObject({ code: status })
    expect(sandbox.effects()).toEqual([])
  })

  it('refuses another media type with 415', async () => {
    const sandbox = await aSandbox()
    const headers = { ...alphaHeaders, 'Content-Type': 'text/plain' }
    const seen = await fetch(sandbox.url + path, { method: 'POST', body: '{"operationCode":0}', headers })
    expect(seen.status).toBe(415)
  })

  it('takes a media type with a charset', async () => {
    const sandbox = await aSandbox()
    const headers = { ...alphaHeaders, 'Content-Type': 'application/json; charset=utf-8' }
    const seen = await fetch(sandbox.url + path, { method: 'POST', body: '{"operationCode":0}', headers })
    expect(seen.status).toBe(200)
  })

  it('refuses a body of more than 1 MiB with 413', async () => {
    const sandbox = await aSandbox()
    const body = JSON.stringify({ operationCode: 0, padding: 'x'.repeat(1024 * 1024) })
    const seen = await fetch(sandbox.url + path, { method: 'POST', body, headers: json })
    expect(await seen.json()).toMatchObject({ code: 413 })
    expect(sandbox.effects()).toEqual([])
  })

  it('gives every answer its own X-Request-Id and Trace-Id', async () => {
    const sandbox = await aSandbox()
    const seen = [await call(sandbox, 'GET', '/payments/117'), await call(sandbox, 'GET', '/nowhere')]
    const requestIds = seen.map(({ headers }) => headers.get('X-Request-Id'))
    const traceIds = seen.map(({ headers }) => headers.get('Trace-Id'))
    for (const id of requestIds) expect(id).toMatch(/^[0-9a-f]{32}$/)
    for (const id of traceIds) expect(id).toMatch(/^[0-9a-f]{16}$/)
    expect(new Set([...requestIds, ...traceIds]).size).toBe(4)
  })

  it('records every call with its query, its status and its fault', async () => {
    const sandbox = await aSandbox()
    sandbox.misbehave({ fault: 'http503' })
    await call(sandbox, 'GET', '/payments?limit=5')
    await call(sandbox, 'DELETE', '/payments/9')
    await call(sandbox, 'GET', '/payments/117', undefined, {})
    expect(sandbox.calls()).toEqual([
      {
        at: 1_777_636_800_000,
        storeHash: 'alpha',
        method: 'GET',
        path: '/payments?limit=5',
        status: 503,
        fault: 'http503',
      },
      {
        at: 1_777_636_800_000,
        storeHash: 'alpha',
        method: 'DELETE',
        path: '/payments/9',
        status: 404,
        fault: undefined,
      },
      {
        at: 1_777_636_800_000,
        storeHash: undefined,
        method: 'GET',
        path: '/payments/117',
        status: 401,
        fault: undefined,
      },
    ])
  })

  it('writes nothing for a client that goes away in the middle of its body', async () => {
    const sandbox = await aSandbox()
    const { hostname, port } = new URL(sandbox.url)
    const socket = connect(Number(port), hostname)
    const closed = new Promise(resolve => socket.once('close', resolve))
    const headers = Object.entries(json).map(([name, value]) => `${name}: ${value}\r\n`)
    socket.write(
      `POST /api/v3/io/ip${path} HTTP/1.1\r\nHost: sandbox\r\n${headers.join('')}Content-Length: 19\r\n\r\n{"operationC`,
      () => socket.destroy(),
    )
    await closed
    expect((await call(sandbox, 'GET', '/payments/117')).status).toBe(200)
    expect(sandbox.effects()).toEqual([])
  })
})
