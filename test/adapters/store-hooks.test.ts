import { afterEach, describe, expect, it } from '@jest/globals'
import { createStoreHooks } from '../../lib/adapters/store-hooks.js'
import type { Access } from '../../lib/engine/ports.js'
import { endAll } from '../support/endings.js'
import { answerJson, findClosedPort, startHttpServer, startTcpServer } from '../support/http-server.js'
import { expectNoSentinel, sentinelToken } from '../support/sentinel.js'

const access: Access = { storeHash: 'abc', scheme: 'accessToken', token: () => sentinelToken }
const json = {
  id: 12,
  scope: 'store/order/statusUpdated',
  destination: 'https://a.example/',
  is_active: true,
}

afterEach(endAll)

async function answering(status: number, body: unknown, headers = {}) {
  const server = await startHttpServer(response => answerJson(response, status, body, headers))
  return { server, hooks: createStoreHooks(server.url) }
}

describe('createStoreHooks', () => {
  it('lists page by page with the access token alone', async () => {
    const pagination = { current_page: 2, total_pages: 2 }
    const { server, hooks } = await answering(200, { data: [json], meta: { pagination } })
    expect(await hooks.list(access, 2)).toMatchObject({
      meaning: 'success',
      content: { isLast: true, hooks: [{ id: 12 }] },
    })
    expect(server.received).toMatchObject([
      {
        method: 'GET',
        url: '/stores/abc/v3/hooks?page=2&limit=250',
        headers: { 'x-auth-token': sentinelToken },
      },
    ])
  })

  it('registers a webhook switched on, with the second header where there is one', async () => {
    const { server, hooks } = await answering(200, { data: json })
    const wish = { scope: json.scope, destination: json.destination }
    expect(await hooks.create(access, { ...wish, headerValue: () => 'shared' })).toMatchObject({
      meaning: 'success',
      content: { id: 12 },
    })
    await hooks.create(access, wish)
    const posted = { ...wish, is_active: true }
    expect(server.received.map(({ body }) => JSON.parse(body))).toEqual([
      { ...posted, headers: { 'x-payops-webhook': 'shared' } },
      posted,
    ])
    expect(server.received.map(({ method, url }) => `${method} ${url}`)).toEqual(
      Array(2).fill('POST /stores/abc/v3/hooks'),
    )
  })

  it('switches one on by its id', async () => {
    const { server, hooks } = await answering(200, { data: json })
    await hooks.activate(access, 12, {})
    expect(server.received).toMatchObject([
      { method: 'PUT', url: '/stores/abc/v3/hooks/12', body: '{"is_active":true}' },
    ])
  })

  it.each([
    [401, 'credentials'],
    [403, 'credentials'],
    [404, 'notFound'],
    [422, 'rejected'],
    [409, 'rejected'],
    [500, 'lost'],
    [503, 'lost'],
  ])('takes HTTP %i for %s, in the words of the API, without what it was sent', async (status, meaning) => {
    const { hooks } = await answering(status, {
      status,
      title: `bad ${sentinelToken}`,
      errors: { destination: 'must be https' },
    })
    const answer = await hooks.list(access, 1)
    expect(answer).toEqual({ meaning, message: `HTTP ${status}: bad [secret]; must be https` })
  })

  it('keeps the value of the second header out of what it says', async () => {
    const { hooks } = await answering(422, { title: `header ${sentinelToken} is no good` })
    const other: Access = { ...access, token: () => 'another-token' }
    const wish = { scope: 's', destination: 'd', headerValue: () => sentinelToken }
    expectNoSentinel(await hooks.create(other, wish))
  })

  it.each([
    [{ 'x-rate-limit-time-reset-ms': '1500', 'x-rate-limit-requests-left': '0' }, 1_500],
    [{ 'retry-after': '7' }, 7_000],
    [{}, undefined],
  ])('reads from a 429 with %j how long to wait', async (headers, waitMs) => {
    const { hooks } = await answering(429, {}, headers)
    const answer = await hooks.list(access, 1)
    expect(answer).toMatchObject({ meaning: 'throttled' })
    expect('waitMs' in answer ? answer.waitMs : undefined).toBe(waitMs)
  })

  it('follows no redirect: the token would go along', async () => {
    const elsewhere = await answering(200, { data: [] })
    const { hooks } = await answering(302, {}, { location: elsewhere.server.url })
    expect(await hooks.list(access, 1)).toMatchObject({ meaning: 'rejected' })
    expect(elsewhere.server.received).toEqual([])
  })

  it.each([
    ['no JSON', '<html>'],
    ['no hook', { data: { id: 'x' } }],
    ['nothing', null],
  ])('takes a success that holds %s for a lost answer', async (_, body) => {
    const { hooks } = await answering(200, body)
    expect(await hooks.create(access, { scope: 's', destination: 'd' })).toMatchObject({ meaning: 'lost' })
  })

  it('reads no body without end', async () => {
    const server = await startHttpServer(response => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end('x'.repeat(1_100_000))
    })
    expect(await createStoreHooks(server.url).list(access, 1)).toMatchObject({ meaning: 'lost' })
  })

  it('says of a connection that is refused or broken only what happened', async () => {
    const refused = await createStoreHooks(`http://127.0.0.1:${await findClosedPort()}`).list(access, 1)
    const { port, connections } = await startTcpServer(socket => socket.destroy())
    const broken = await createStoreHooks(`http://127.0.0.1:${port}`).list(access, 1)
    for (const answer of [refused, broken]) expect(answer).toMatchObject({ meaning: 'lost' })
    expectNoSentinel(refused, broken)
    // got repeats nothing by itself.
    expect(connections()).toBe(1)
  })
})
