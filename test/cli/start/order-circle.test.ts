import { describe, expect, it } from '@jest/globals'
import { type CircleStore, runOrderCircle } from '../../../lib/cli/start/order-circle.js'
import type { OutcomeSeen } from '../../../lib/cli/start/outcome-seen.js'
import type { DeadLetterSeen } from '../../../lib/cli/start/tally.js'
import { asEpochMs, type Clock } from '../../../lib/core/time.js'
import { aWebhookBody } from '../../support/webhook-letters.js'

/** A store whose payment follows its order after so long, and a clock that only moves where it is slept on. */
function aWorld({
  followsAfterMs = 1_400,
  quietAfterMs = 0,
  outcome,
  letter,
  mayFail = false,
}: {
  followsAfterMs?: number
  quietAfterMs?: number
  outcome?: OutcomeSeen
  letter?: DeadLetterSeen
  mayFail?: boolean
} = {}) {
  let now = 1_795_334_400_000
  const began = now
  let wanted = 2
  let told: ((outcome: OutcomeSeen) => void) | undefined
  let collected: ((letter: DeadLetterSeen) => void) | undefined
  const clock: Clock = {
    now: () => asEpochMs(now),
    sleep: async ms => {
      now += ms
      if (outcome !== undefined && now - began > 500) told?.(outcome)
      if (letter !== undefined && now - began > 500) collected?.(letter)
    },
  }
  const hasFollowed = () => now - began >= followsAfterMs
  const store: CircleStore = {
    payment: () => ({ fundingStatus: hasFollowed() ? wanted : 2 }),
    changeOrder: (_, { fundingStatus }) => {
      wanted = fundingStatus
      return 'hash'
    },
    effects: () => (hasFollowed() ? [{ storeHash: 'luma7x2', paymentId: 148, operationCode: 2 }] : []),
  }
  return (signal = new AbortController().signal) =>
    runOrderCircle({
      store,
      storeHash: 'luma7x2',
      clock,
      signal,
      mayFail,
      stack: { queueDepth: () => ({ ready: 0, delayed: 0, inFlight: Number(now - began < quietAfterMs) }) },
      onOutcome: listener => {
        told = listener
      },
      onDeadLetter: listener => {
        collected = listener
      },
    })
}

const aFailure = (requestId: string): OutcomeSeen => ({
  requestId,
  storeHash: 'luma7x2',
  paymentId: 148,
  status: 'failed',
  effect: 'none',
  attempts: 5,
  error: { code: 'RETRIES_EXHAUSTED', message: 'lost' },
})

describe('runOrderCircle', () => {
  it('says how long after its order the payment was fresh, however long its outcome took', async () => {
    const line =
      'webhooks: order 5148 changed, and payment 148 followed by itself, 1.4 s later:\n  told twice, as a store does now and then; pulled once'
    expect(await aWorld()()).toEqual({ holds: true, line })
    expect(await aWorld({ quietAfterMs: 9_000 })()).toEqual({ holds: true, line })
  })

  it('says how it ended by then where the queues are full for longer than a minute', async () => {
    const busy = { quietAfterMs: 90_000, mayFail: true }
    expect(await aWorld(busy)()).toMatchObject({ line: expect.stringContaining('followed by itself, 1.4 s') })
    const failed = { ...busy, followsAfterMs: 91_000, outcome: aFailure('webhook:a1:148') }
    expect(await aWorld(failed)()).toMatchObject({
      holds: true,
      line: expect.stringContaining('RETRIES_EXHAUSTED'),
    })
  })

  it('does not hold where the payment does not follow within a minute', async () => {
    const end = await aWorld({ followsAfterMs: 61_000 })()
    expect(end).toEqual({
      holds: false,
      line: 'webhooks: order 5148 changed, and payment 148 has not followed within 60 s',
    })
  })

  it('holds with a pull that failed only where calls are made to fail, and says how it ended', async () => {
    const line =
      'webhooks: order 5148 changed, and payment 148 did not follow:\n  its pull ended as RETRIES_EXHAUSTED'
    const failed = { followsAfterMs: 61_000, outcome: aFailure('webhook:a1:148') }
    expect(await aWorld({ ...failed, mayFail: true })()).toEqual({ holds: true, line })
    expect(await aWorld(failed)()).toEqual({ holds: false, line })
  })

  it('hears of a look that was given up, and of that of no other order', async () => {
    const late = { followsAfterMs: 61_000, mayFail: true }
    const letter = { body: aWebhookBody('5148', 'luma7x2'), errorCode: 'RETRIES_EXHAUSTED' }
    expect(await aWorld({ ...late, letter })()).toEqual({
      holds: true,
      line: 'webhooks: order 5148 changed, and payment 148 did not follow:\n  the look at its order ended as RETRIES_EXHAUSTED',
    })
    expect(await aWorld({ ...late, letter, mayFail: false })()).toMatchObject({ holds: false })
    const another = { ...letter, body: aWebhookBody('5149', 'luma7x2') }
    expect(await aWorld({ ...late, letter: another })()).toMatchObject({ holds: false })
  })

  it('passes over what became of a request that no webhook asked for', async () => {
    expect(await aWorld({ outcome: aFailure('erp-1') })()).toMatchObject({
      holds: true,
      line: expect.stringContaining('followed'),
    })
  })

  it('ends without a word where it is interrupted', async () => {
    expect(await aWorld({ followsAfterMs: 61_000 })(AbortSignal.abort())).toBeUndefined()
  })
})
