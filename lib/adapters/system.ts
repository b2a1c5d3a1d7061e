import { randomUUID } from 'node:crypto'
import { asEpochMs, type Clock, type Random } from '../core/time.js'

/** The machine's own clock. This file is the only one that touches ambient time and chance. */
export const systemClock: Clock = {
  now: () => asEpochMs(Date.now()),
  sleep: (ms, signal) =>
    new Promise(resolve => {
      if (signal?.aborted) return resolve()
      const finish = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', finish)
        resolve()
      }
      const timer = setTimeout(finish, ms)
      signal?.addEventListener('abort', finish, { once: true })
    }),
}

export const systemRandom: Random = { next: () => Math.random(), uuid: () => randomUUID() }
