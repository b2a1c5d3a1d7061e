import { afterEach, describe, expect, it } from '@jest/globals'
import type { FaultName } from '../../../lib/local/sandbox/start-sandbox.js'
import { anOfflineBody, aSandbox, betaToken, call, stopSandboxes } from './a-sandbox.js'
import { createManualClock } from './manual-clock.js'

afterEach(stopSandboxes)

const path = '/payments/117/operations'

/** Applies payment 117 under the fault; `seen` is undefined when the connection broke. */
async function applyUnder(fault: FaultName, options = {}) {
  const sandbox = await aSandbox(options)
  sandbox.misbehave({ fault })
  const seen = await call(sandbox, 'POST', path, { operationCode: 0 }).catch(() => undefined)
  expect(sandbox.calls()).toMatchObject([{ fault, status: seen?.status }])
  return { sandbox, seen, applied: sandbox.effects().length === 1, text: seen?.text ?? '' }
}

describe('misbehave', () => {
  it('lostAfterEffect: breaks the connection after the write', async () => {
    expect(await applyUnder('lostAfterEffect')).toMatchObject({ seen: undefined, applied: true })
  })

  it('lostBeforeEffect: breaks the connection and writes nothing', async () => {
    expect(await applyUnder('lostBeforeEffect')).toMatchObject({ seen: undefined, applied: false })
  })

  it('slow: writes at once and answers late', async () => {
    const clock = createManualClock()
    const sandbox = await aSandbox({ clock, slowMs: 15_000, timeScale: 2 })
    sandbox.misbehave({ fault: 'slow' })
    const answer = call(sandbox, 'POST', path, { operationCode: 0 })
    await clock.sleeperArrives()
    expect(sandbox.effects()).toHaveLength(1)
    clock.advance(29_999)
    expect(sandbox.calls()).toMatchObject([{ fault: 'slow', status: undefined }])
    clock.advance(1)
    expect((await answer).status).toBe(200)
  })

  it.each<[FaultName, number, boolean, RegExp]>([
    ['http500', 500, false, /"code":500/],
    ['http502', 502, false, /<html>/],
    ['http503', 503, false, /"code":503/],
    ['http500AfterEffect', 500, true, /"code":500/],
    ['http502AfterEffect', 502, true, /<html>/],
    ['http504AfterEffect', 504, true, /<html>/],
    ['okWithErrorCode', 200, false, /"code":500/],
    ['html', 200, true, /<html>/],
    ['truncatedJson', 200, true, /^\{"code":200,"data":\{"id":117\}$/],
    ['emptyBody', 200, true, /^$/],
  ])('%s: answers %i, written: %s', async (fault, status, written, pattern) => {
    const { seen, applied, text } = await applyUnder(fault)
    expect(seen?.status).toBe(status)
    expect(applied).toBe(written)
    expect(text).toMatch(pattern)
  })

  it.each<[FaultName, Record<string, string>]>([
    [
      'throttledWithB2bHeaders',
      { 'X-Requests-Remaining': '0 times', 'X-Request-Window-Resets-After': '0.5 s' },
    ],
    [
      'throttledWithPlatformHeaders',
      {
        'X-Rate-Limit-Requests-Left': '0',
        'X-Rate-Limit-Time-Reset-Ms': '500',
        'X-Rate-Limit-Requests-Quota': '150',
        'X-Rate-Limit-Time-Window-Ms': '60000',
      },
    ],
    ['throttledWithRetryAfter', { 'Retry-After': '1' }],
    ['throttledWithoutHeaders', {}],
  ])(
    '%s: answers 429 with these headers of that kind and no other, and writes nothing',
    async (fault, expected) => {
      const { seen, applied } = await applyUnder(fault, { timeScale: 0.5 })
      expect(seen).toMatchObject({ status: 429, json: { code: 429 } })
      expect(applied).toBe(false)
      const told = [...(seen?.headers ?? [])].filter(([name]) =>
        /^(x-request.*[st]-|x-rate|retry)/.test(name),
      )
      const b2bForm = { 'X-Requests-Allocated': '150 times/60 s', 'X-Requests-Window-Length': '0 times' }
      const all = fault === 'throttledWithB2bHeaders' ? { ...b2bForm, ...expected } : expected
      expect(Object.fromEntries(told)).toEqual(
        Object.fromEntries(Object.entries(all).map(([name, value]) => [name.toLowerCase(), value])),
      )
    },
  )

  it('spoils the answer of a read just the same', async () => {
    const sandbox = await aSandbox()
    sandbox.misbehave({ fault: 'truncatedJson', method: 'GET' })
    const seen = await call(sandbox, 'GET', '/payments/117')
    expect(seen).toMatchObject({ status: 200, json: undefined })
  })

  it('loses the refusal of a write that is not allowed', async () => {
    const sandbox = await aSandbox()
    sandbox.misbehave({ fault: 'lostAfterEffect' })
    await expect(call(sandbox, 'POST', path, { operationCode: 1 })).rejects.toThrow()
    expect(sandbox.effects()).toEqual([])
  })

  it('ends a late answer at stop', async () => {
    const clock = createManualClock()
    const sandbox = await aSandbox({ clock })
    sandbox.misbehave({ fault: 'slow' })
    const broken = expect(call(sandbox, 'GET', '/payments/117')).rejects.toThrow()
    await clock.sleeperArrives()
    await sandbox.stop()
    await broken
  })
})

describe('planned faults', () => {
  const okWhere = async (plan: {
    storeHash?: string
    paymentId?: number
    method?: string
    path?: string
  }) => {
    const sandbox = await aSandbox()
    sandbox.misbehave({ fault: 'http503', times: 9, ...plan })
    const beta = { authToken: betaToken }
    return Promise.all([
      call(sandbox, 'GET', '/payments/117'),
      call(sandbox, 'GET', '/payments/118'),
      call(sandbox, 'PUT', '/payments/117/processing-status', { processingStatus: 3 }),
      call(sandbox, 'GET', '/payments/117', undefined, beta),
    ]).then(seen => seen.map(({ status }) => status !== 503))
  }

  it('hit the store that they name', async () => {
    expect(await okWhere({ storeHash: 'alpha' })).toEqual([false, false, false, true])
  })

  it('hit the payment that they name', async () => {
    expect(await okWhere({ paymentId: 118 })).toEqual([true, false, true, true])
  })

  it('hit the method that they name', async () => {
    expect(await okWhere({ method: 'PUT' })).toEqual([true, true, false, true])
  })

  it('hit the path that they describe', async () => {
    expect(await okWhere({ path: '117$' })).toEqual([false, true, true, false])
  })

  it('hit the create with the externalId that they name', async () => {
    const sandbox = await aSandbox()
    sandbox.misbehave({ fault: 'http500', externalId: 'A-2' })
    expect((await call(sandbox, 'POST', '/payments/offline', anOfflineBody())).status).toBe(200)
    expect(
      (await call(sandbox, 'POST', '/payments/offline', anOfflineBody({ externalId: 'A-2' }))).status,
    ).toBe(500)
  })

  it('hit as many calls as they say, in the order in which they were planned', async () => {
    const sandbox = await aSandbox()
    sandbox.misbehave({ fault: 'http502', times: 2 })
    sandbox.misbehave({ fault: 'http503' })
    const statuses: number[] = []
    for (const _ of [1, 2, 3, 4]) statuses.push((await call(sandbox, 'GET', '/payments/117')).status)
    expect(statuses).toEqual([502, 502, 503, 200])
  })
})
