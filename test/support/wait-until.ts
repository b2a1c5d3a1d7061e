import { systemClock } from '../../lib/adapters/system.js'

/** Waits for what tells nobody when it comes about; false: it has not, in the time that was given. */
export async function waitUntil(isSo: () => boolean, patienceMs: number): Promise<boolean> {
  const until = systemClock.now() + patienceMs
  while (!isSo() && systemClock.now() < until) await systemClock.sleep(20)
  return isSo()
}
