import { afterEach, describe, expect, it } from '@jest/globals'
import { aSandbox, betaToken, call, stopSandboxes } from './a-sandbox.js'
import { createManualClock } from './manual-clock.js'

afterEach(stopSandboxes)

const get = '/payments/117'

describe('quota', () => {
  it('is told on every answer in the forms of the API', async () => {
    const clock = createManualClock()
    const sandbox = await aSandbox({ clock })
    await call(sandbox, 'GET', get)
    clock.advance(59_603)
    const { headers } = await call(sandbox, 'GET', get)
    expect(headers.get('X-Requests-Allocated')).toBe('150 times/60 s')
    expect(headers.get('X-Requests-Remaining')).toBe('148 times')
    expect(headers.get('X-Requests-Window-Length')).toBe('0 times')
    expect(headers.get('X-Request-Window-Resets-After')).toBe('0.397 s')
  })

  it('refuses with 429 what goes over it, until its window is over', async () => {
    const clock = createManualClock()
    const sandbox = await aSandbox({ clock, quota: { limit: 2, windowMs: 1_000 } })
    const statusNow = async () =>
      (await call(sandbox, 'POST', `${get}/operations`, { operationCode: 1 })).status
    expect([await statusNow(), await statusNow(), await statusNow()]).toEqual([400, 400, 429])
    clock.advance(999)
    const over = await call(sandbox, 'POST', `${get}/operations`, { operationCode: 0 })
    expect(over).toMatchObject({ status: 429, json: { code: 429 } })
    expect(over.headers.get('X-Requests-Remaining')).toBe('0 times')
    expect(over.headers.get('X-Request-Window-Resets-After')).toBe('0.001 s')
    expect(sandbox.effects()).toEqual([])
    clock.advance(1)
    expect(await statusNow()).toBe(400)
  })

  it('belongs to one store and leaves the others alone', async () => {
    const sandbox = await aSandbox({ quota: { limit: 1, windowMs: 1_000 } })
    await call(sandbox, 'GET', get)
    expect((await call(sandbox, 'GET', get)).status).toBe(429)
    expect((await call(sandbox, 'GET', get, undefined, { authToken: betaToken })).status).toBe(200)
  })

  it('can be read beside the calls', async () => {
    const clock = createManualClock()
    const sandbox = await aSandbox({ clock })
    expect(sandbox.quotaLeft('alpha')).toEqual({ remaining: 150, limit: 150, resetsInMs: 0 })
    await call(sandbox, 'GET', get)
    clock.advance(10_000)
    expect(sandbox.quotaLeft('alpha')).toEqual({ remaining: 149, limit: 150, resetsInMs: 50_000 })
    clock.advance(50_000)
    expect(sandbox.quotaLeft('alpha')).toEqual({ remaining: 150, limit: 150, resetsInMs: 0 })
  })

  it('is not used up by callers who are refused', async () => {
    const sandbox = await aSandbox()
    const { headers } = await call(sandbox, 'GET', get, undefined, {
      'X-Auth-Token': 'wrong',
      'X-Store-Hash': 'alpha',
    })
    expect(headers.get('X-Requests-Remaining')).toBe('150 times')
    expect(sandbox.quotaLeft('alpha').remaining).toBe(150)
  })
})
