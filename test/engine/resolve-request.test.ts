import { describe, expect, it } from '@jest/globals'
import { Unavailable } from '../../lib/core/errors.js'
import { toSending } from '../../lib/core/ledger-entry.js'
import type { OperationRequest } from '../../lib/core/request.js'
import { asEpochMs } from '../../lib/core/time.js'
import type { Act } from '../../lib/engine/ports.js'
import { resolveRequest } from '../../lib/engine/resolve-request.js'
import { catchError } from '../support/sentinel.js'
import { perform, SweepWorld } from '../support/sweep-world.js'

const key = { storeHash: 'abc', requestId: 'doubt-15' }
const apply = perform('doubt-15', 15)
const create: OperationRequest = {
  requestId: 'doubt-15',
  storeHash: 'abc',
  type: 'createOfflinePayment',
  payment: {
    lineItems: [{ invoiceId: 13, amount: '20.00' }],
    currency: 'USD',
    details: {},
    customerId: '113',
    externalId: 'PO-1',
  },
}

/** One request in doubt, and those who may be killed on the way to its end. */
function aDoubt(request: OperationRequest = apply) {
  const sweep = new SweepWorld()
  sweep.doubt(request)
  const acts = new Map<string, Act>()
  const audit = {
    record: async (act: Act, id = '') => {
      acts.set(id, act)
      return { recorded: true as const }
    },
  }
  const deps = { ...sweep.deps, audit }
  const say = (as: 'done' | 'notDone', more: { by?: string; paymentId?: number } = {}, using = deps) =>
    resolveRequest(using, key, {
      as,
      by: 'Ada',
      reason: 'the bank shows it',
      at: sweep.clock.now(),
      ...more,
    })
  const { ledger, outcomes } = sweep.world
  const holders = () => [...ledger.holders.values()].flatMap(held => [...held])
  return { sweep, deps, acts, say, ledger, outcomes, holders }
}

describe('resolveRequest', () => {
  it('ends a doubt as done: confirmed, told, on record, its payment free', async () => {
    const { say, outcomes, acts, holders } = aDoubt()
    const resolved = await say('done')
    expect(resolved).toMatchObject({ resolved: true, wasSoBefore: false, entry: { state: 'succeeded' } })
    expect(outcomes).toMatchObject([{ requestId: 'doubt-15', status: 'succeeded', effect: 'confirmed' }])
    expect([...acts.values()]).toMatchObject([
      { action: 'resolve', by: 'Ada', reason: 'the bank shows it', paymentId: 15, changedTo: 'done' },
    ])
    expect(holders()).toEqual([])
  })

  it('ends a doubt as not done: without effect, so that a redrive tries it afresh, and it says who said so', async () => {
    const { say, outcomes, ledger } = aDoubt()
    await say('notDone')
    expect(outcomes).toMatchObject([
      {
        status: 'failed',
        effect: 'none',
        error: {
          code: 'IN_DOUBT',
          message: expect.stringMatching(/Ada resolved it as not done: the bank shows it$/),
        },
      },
    ])
    expect(await ledger.read('abc', 'doubt-15')).toMatchObject({
      state: 'failed',
      deadLetter: 'sent',
      resolution: { as: 'notDone', by: 'Ada' },
    })
  })

  it('keeps the payment that a create is said to have made', async () => {
    const { say, ledger, acts } = aDoubt(create)
    expect(await say('notDone', { paymentId: 9 })).toMatchObject({ resolved: false })
    await say('done', { paymentId: 9001 })
    expect(await ledger.makersOf('abc', 9001)).toEqual(['doubt-15'])
    expect([...acts.values()]).toMatchObject([{ paymentId: 9001 }])
  })

  it('refuses another payment than the one that the request is about', async () => {
    const { say, outcomes } = aDoubt()
    expect(await say('done', { paymentId: 16 })).toEqual({ resolved: false, why: 'it is about payment 15' })
    expect(outcomes).toEqual([])
  })

  const steps = ['save', 'record', 'releasePayment', 'publish'] as const
  it.each(steps.flatMap(step => [[step, 'before'] as const, [step, 'after'] as const]))(
    'completes what a kill at %s, %s it took effect, cut short, when it is told the same again',
    async (step, passage) => {
      const { deps, sweep, say, acts, outcomes, holders, ledger } = aDoubt()
      const killed =
        <A extends unknown[], T>(work: (...given: A) => Promise<T>) =>
        async (...given: A): Promise<T> => {
          if (passage === 'after') await work(...given)
          throw new Unavailable(`killed ${passage} ${step}`)
        }
      const { save, releasePayment } = deps.ledger
      const mortal = {
        ...deps,
        ledger: {
          ...deps.ledger,
          ...(step === 'save' && { save: killed(save) }),
          ...(step === 'releasePayment' && { releasePayment: killed(releasePayment) }),
        },
        ...(step === 'record' && { audit: { record: killed(deps.audit.record) } }),
        ...(step === 'publish' && { outcomes: { publish: killed(deps.outcomes.publish) } }),
      }
      expect(await catchError(() => say('done', {}, mortal))).toBeInstanceOf(Unavailable)
      await sweep.clock.run(sweep.clock.sleep(60_000))
      const isSaved = step !== 'save' || passage === 'after'
      expect(await say('done')).toMatchObject({ resolved: true, wasSoBefore: isSaved })
      expect(await say('done')).toMatchObject({ resolved: true, wasSoBefore: true })
      expect(acts.size).toBe(1)
      expect(holders()).toEqual([])
      expect(new Set(outcomes.map(outcome => JSON.stringify(outcome))).size).toBe(1)
      expect(await ledger.read('abc', 'doubt-15')).toMatchObject({ state: 'succeeded' })
    },
  )

  it('refuses another answer than the one that was given before', async () => {
    const { say, outcomes } = aDoubt()
    await say('done')
    const refused = await say('notDone', { by: 'Bob' })
    expect(refused).toMatchObject({
      resolved: false,
      why: expect.stringMatching(/^Ada resolved it as done on/),
    })
    expect(outcomes).toHaveLength(1)
  })

  it('refuses a payment that it does not keep, where the create was resolved without it or with another', async () => {
    for (const first of [{}, { paymentId: 9001 }]) {
      const { say, ledger } = aDoubt(create)
      await say('done', first)
      expect(await say('done', { paymentId: 9002 })).toMatchObject({
        resolved: false,
        why: expect.stringMatching(/^Ada resolved it as done on .* 9001$|^Ada .* without a payment$/),
      })
      expect(await say('done', first)).toMatchObject({ resolved: true, wasSoBefore: true })
      expect(await ledger.makersOf('abc', 9002)).toEqual([])
    }
  })

  it('refuses what a look may still settle, what is finished and what is not known', async () => {
    const { sweep, say } = aDoubt()
    sweep.leftBehind(apply)
    expect(await say('done')).toMatchObject({ why: expect.stringContaining('a look may still settle it') })
    sweep.put({ ...sweep.entry(apply), leaseUntil: asEpochMs(sweep.clock.now() + 1) })
    expect(await say('done')).toMatchObject({ why: 'it is being worked on at this moment' })
    sweep.succeeded(apply)
    expect(await say('done')).toMatchObject({ why: 'it is not in doubt: succeeded, performed' })
    sweep.world.ledger.rows.clear()
    expect(await say('done')).toMatchObject({ why: 'the ledger does not know it' })
  })

  it('leaves the payment held by the doubt that a redrive has come into meanwhile', async () => {
    const { sweep, deps, say, holders, ledger } = aDoubt()
    const overtaken = {
      ...deps,
      audit: {
        record: async (...kept: Parameters<typeof deps.audit.record>) => {
          const failed = await ledger.read('abc', 'doubt-15')
          if (failed === undefined) throw new Error('the doubt has an entry')
          const { ending: _, ...open } = failed
          await ledger.save(toSending(open, sweep.clock.now()), 'redrive')
          return deps.audit.record(...kept)
        },
      },
    }
    expect(await say('notDone', {}, overtaken)).toMatchObject({ resolved: true })
    expect(holders()).toEqual(['doubt-15'])
  })

  it('gives way to whoever writes to the request at the same moment', async () => {
    const { sweep, deps, say, outcomes } = aDoubt()
    const { ledger } = deps
    const overtaken = {
      ...deps,
      ledger: {
        ...ledger,
        read: async (...asked: Parameters<typeof ledger.read>) => {
          const entry = await ledger.read(...asked)
          if (entry !== undefined) await sweep.world.ledger.save(entry, 'another')
          return entry
        },
      },
    }
    expect(await say('done', {}, overtaken)).toMatchObject({ resolved: false })
    expect(outcomes).toEqual([])
  })
})
