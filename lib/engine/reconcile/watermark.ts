import type { Cursor } from '../../core/reconcile/sweep.js'
import { asEpochMs, type EpochMs } from '../../core/time.js'
import type { Course } from '../ports.js'
import type { SweepDeps } from './deps.js'

/** A payment that was passed over holds the watermark back no longer than this: the full sweep comes to it anyway. */
const heldBackMsMax = 3_600_000

/** Up to the newest change that was seen, but not past the start, nor past a payment that was passed over. */
export function watermarkAfter(
  deps: Pick<SweepDeps, 'serverClock'>,
  { storeHash, watermark, cursor }: Course & { cursor: Cursor },
): EpochMs {
  const { startedAt, newestSeconds, passedOverSeconds } = cursor
  if (newestSeconds === undefined) return watermark ?? asEpochMs(0)
  const newest = Math.min(startedAt + (deps.serverClock.offsetMs(storeHash) ?? 0), newestSeconds * 1000)
  if (passedOverSeconds === undefined) return asEpochMs(Math.max(watermark ?? 0, newest))
  return asEpochMs(Math.min(newest, Math.max(passedOverSeconds * 1000, newest - heldBackMsMax)))
}
