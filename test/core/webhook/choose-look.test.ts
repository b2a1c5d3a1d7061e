import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { asEpochMs } from '../../../lib/core/time.js'
import { chooseLook, type Heard } from '../../../lib/core/webhook/choose-look.js'
import { endLook, newWatch, type OrderWatch, remember } from '../../../lib/core/webhook/order-watch.js'
import { instant, unixSeconds } from '../../support/requests.js'

const now = instant('12:00:00.000')
const moment = { now, delayScale: 1 }
const order = { storeHash: 'abc', orderId: '250', operationCode: 2 }
const days = 86_400

const aWatch = (fields: Partial<OrderWatch> = {}): OrderWatch => ({ ...newWatch(order, now), ...fields })
const heard = (hash: string, sent: string, createdAt = unixSeconds('11:59:00.000')): Heard => ({
  hash,
  createdAt,
  sentAt: instant(sent),
})
const plain = (hash: string, createdAt = unixSeconds('11:59:00.000')) => ({ hash, createdAt })
const old = unixSeconds('12:00:00.000') - 5 * days

describe('chooseLook', () => {
  it('begins a look for all that are new, under the hash of the first', () => {
    const choice = chooseLook(aWatch(), [heard('a', '11:59:40.000'), heard('b', '11:59:41.000')], moment)
    expect(choice).toEqual({
      look: 'new',
      pending: { key: 'a', beganAt: now, hashes: [plain('a'), plain('b')] },
    })
  })

  it('takes two deliveries of one webhook for one', () => {
    const choice = chooseLook(aWatch(), [heard('a', '11:59:41.000'), heard('a', '11:59:40.000')], moment)
    expect(choice).toMatchObject({ pending: { hashes: [plain('a')] } })
  })

  it('goes by the first of these, for what it tells had happened by then', () => {
    const watch = aWatch({ coveredUpTo: instant('11:59:40.000') })
    const twice = [heard('a', '11:59:40.000'), heard('a', '11:59:41.000')]
    for (const deliveries of [twice, twice.toReversed()])
      expect(chooseLook(watch, deliveries, moment)).toEqual({ look: 'none', unknown: [plain('a')] })
  })

  it('makes no look for what is known', () => {
    const choice = chooseLook(aWatch({ known: [plain('a')] }), [heard('a', '11:59:41.000')], moment)
    expect(choice).toEqual({ look: 'none', unknown: [] })
  })

  it('makes no look for what came before the last one began, and wants it remembered', () => {
    const watch = aWatch({ coveredUpTo: instant('11:59:41.000') })
    expect(chooseLook(watch, [heard('a', '11:59:41.000')], moment)).toEqual({
      look: 'none',
      unknown: [plain('a')],
    })
    expect(chooseLook(watch, [heard('a', '11:59:41.001')], moment)).toMatchObject({ look: 'new' })
  })

  it('makes the begun look again for whoever began it', () => {
    const pending = { key: 'a', beganAt: instant('11:59:50.000'), hashes: [plain('a')] }
    const choice = chooseLook(aWatch({ pending }), [heard('a', '11:59:40.000')], moment)
    expect(choice).toEqual({ look: 'again', pending })
  })

  it('takes the webhooks of the begun look along into a new one, under a new key', () => {
    const pending = { key: 'a', beganAt: instant('11:59:50.000'), hashes: [plain('a')] }
    const choice = chooseLook(
      aWatch({ pending }),
      [heard('a', '11:59:40.000'), heard('b', '11:59:55.000')],
      moment,
    )
    expect(choice).toEqual({
      look: 'new',
      pending: { key: 'b', beganAt: now, hashes: [plain('b'), plain('a')] },
    })
  })

  it('forgets in a new look what the begun one saw', () => {
    const seen = { invoices: 1, asked: [117], passedOver: [] }
    const pending = { key: 'a', beganAt: instant('11:59:50.000'), hashes: [plain('a')], seen }
    const choice = chooseLook(aWatch({ pending }), [heard('b', '11:59:55.000')], moment)
    expect(choice).toMatchObject({ look: 'new', pending: { key: 'b' } })
    expect(choice).not.toHaveProperty('pending.seen')
  })

  it('lets one lend its key that is as old as the oldest that is remembered', () => {
    const watch = aWatch({ knownSince: old })
    expect(chooseLook(watch, [heard('a', '11:59:40.000', old)], moment)).toMatchObject({ look: 'new' })
    const older = chooseLook(
      watch,
      [heard('z', '11:59:40.000', old - 1), heard('a', '11:59:40.000', old)],
      moment,
    )
    expect(older).toMatchObject({ pending: { key: 'a' } })
  })

  it('lets none lend its key that may have been answered and forgotten', () => {
    const choice = chooseLook(aWatch(), [heard('a', '11:59:40.000', old), heard('b', '11:59:41.000')], moment)
    expect(choice).toMatchObject({ look: 'new', pending: { key: 'b' } })
  })

  it('answers one that may have been forgotten alone, after the begun look', () => {
    const one = heard('a', '11:59:40.000', old)
    const other = heard('b', '11:59:40.000', old)
    expect(chooseLook(aWatch(), [one, other], moment)).toEqual({
      look: 'new',
      pending: { key: 'a', beganAt: now, hashes: [plain('a', old)] },
    })
    const pending = { key: 'c', beganAt: instant('11:59:50.000'), hashes: [plain('c')] }
    const later = heard('a', '11:59:55.000', old)
    expect(chooseLook(aWatch({ pending }), [later], moment)).toEqual({ look: 'again', pending })
  })
})

describe('chooseLook beside a begun look', () => {
  const pending = { key: 'a', beganAt: instant('11:59:50.000'), hashes: [plain('a')] }

  it('lets it answer what came before it, too', () => {
    const choice = chooseLook(aWatch({ pending }), [heard('b', '11:59:48.000')], moment)
    expect(choice).toEqual({ look: 'again', pending: { ...pending, hashes: [plain('a'), plain('b')] } })
  })

  it('begins a new one for what came after it, or so shortly before that two clocks may tell it apart', () => {
    const choice = chooseLook(aWatch({ pending }), [heard('b', '11:59:48.001')], moment)
    expect(choice).toMatchObject({ look: 'new', pending: { key: 'b' } })
  })

  it('lets one that answers a webhook alone answer nothing else', () => {
    const alone = { key: 'z', beganAt: instant('11:59:50.000'), hashes: [plain('z', old)] }
    const choice = chooseLook(aWatch({ pending: alone }), [heard('b', '11:59:48.000')], moment)
    expect(choice).toMatchObject({
      look: 'new',
      pending: { key: 'b', hashes: [plain('b'), plain('z', old)] },
    })
  })
})

describe('endLook', () => {
  const pending = {
    key: 'a',
    beganAt: instant('11:59:50.000'),
    hashes: [plain('a'), plain('b', unixSeconds('11:58:00.000'))],
  }
  it('remembers the webhooks of the look, and covers what came until shortly before it', () => {
    const watch = aWatch({ pending, failures: 3, failingSince: now, lackingSince: now })
    expect(endLook(watch, now, 1)).toEqual({
      ...aWatch(),
      coveredUpTo: instant('11:59:48.000'),
      known: [plain('b', unixSeconds('11:58:00.000')), plain('a')],
    })
  })

  it('never takes back what an earlier look covers', () => {
    const watch = aWatch({ pending, coveredUpTo: instant('11:59:49.000') })
    expect(endLook(watch, now, 1).coveredUpTo).toBe(instant('11:59:49.000'))
  })

  it('covers nothing else under the key of a webhook that may have been forgotten', () => {
    const alone = { key: 'z', beganAt: instant('11:59:50.000'), hashes: [plain('z', old)] }
    expect(endLook(aWatch({ pending: alone }), now, 1).coveredUpTo).toBe(0)
  })
})

describe('remember', () => {
  it('keeps webhooks for four days, longer than a store repeats them', () => {
    const today = unixSeconds('12:00:00.000')
    const watch = remember(aWatch(), [plain('a', today - 4 * days), plain('b', today - 4 * days - 1)], now)
    expect(watch.known).toEqual([plain('a', today - 4 * days)])
    expect(watch.knownSince).toBe(today - 4 * days)
  })

  it('moves what it remembers since with the time, and never back', () => {
    const today = unixSeconds('12:00:00.000')
    const known = [plain('a', today - 4 * days), plain('b', today)]
    const tomorrow = remember(aWatch({ known }), [], asEpochMs(now + 86_400_000))
    expect([tomorrow.known, tomorrow.knownSince]).toEqual([[plain('b', today)], today - 3 * days])
    expect(remember(tomorrow, [], now).knownSince).toBe(today - 3 * days)
  })

  it('keeps a thousand, and knows that it has forgotten the oldest', () => {
    const today = unixSeconds('12:00:00.000')
    const many = Array.from({ length: 1_002 }, (_, n) => plain(`h${n}`, today - n))
    const watch = remember(aWatch(), many, now)
    expect(watch.known).toHaveLength(1_000)
    expect(watch.known.some(({ hash }) => hash === 'h1000')).toBe(false)
    expect(watch.knownSince).toBe(today - 999)
  })
})

describe('a watch, whatever comes', () => {
  /** One order's life: each event is delivered any number of times at any time after it, and looks are begun, lost and ended. */
  type Step = { what: 'deliver' | 'begin' | 'end'; event: number; afterMs: number }
  const step: fc.Arbitrary<Step> = fc.record({
    what: fc.constantFrom('deliver' as const, 'begin' as const, 'end' as const),
    event: fc.nat(12),
    afterMs: fc.oneof(fc.nat(5_000), fc.nat(6 * days * 1_000)),
  })

  it('never uses a key for two looks that begin at different times, and answers nothing without a look after it', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), steps => {
        let at = now
        let watch = aWatch()
        const events = new Map<number, number>()
        const waiting = new Map<string, Heard>()
        const began = new Map<string, number>()
        const answeredBy: { event: number; at: number }[] = []
        const endsOf = (hash: string) => Number(hash.slice(1))
        const settle = () => {
          for (const hash of [...waiting.keys()])
            if (watch.known.some(known => known.hash === hash)) {
              answeredBy.push({ event: endsOf(hash), at })
              waiting.delete(hash)
            }
        }
        let lastCover = 0
        for (const { what, event, afterMs } of steps) {
          at = asEpochMs(at + afterMs)
          if (what === 'deliver') {
            const createdAt = Math.floor((events.get(event) ?? at) / 1000)
            if (!events.has(event)) events.set(event, at)
            waiting.set(`e${event}`, { hash: `e${event}`, createdAt, sentAt: at })
          }
          if (what === 'begin') {
            const choice = chooseLook(watch, [...waiting.values()], { now: at, delayScale: 1 })
            if (choice.look === 'none') {
              watch = remember(watch, choice.unknown, at)
              for (const hash of waiting.keys()) answeredBy.push({ event: endsOf(hash), at: lastCover })
              waiting.clear()
            } else {
              const { key, beganAt, hashes } = choice.pending
              const earlier = began.get(key)
              // The one repetition that is allowed is that of a webhook which answers nobody but itself.
              if (earlier !== undefined && earlier !== beganAt) expect(hashes).toHaveLength(1)
              else began.set(key, beganAt)
              watch = { ...watch, pending: choice.pending }
            }
          }
          if (what === 'end' && watch.pending !== undefined) {
            lastCover = Math.max(lastCover, watch.pending.beganAt)
            const done = watch.pending.hashes
            watch = endLook(watch, at, 1)
            for (const { hash } of done) waiting.delete(hash)
            for (const { hash } of done) answeredBy.push({ event: endsOf(hash), at })
            settle()
          }
        }
        for (const { event, at: answeredAt } of answeredBy)
          expect(answeredAt).toBeGreaterThanOrEqual(events.get(event) ?? Number.POSITIVE_INFINITY)
      }),
      { numRuns: 500 },
    )
  })
})
