import type { Clock } from '../../../lib/core/time.js'
import type { Traffic, Weather } from '../protocol.js'

/** What the API answers to Perform Payment Operation, in the sandbox's words, after as long as the weather says. */
export type PaymentsApi = {
  answer(path: string, body: Buffer): Promise<Reply>
  set(weather: Weather): void
  take(): Pick<Traffic, 'effects' | 'sidewaysMax'>
}

type Reply = { status: number; headers: Record<string, string>; text: string }

/** More than any question about their order needs. */
const effectsKept = 1_000

export function createPaymentsApi(clock: Clock): PaymentsApi {
  let weather: Weather = { apiLatenciesMs: [0], quota: { limit: 1_000_000, windowMs: 60_000 } }
  let window = { openedAt: 0, taken: 0 }
  let call = 0
  let effects: Traffic['effects'] = []
  let sidewaysMax = 0
  const underWay = new Map<string, number>()

  const takeQuota = (): Record<string, string> | undefined => {
    const { limit, windowMs } = weather.quota
    const now = clock.now()
    if (now >= window.openedAt + windowMs) window = { openedAt: now, taken: 0 }
    if (window.taken >= limit) return undefined
    window.taken += 1
    return {
      'X-Requests-Allocated': `${limit} times/${windowMs / 1000} s`,
      'X-Requests-Remaining': `${limit - window.taken} times`,
      'X-Requests-Window-Length': '0 times',
      'X-Request-Window-Resets-After': `${(window.openedAt + windowMs - now) / 1000} s`,
    }
  }
  const perform = async (paymentId: string, operationCode: number) => {
    const sideways = (underWay.get(paymentId) ?? 0) + 1
    underWay.set(paymentId, sideways)
    sidewaysMax = Math.max(sidewaysMax, sideways)
    const { apiLatenciesMs } = weather
    const latencyMs = apiLatenciesMs[call++ % apiLatenciesMs.length] ?? 0
    if (latencyMs > 0) await clock.sleep(latencyMs)
    const stillUnderWay = (underWay.get(paymentId) ?? 1) - 1
    if (stillUnderWay === 0) underWay.delete(paymentId)
    else underWay.set(paymentId, stillUnderWay)
    if (effects.length < effectsKept) effects.push({ paymentId, operationCode })
  }
  return {
    answer: async (path, body) => {
      const paymentId = /^\/payments\/(\d+)\/operations$/.exec(path)?.[1]
      if (paymentId === undefined) return refuse(404, 'The path does not exist.')
      const headers = takeQuota()
      if (headers === undefined) return refuse(429, 'Too many requests.')
      const { operationCode } = JSON.parse(body.toString()) as { operationCode: number }
      await perform(paymentId, operationCode)
      const text = `{"code":200,"data":{"id":${paymentId}},"meta":{"message":"SUCCESS"}}`
      return { status: 200, headers: { ...headers, 'X-Request-Id': `bench-${call}` }, text }
    },
    set: next => {
      weather = next
      window = { openedAt: 0, taken: 0 }
      call = 0
    },
    take: () => {
      const taken = { effects, sidewaysMax }
      effects = []
      sidewaysMax = 0
      return taken
    },
  }
}

const refuse = (code: number, errMsg: string): Reply => ({
  status: code,
  headers: {},
  text: JSON.stringify({ code, data: { errMsg }, meta: { message: errMsg } }),
})
