import { describe, expect, it } from '@jest/globals'
import { finish } from '../../../lib/core/ledger-entry.js'
import { asEpochMs } from '../../../lib/core/time.js'
import { paymentOf } from '../../support/planted-world.js'
import { allRules, gist, perform, SweepWorld } from '../../support/sweep-world.js'

const minute = 60_000
const completed = { processingStatus: 3, appliedStatus: 0, allowedOperations: [0] }
const letterOf = (requestId: string, paymentId: number, storeHash = 'abc') => ({
  messageId: `m-${requestId}`,
  body: JSON.stringify({ requestId, storeHash, paymentId, operationCode: 0 }),
  groupId: `${storeHash}:${paymentId}`,
  attributes: {},
  sentAt: asEpochMs(0),
})

describe('reconcile: before it acts', () => {
  it('does not act on what a person has changed in the store since it was seen', async () => {
    const world = new SweepWorld()
    for (let id = 1; id <= 600; id += 1) world.store.add(id)
    world.store.add(1, completed)
    const { api } = world.deps
    let lists = 0
    const report = await world.pass(
      { rules: allRules },
      {
        ...world.deps,
        api: {
          call: async (call, ...rest) => {
            const answer = await api.call(call, ...rest)
            // A person applies and reverts it on purpose while the next pages are read.
            lists += 1
            if (lists === 2)
              Object.assign(paymentOf(world.store, 1), { updatedAt: Math.floor(world.clock.now() / 1000) })
            return answer
          },
        },
      },
    )
    expect(gist(report).join()).toMatch(/refused/)
  })

  it('does not act on what was done by a request since it was seen', async () => {
    const world = new SweepWorld()
    for (let id = 1; id <= 600; id += 1) world.store.add(id)
    world.store.add(1, completed)
    const { api } = world.deps
    let lists = 0
    const report = await world.pass(
      { rules: allRules },
      {
        ...world.deps,
        api: {
          call: async (call, ...rest) => {
            const answer = await api.call(call, ...rest)
            lists += 1
            if (lists === 2) {
              world.succeeded(perform('apply', 1, 0), 2)
              world.succeeded(perform('revert', 1, 1), 1)
            }
            return answer
          },
        },
      },
    )
    expect(gist(report).join()).toMatch(/refused/)
  })

  it('refuses a dead letter of a payment that a doubt holds', async () => {
    const world = new SweepWorld()
    world.store.add(1)
    world.doubt(perform('doubt-1', 1, 3))
    world.letters.push(letterOf('never-1', 1))
    const report = await world.pass({ rules: allRules })
    expect(gist(report).find(line => line.startsWith('neverAttempted'))).toMatch(/refused/)
  })

  it('sends a dead letter again once, though it fails again before its first attempt', async () => {
    const world = new SweepWorld()
    world.store.add(1)
    world.letters.push(letterOf('never-1', 1))
    await world.pass({ rules: allRules })
    world.world.queue.messages.length = 0
    const open = { ...world.entry(perform('never-1', 1), 0), attempts: 0, source: 'reconcile' as const }
    const error = { code: 'CREDENTIALS_MISSING' as const, message: 'no secret' }
    world.put(finish(open, 'failed', { effect: 'none', error }, world.ago(0)))
    world.clock.moveTo(world.ago(-15 * minute))
    await world.pass({ rules: allRules })
    expect(world.world.queue.messages).toHaveLength(0)
  })
})
