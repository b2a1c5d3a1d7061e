import type { Clock, Random } from '../../core/time.js'
import type { ScheduleDeclaration } from './declaration.js'
import { type BusEvent, toEventTime } from './event-bus.js'
import { ACCOUNT_ID } from './resolve-intrinsics.js'

export type Schedule = { stop(): Promise<void> }

type Options = { clock: Clock; random: Random; region: string; onTick: (event: BusEvent) => void }

// A timer of Node holds 24 days at most and fires at once beyond: a long period is slept in parts.
const SLEEP_MAX_MS = 24 * 3_600_000

/** Calls `onTick` with EventBridge's scheduled event once a period, the first time one period after the start. */
export function startSchedule({ arn, periodMs }: ScheduleDeclaration, options: Options): Schedule {
  const { clock, random, region, onTick } = options
  const stopping = new AbortController()
  const sleepUntil = async (instant: number) => {
    while (clock.now() < instant && !stopping.signal.aborted) {
      await clock.sleep(Math.min(instant - clock.now(), SLEEP_MAX_MS), stopping.signal)
    }
  }
  const loop = async () => {
    for (let next = clock.now() + periodMs; ; next += periodMs) {
      await sleepUntil(next)
      if (stopping.signal.aborted) return
      onTick({
        version: '0',
        id: random.uuid(),
        'detail-type': 'Scheduled Event',
        source: 'aws.events',
        account: ACCOUNT_ID,
        time: toEventTime(clock.now()),
        region,
        resources: [arn],
        detail: {},
      })
    }
  }
  const ended = loop()
  return {
    stop: () => {
      stopping.abort()
      return ended
    },
  }
}
