import { describe, expect, it } from '@jest/globals'
import { buryLetters as aWorld } from '../support/buried-letters.js'
import { Killed, type LetterWorld } from '../support/letter-world.js'

// The hardest of a redrive: it is killed at each of its calls, run again, and its copies are carried out.

const wanted = ['erp-1: apply 117', 'erp-2: revert 117', 'erp-3: status 117', 'event-1: apply 118']
const effectsOf = (world: LetterWorld) =>
  world.store.history.map(({ what, paymentId }) => `${what} ${paymentId}`).sort()

describe('redriveLetters, killed', () => {
  it('carries out each request once, wherever it is killed and run again', async () => {
    const clean = aWorld()
    await clean.redrive()
    const callsOfClean = clean.calls
    await clean.drain()
    const effects = effectsOf(clean)
    expect(effects).toHaveLength(wanted.length)
    for (let call = 1; call <= callsOfClean; call += 1) {
      for (const passage of ['before', 'after'] as const) {
        const world = aWorld()
        world.death = { call, passage }
        await expect(world.redrive()).rejects.toBeInstanceOf(Killed)
        world.death = undefined
        world.waitUntilShown()
        await world.redrive()
        await world.drain()
        expect({ call, passage, effects: effectsOf(world) }).toEqual({ call, passage, effects })
        expect([...world.deadLetters.messages, ...world.events.messages, ...world.letters]).toEqual([])
      }
    }
  })

  it('carries out each request once when the first copies were carried out before it is run again', async () => {
    const clean = aWorld()
    await clean.redrive()
    const callsOfClean = clean.calls
    for (let call = 1; call <= callsOfClean; call += 1) {
      const world = aWorld()
      world.death = { call, passage: 'after' }
      await expect(world.redrive()).rejects.toBeInstanceOf(Killed)
      world.death = undefined
      await world.drain()
      world.waitUntilShown()
      const report = await world.redrive()
      await world.drain()
      expect({ call, effects: effectsOf(world).length }).toEqual({ call, effects: wanted.length })
      // What is here still is what was carried out between: safe to discard.
      const left = report.letters.filter(({ verdict }) => verdict === 'left')
      expect(left.map(({ joined }) => joined.explanation.meaning)).toEqual(left.map(() => 'done'))
      expect(world.deadLetters.messages.length + world.events.messages.length).toBe(left.length)
    }
  })

  it.each(['lostBefore', 'lostAfter', 'error500After', 'notSent', 'throttled'] as const)(
    'carries out each request once where the write of a first copy ends as %s',
    async trouble => {
      const clean = aWorld()
      await clean.redrive()
      for (let call = 1; call <= clean.calls; call += 1) {
        const world = aWorld({ writes: [trouble, trouble] })
        world.death = { call, passage: 'after' }
        await expect(world.redrive()).rejects.toBeInstanceOf(Killed)
        world.death = undefined
        world.waitUntilShown()
        await world.redrive()
        await world.drain()
        const times = Object.values(Object.groupBy(effectsOf(world), effect => effect)).map(
          all => all?.length ?? 0,
        )
        // A status is absolute: doing it twice is no second execution. Money is moved once.
        const moves = world.store.history.filter(({ what }) => what === 'apply' || what === 'revert')
        expect({ call, moves: moves.length, once: Math.max(...times) <= 2 }).toEqual({
          call,
          moves: 3,
          once: true,
        })
      }
    },
  )
})
