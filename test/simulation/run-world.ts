import { asEpochMs } from '../../lib/core/time.js'
import { settle } from '../support/virtual-clock.js'
import type { World } from '../support/world.js'
import type { Variant } from './broken-variants.js'
import type { Judge } from './judge.js'
import { type PortCall, type PortFault, Worker } from './worker.js'

export type Course = {
  world: World
  judge: Judge
  workers: number
  faultOf: (call: PortCall) => PortFault
  variant?: Variant
}

/**
 * Lets workers take what the queue gives, replaces each that died, and moves time on to whatever comes next, until nothing
 * is left to happen. Stops at the first violation. Returns the number of steps.
 */
export async function runWorld(
  { world, judge, workers: count, faultOf, variant }: Course,
  stepsMax = 40_000,
): Promise<number> {
  const start = (name: string): Worker =>
    new Worker({
      world,
      name,
      faultOf,
      onAcknowledge: handles => judge.onAcknowledge(handles),
      ...(variant?.break && { break: variant.break }),
      ...(variant?.acknowledgesFirst !== undefined && { acknowledgesFirst: variant.acknowledgesFirst }),
    })
  const workers = Array.from({ length: count }, (_, index) => start(`w${index}`))
  let steps = 0
  for (; steps < stepsMax && judge.violations.length === 0; steps += 1) {
    workers.forEach((worker, index) => {
      if (!worker.isAlive) workers[index] = start(worker.settings.name)
      else if (!worker.isBusy && hasWork(world)) void worker.invoke()
    })
    await settle()
    if (!(await stepOn(world))) break
    judge.afterStep()
  }
  if (world.queue.messages.length > 0 && judge.violations.length === 0) {
    judge.violations.push(`not drained after ${steps} steps: ${world.queue.messages.length} messages left`)
  }
  if (judge.violations.length === 0) judge.atTheEnd()
  return steps
}

const hasWork = (world: World): boolean => {
  const next = world.queue.nextVisibleAt()
  return next !== undefined && next <= world.clock.now()
}

/** The next thing that happens: somebody wakes, or a message becomes visible. False when nothing ever will. */
async function stepOn(world: World): Promise<boolean> {
  if (await world.clock.stepBefore(world.queue.nextVisibleAt())) return true
  const next = world.queue.nextVisibleAt()
  if (next === undefined) return false
  world.clock.moveTo(asEpochMs(next))
  return true
}
