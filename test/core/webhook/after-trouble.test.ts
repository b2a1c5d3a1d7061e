import { describe, expect, it } from '@jest/globals'
import { asEpochMs, type EpochMs } from '../../../lib/core/time.js'
import { type AfterTrouble, afterTrouble, type Trouble } from '../../../lib/core/webhook/after-trouble.js'
import { newWatch, type OrderWatch } from '../../../lib/core/webhook/order-watch.js'
import { instant } from '../../support/requests.js'

const noon = instant('12:00:00.000')
const pending = { key: 'a', beganAt: noon, hashes: [{ hash: 'a', createdAt: 1 }] }
const aWatch = (fields: Partial<OrderWatch> = {}): OrderWatch => ({
  ...newWatch({ storeHash: 'abc', orderId: '250', operationCode: 2 }, noon),
  pending,
  ...fields,
})
const failed: Trouble = { trouble: 'failed', message: 'socket hang up' }
const lack = { code: 'CREDENTIALS_REJECTED' as const, message: 'the API refused the token', httpStatus: 401 }
const at = (now: EpochMs, delayScale = 1, roll = 0) => ({ now, roll, delayScale })

/** Fails again whenever it comes back, until it is given up. */
function failOn(trouble: (now: EpochMs) => Trouble, delayScale = 1) {
  const minutes: number[] = []
  let now = noon
  let after: AfterTrouble = { watch: aWatch(), returnAt: noon }
  while ('returnAt' in after) {
    if (minutes.length > 500) throw new Error('it is never given up')
    after = afterTrouble(after.watch, trouble(now), at(now, delayScale))
    if ('returnAt' in after) {
      minutes.push((after.returnAt - now) / 60_000 / delayScale)
      now = after.returnAt
    }
  }
  return { minutes, after, tookMs: now - noon }
}

describe('afterTrouble', () => {
  it('waits longer after each failure, at least an hour in all', () => {
    const { minutes, after } = failOn(() => failed)
    expect(minutes).toEqual([1, 2, 4, 8, 15, 15, 15])
    expect(after).toMatchObject({
      refusal: { code: 'RETRIES_EXHAUSTED', message: '8 looks at the order failed: socket hang up' },
    })
  })

  it('spreads what fails at the same time', () => {
    expect(afterTrouble(aWatch(), failed, at(noon, 1, 1))).toMatchObject({ returnAt: noon + 90_000 })
  })

  it('scales its delays and its limit', () => {
    expect(failOn(() => failed, 0.01).tookMs).toBe(36_000)
  })

  it('makes at least six tries, however long they took', () => {
    const failing = aWatch({ failures: 5, failingSince: asEpochMs(noon - 86_400_000) })
    const sixth = afterTrouble(failing, failed, at(noon))
    expect(sixth).toMatchObject({ watch: { failures: 6 }, returnAt: noon + 15 * 60_000 })
    expect(afterTrouble(sixth.watch, failed, at(noon))).toMatchObject({
      refusal: { code: 'RETRIES_EXHAUSTED' },
    })
  })

  it('gives up at once on what never succeeds, with the API’s own words', () => {
    const refused: Trouble = { trouble: 'refused', message: 'No such search', httpStatus: 422 }
    expect(afterTrouble(aWatch(), refused, at(noon))).toEqual({
      watch: aWatch(),
      refusal: { code: 'REJECTED_BY_API', message: 'No such search', httpStatus: 422 },
    })
  })

  it('keeps the begun look, and forgets the failures, when it gives up', () => {
    const { after } = failOn(() => failed)
    expect(after.watch).toEqual(aWatch())
  })

  it('waits an hour for credentials, at the times at which they are tried', () => {
    const { minutes, after, tookMs } = failOn(now => ({
      trouble: 'credentials',
      lack,
      nextTryAt: asEpochMs(now + 25 * 60_000),
    }))
    expect(minutes).toEqual([25, 25, 10])
    expect(tookMs).toBe(3_600_000)
    expect(after).toMatchObject({ refusal: lack })
  })

  it('gives credentials their whole hour after failures of another kind, and the other way round', () => {
    const longAgo = asEpochMs(noon - 86_400_000)
    const lacking: Trouble = { trouble: 'credentials', lack, nextTryAt: asEpochMs(noon + 60_000) }
    const afterFailures = afterTrouble(aWatch({ failures: 9, failingSince: longAgo }), lacking, at(noon))
    expect(afterFailures).toMatchObject({
      watch: { failures: 9, failingSince: longAgo, lackingSince: noon },
      returnAt: noon + 60_000,
    })
    const afterLack = afterTrouble(aWatch({ lackingSince: longAgo }), failed, at(noon))
    expect(afterLack).toMatchObject({ watch: { failures: 1, failingSince: noon } })
  })

  it('waits no longer for credentials because looks fail otherwise in between', () => {
    let looks = 0
    const { after, tookMs } = failOn(now => {
      looks += 1
      return looks % 2 === 0 ? failed : { trouble: 'credentials', lack, nextTryAt: asEpochMs(now + 300_000) }
    })
    expect(after).toMatchObject({ refusal: lack })
    expect(after.watch).toEqual(aWatch())
    expect(tookMs).toBeLessThan(2 * 3_600_000)
  })
})
