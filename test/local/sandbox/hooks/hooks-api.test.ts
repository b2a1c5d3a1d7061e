import { afterEach, describe, expect, it } from '@jest/globals'
import type { Sandbox } from '../../../../lib/local/sandbox/start-sandbox.js'
import { alphaToken, aSandbox, stopSandboxes } from '../a-sandbox.js'

const destination = 'http://127.0.0.1:9/hooks'
const aHook = (fields: Record<string, unknown> = {}) => ({
  scope: 'store/order/statusUpdated',
  destination,
  ...fields,
})

async function call(sandbox: Sandbox, method: string, path = '', body?: unknown, token = alphaToken) {
  const response = await fetch(`${sandbox.storeApiUrl}/stores/alpha/v3/hooks${path}`, {
    method,
    headers: { 'X-Auth-Token': token, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, json: await response.json() }
}

afterEach(stopSandboxes)

describe('answerHooksCall', () => {
  it('registers a webhook and shows it, active, with its headers', async () => {
    const sandbox = await aSandbox()
    const headers = { 'x-payops-webhook': 'shared' }
    const hook = {
      ...aHook({ headers }),
      id: 20_000_001,
      store_hash: 'alpha',
      is_active: true,
      created_at: 1_777_636_800,
    }
    expect(await call(sandbox, 'POST', '', aHook({ headers }))).toMatchObject({
      status: 200,
      json: { data: hook },
    })
    expect(await call(sandbox, 'GET', '/20000001')).toMatchObject({ json: { data: hook } })
    expect(sandbox.hooks('alpha')).toMatchObject([hook])
  })

  it('lists page by page', async () => {
    const sandbox = await aSandbox()
    for (const scope of ['store/order/a', 'store/order/b', 'store/order/c'])
      await call(sandbox, 'POST', '', aHook({ scope }))
    expect(await call(sandbox, 'GET', '?page=2&limit=2')).toMatchObject({
      json: {
        data: [{ scope: 'store/order/c' }],
        meta: { pagination: { total: 3, count: 1, per_page: 2, current_page: 2, total_pages: 2 } },
      },
    })
  })

  it('switches one off and on, and deletes it', async () => {
    const sandbox = await aSandbox()
    await call(sandbox, 'POST', '', aHook())
    expect(await call(sandbox, 'PUT', '/20000001', { is_active: false })).toMatchObject({
      json: { data: { is_active: false } },
    })
    expect(await call(sandbox, 'PUT', '/20000001', { is_active: true })).toMatchObject({
      json: { data: { is_active: true } },
    })
    expect(await call(sandbox, 'DELETE', '/20000001')).toMatchObject({
      status: 200,
      json: { data: { id: 20_000_001 } },
    })
    expect((await call(sandbox, 'GET', '/20000001')).status).toBe(404)
  })

  it('refuses a token that is not the store’s', async () => {
    const sandbox = await aSandbox()
    expect((await call(sandbox, 'GET', '', undefined, 'another')).status).toBe(401)
  })

  it('refuses a second one of the same scope and destination', async () => {
    const sandbox = await aSandbox()
    await call(sandbox, 'POST', '', aHook())
    expect((await call(sandbox, 'POST', '', aHook())).status).toBe(409)
  })

  it.each([
    ['destination', aHook({ destination: 'http://example.com/' })],
    ['scope', aHook({ scope: 'everything' })],
    ['headers', aHook({ headers: { a: 1 } })],
    ['is_active', aHook({ is_active: 'yes' })],
  ])('refuses a wrong %s by its name', async (field, body) => {
    const sandbox = await aSandbox()
    expect(await call(sandbox, 'POST', '', body)).toMatchObject({
      status: 422,
      json: { errors: { [field]: expect.any(String) } },
    })
  })

  it('takes nothing of the quota of the payments API', async () => {
    const sandbox = await aSandbox()
    await call(sandbox, 'GET')
    expect(sandbox.quotaLeft('alpha').remaining).toBe(150)
  })
})
