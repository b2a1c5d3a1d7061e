import type { Clock, EpochMs } from '../../../core/time.js'

// A store judges each destination by itself: below 90 % success within two minutes it is left alone for three. Fewer than
// a hundred failures in those two minutes are not judged.

const WINDOW_MS = 120_000
const BLOCK_MS = 180_000
const SUCCESS_LEAST = 0.9

export type SuccessWatch = {
  /** How long nothing may be sent to the destination yet; 0: now. */
  waitMs(destination: string): number
  note(destination: string, succeeded: boolean): void
}

/** `timeScale` shortens the window and the block. */
export function watchSuccess(clock: Clock, timeScale: number, failuresLeast: number): SuccessWatch {
  const windows = new Map<string, { openedAt: EpochMs; succeeded: number; failed: number }>()
  const blockedUntil = new Map<string, number>()
  return {
    waitMs: destination => Math.max(0, (blockedUntil.get(hostOf(destination)) ?? 0) - clock.now()),
    note(destination, succeeded) {
      const host = hostOf(destination)
      const now = clock.now()
      const known = windows.get(host)
      const isOpen = known !== undefined && now < known.openedAt + WINDOW_MS * timeScale
      const window = isOpen ? known : { openedAt: now, succeeded: 0, failed: 0 }
      windows.set(host, window)
      if (succeeded) window.succeeded += 1
      else window.failed += 1
      const share = window.succeeded / (window.succeeded + window.failed)
      if (window.failed < failuresLeast || share >= SUCCESS_LEAST) return
      blockedUntil.set(host, now + BLOCK_MS * timeScale)
      windows.delete(host)
    },
  }
}

const hostOf = (destination: string): string => new URL(destination).host
