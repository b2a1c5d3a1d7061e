import { Presets, SingleBar } from 'cli-progress'
import type { Redriven } from '../../engine/redrive-letters.js'
import type { OperateDeps } from './open-app.js'

export type LetterProgress = { step(redriven: Redriven): void; stop(): void }

/** A bar where a person watches, on stderr: stdout is for what the command finds. In a pipe there is only the end to tell. */
export function createLetterProgress({ isLive }: Pick<OperateDeps, 'isLive'>, total: number): LetterProgress {
  if (!isLive || total === 0) return { step: () => undefined, stop: () => undefined }
  const bar = new SingleBar(
    {
      format: '{bar} {value}/{total}  {moved} moved',
      barsize: 24,
      stream: process.stderr,
      // Left to itself the bar takes the first Ctrl-C for its own end, and messages go on being sent. Nor does it change
      // anything of the terminal that a killed command would leave so.
      gracefulExit: false,
      linewrap: true,
    },
    Presets.shades_classic,
  )
  let moved = 0
  bar.start(total, 0, { moved })
  return {
    step: ({ verdict }) => {
      if (verdict === 'redriven') moved += 1
      bar.increment(1, { moved })
    },
    stop: () => bar.stop(),
  }
}
