import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { FindingKind } from '../../../lib/core/reconcile/finding.js'
import { mortalDeps } from '../../support/mortal-deps.js'
import { perform, SweepWorld } from '../../support/sweep-world.js'

/** Whatever a store and its ledger look like: what was planted is found, once, and nothing else is. */

type Seed = { plant: (world: SweepWorld, id: number) => void; found: FindingKind[] }

const applicable = { processingStatus: 3, allowedOperations: [0] }
const applied = { processingStatus: 3, appliedStatus: 1, allowedOperations: [1] }
const order = { moduleName: 'payments_bigcommerce_sales_order', allowedOperations: [1, 2] }

const seeds: Seed[] = [
  { found: [], plant: (world, id) => world.store.add(id) },
  { found: [], plant: (world, id) => world.store.add(id, applied) },
  { found: ['completedNotApplied'], plant: (world, id) => world.store.add(id, applicable) },
  {
    found: ['refundedStillApplied'],
    plant: (world, id) => world.store.add(id, { ...applied, processingStatus: 4 }),
  },
  { found: ['orderStale'], plant: (world, id) => world.store.add(id, { ...applied, ...order }) },
  {
    found: ['ledgerAheadOfStore'],
    plant: (world, id) => {
      world.store.add(id, applicable)
      world.succeeded(perform(`applied-${id}`, id))
    },
  },
  {
    found: [],
    plant: (world, id) => {
      world.store.add(id, applied)
      world.succeeded(perform(`applied-${id}`, id))
    },
  },
  {
    found: ['doubtOpen', 'completedNotApplied'],
    plant: (world, id) => {
      world.store.add(id, applicable)
      world.doubt(perform(`doubt-${id}`, id, 3))
    },
  },
  {
    found: ['doubtSettled'],
    plant: (world, id) => {
      world.store.add(id, applied)
      world.doubt(perform(`doubt-${id}`, id))
    },
  },
  {
    found: ['leftBehind'],
    plant: (world, id) => {
      world.store.add(id, applicable)
      world.leftBehind(perform(`left-${id}`, id))
    },
  },
  { found: ['paymentGone'], plant: (world, id) => world.succeeded(perform(`gone-${id}`, id)) },
  {
    found: [],
    plant: (world, id) =>
      world.succeeded({ requestId: `del-${id}`, storeHash: 'abc', type: 'deletePayment', paymentId: id }),
  },
]

const kinds = fc.array(fc.constantFrom(...seeds), { minLength: 1, maxLength: 700 })

function plantAll(planted: Seed[]): SweepWorld {
  const world = new SweepWorld()
  for (const [at, { plant }] of planted.entries()) plant(world, at + 1)
  return world
}

const expected = (planted: Seed[]): string[] =>
  planted.flatMap(({ found }, at) => found.map(kind => `${kind} ${at + 1}`)).sort()

describe('reconcile of any store', () => {
  it('finds exactly what was planted', async () => {
    await fc.assert(
      fc.asyncProperty(kinds, async planted => {
        const report = await plantAll(planted).pass()
        const found = report.stores.flatMap(({ findings }) => findings)
        expect(found.map(({ kind, paymentId }) => `${kind} ${paymentId}`).sort()).toEqual(expected(planted))
      }),
      { numRuns: 30 },
    )
  })

  it('finds the same when it is killed anywhere and resumed', async () => {
    await fc.assert(
      fc.asyncProperty(kinds, fc.integer({ min: 1, max: 60 }), async (planted, call) => {
        const world = plantAll(planted)
        const { deps } = mortalDeps(world.deps, { call, passage: 'after' })
        // A pass that makes fewer calls comes to its end, and the next one finds the same.
        await world.pass({}, deps).catch((error: Error) => expect(error.message).toBe('killed'))
        world.clock.moveTo(world.ago(-11 * 60_000))
        const report = await world.pass()
        const found = report.stores.flatMap(({ findings }) => findings)
        expect(found.map(({ kind, paymentId }) => `${kind} ${paymentId}`).sort()).toEqual(expected(planted))
      }),
      { numRuns: 30 },
    )
  })
})
