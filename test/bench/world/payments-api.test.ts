import { describe, expect, it } from '@jest/globals'
import { systemClock } from '../../../lib/adapters/system.js'
import { createPaymentsApi } from './payments-api.js'

const weather = { apiLatenciesMs: [1], quota: { limit: 3, windowMs: 60_000 } }
const perform = (operationCode: number) =>
  ['/payments/7/operations', Buffer.from(JSON.stringify({ operationCode }))] as const

describe('the payments API of the bench', () => {
  it('sees calls of one payment that run side by side, and forgets them when they end, in whatever order', async () => {
    const api = createPaymentsApi(systemClock)
    api.set({ ...weather, apiLatenciesMs: [1, 5] })
    await Promise.all([api.answer(...perform(0)), api.answer(...perform(1))])
    expect(api.take().sidewaysMax).toBe(2)
    await api.answer(...perform(2))
    expect(api.take()).toEqual({ sidewaysMax: 1, effects: [{ paymentId: '7', operationCode: 2 }] })
  })

  it('tells what is left of the window, and refuses beyond it', async () => {
    const api = createPaymentsApi(systemClock)
    api.set(weather)
    const [first] = [await api.answer(...perform(0)), await api.answer(...perform(0))]
    expect(first.headers).toMatchObject({
      'X-Requests-Allocated': '3 times/60 s',
      'X-Requests-Remaining': '2 times',
    })
    await api.answer(...perform(0))
    expect(await api.answer(...perform(0))).toMatchObject({ status: 429 })
  })
})
