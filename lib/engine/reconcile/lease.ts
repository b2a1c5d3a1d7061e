import { StaleLease } from '../../core/errors.js'
import { asEpochMs, type EpochMs } from '../../core/time.js'
import type { Course } from '../ports.js'
import type { SweepDeps } from './deps.js'

/** Long enough for any step; a pass that was killed keeps the store from others no longer. */
const leaseMs = 15 * 60_000

export const leaseUntil = (now: EpochMs, invocationEnd: EpochMs): EpochMs =>
  asEpochMs(Math.min(invocationEnd, now + leaseMs))

/** A pass may outlast its lease, as one from a shell does: it is taken again in good time, if nobody else has had it since. */
export async function renew(deps: SweepDeps, course: Course): Promise<Course> {
  const now = deps.clock.now()
  const until = leaseUntil(now, deps.invocationEnd)
  if (course.leaseUntil - now > leaseMs / 2 || until <= course.leaseUntil) return course
  const renewed = await deps.checkpoints.acquire(course.storeHash, course.owner, until)
  const { sweepId, page } = course.cursor ?? {}
  if (renewed === undefined || renewed.cursor?.sweepId !== sweepId || renewed.cursor?.page !== page)
    throw new StaleLease(`the sweep of store ${course.storeHash} was taken over by another pass`)
  return { ...renewed, ...(course.cursor && { cursor: course.cursor }) }
}
