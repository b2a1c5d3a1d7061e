import { describe, expect, it } from '@jest/globals'
import { mortalDeps } from '../../support/mortal-deps.js'
import { plant } from '../../support/planted-world.js'
import { allRules, gist, SweepWorld } from '../../support/sweep-world.js'

/** A pass is killed at each of its calls in turn, before and after; the next one, when the lease is over, goes on. */

async function cleanRun() {
  const world = planted()
  const { deps, calls } = mortalDeps(world.deps)
  const report = await world.pass({ rules: allRules }, deps)
  await world.drain()
  return { calls, gist: gist(report), effects: [...world.store.effects].sort(), outcomes: outcomesOf(world) }
}

function planted(): SweepWorld {
  const world = new SweepWorld()
  plant(world)
  return world
}

const outcomesOf = (world: SweepWorld): string[] =>
  [
    ...new Set(
      world.world.outcomes.map(({ requestId, status, effect }) => `${requestId} ${status} ${effect}`),
    ),
  ].sort()

describe('a pass killed at any call and resumed', () => {
  it('makes the same report, and has no effect twice', async () => {
    const clean = await cleanRun()
    expect(clean.calls.filter(call => call === 'checkpoints.savePage').length).toBeGreaterThanOrEqual(6)
    const last = clean.calls.length
    for (let call = 1; call <= last; call += 1) {
      for (const passage of ['before', 'after'] as const) {
        const where = `killed ${passage} call ${call}, ${clean.calls[call - 1]}`
        const world = planted()
        const { deps } = mortalDeps(world.deps, { call, passage })
        await expect(world.pass({ rules: allRules }, deps)).rejects.toThrow('killed')
        world.clock.moveTo(world.ago(-11 * 60_000))
        const resumed = await world.pass({ rules: allRules })
        // After its very last call the pass is over: there is nothing to resume.
        if (call < last || passage === 'before')
          expect([where, ...gist(resumed)]).toEqual([where, ...clean.gist])
        await world.drain()
        expect([where, ...[...world.store.effects].sort()]).toEqual([where, ...clean.effects])
        expect([where, ...outcomesOf(world)]).toEqual([where, ...clean.outcomes])
      }
    }
  })

  it('makes the same report where what it asked for is carried out before it is resumed', async () => {
    const clean = await cleanRun()
    const sends = clean.calls.flatMap((name, at) => (name === 'queue.send' ? [at + 1] : []))
    expect(sends).toHaveLength(6)
    for (const call of sends) {
      const world = planted()
      const { deps } = mortalDeps(world.deps, { call, passage: 'after' })
      await expect(world.pass({ rules: allRules }, deps)).rejects.toThrow('killed')
      await world.drain()
      world.clock.moveTo(world.ago(-11 * 60_000))
      expect([call, ...gist(await world.pass({ rules: allRules }))]).toEqual([call, ...clean.gist])
      await world.drain()
      expect([call, ...[...world.store.effects].sort()]).toEqual([call, ...clean.effects])
    }
  })

  it('keeps the pages that were read: a kill repeats one call of the list at most', async () => {
    const clean = await cleanRun()
    const saves = clean.calls.flatMap((name, at) => (name === 'checkpoints.savePage' ? [at + 1] : []))
    for (const call of saves) {
      const world = planted()
      const { deps } = mortalDeps(world.deps, { call, passage: 'before' })
      await expect(world.pass({ rules: allRules }, deps)).rejects.toThrow('killed')
      world.clock.moveTo(world.ago(-11 * 60_000))
      await world.pass({ rules: allRules })
      expect(world.store.lists).toBeLessThanOrEqual(4)
    }
  })

  it('finds the store busy until the lease of the killed one is over', async () => {
    const world = planted()
    const { deps } = mortalDeps(world.deps, { call: 20, passage: 'after' })
    await expect(world.pass({ rules: allRules }, deps)).rejects.toThrow('killed')
    expect((await world.pass()).stores).toMatchObject([{ busy: true }])
    world.clock.moveTo(world.ago(-11 * 60_000))
    expect((await world.pass()).stores).toMatchObject([{ complete: true }])
  })
})
