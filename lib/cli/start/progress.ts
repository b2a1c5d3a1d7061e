import { Presets, SingleBar } from 'cli-progress'
import type { Clock, EpochMs } from '../../core/time.js'
import { fitText } from '../operate/fit-text.js'

export type ProgressState = {
  done: number
  /** Numbers of the lines that are waited for. */
  waiting: number[]
  quotas: { storeHash: string; remaining: number; limit: number }[]
}
export type Progress = { show(state: ProgressState): void; stop(): void }

export type ProgressOptions = {
  total: number
  /** A terminal that can redraw a line; else plain lines. */
  isLive: boolean
  clock: Clock
  print(line: string): void
}

/** A plain line every tenth of the way, and one now and then while nothing moves, so that a log shows that it is alive. */
const silenceMs = 10_000

/** So few that they are worth naming: something holds them back. */
const maxNamed = 3

/** Progress of a run: done of total, requests a second, and the quota left of each store. */
export function createProgress(options: ProgressOptions): Progress {
  const startedAt = options.clock.now()
  return options.isLive ? createBar(options, startedAt) : createLines(options, startedAt)
}

function createBar({ total, clock }: ProgressOptions, startedAt: EpochMs): Progress {
  const bar = new SingleBar(
    {
      format: '{bar} {value}/{total}  {rate}/s  {waiting}{quotas}',
      barsize: 16,
      hideCursor: true,
      fps: 10,
      stream: process.stdout,
    },
    Presets.shades_classic,
  )
  bar.start(total, 0, { rate: '0.0', quotas: '', waiting: '' })
  return {
    show: state =>
      bar.update(state.done, {
        rate: rateOf(state.done, startedAt, clock.now()),
        quotas: showQuotas(state),
        // First, for a terminal that is too narrow cuts the end.
        waiting: showWaiting(state).replace(/(?<=.)$/, '  '),
      }),
    stop: () => bar.stop(),
  }
}

function createLines({ total, clock, print }: ProgressOptions, startedAt: EpochMs): Progress {
  let shownTenth = -1
  let shownAt = startedAt
  return {
    show(state) {
      const now = clock.now()
      const tenth = total === 0 ? 10 : Math.floor((state.done * 10) / total)
      if (tenth <= shownTenth && now - shownAt < silenceMs) return
      shownTenth = tenth
      shownAt = now
      const parts = [
        `${state.done} of ${total} done, ${rateOf(state.done, startedAt, now)}/s`,
        showQuotas(state),
        showWaiting(state),
      ]
      print(fitText(parts.filter(part => part !== '').join('  ')).join('\n'))
    },
    stop() {
      shownTenth = 10
    },
  }
}

const rateOf = (done: number, startedAt: EpochMs, now: EpochMs): string =>
  ((done * 1000) / Math.max(1, now - startedAt)).toFixed(1)

const showQuotas = ({ quotas }: ProgressState): string =>
  quotas.length === 0
    ? ''
    : `quota ${quotas.map(({ storeHash, remaining, limit }) => `${storeHash} ${remaining}/${limit}`).join(' ')}`

const showWaiting = ({ waiting }: ProgressState): string =>
  waiting.length === 0 || waiting.length > maxNamed ? '' : `waiting for line ${waiting.join(', ')}`
