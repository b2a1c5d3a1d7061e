import type { SQSClient } from '@aws-sdk/client-sqs'
import type { Clock, Random } from '../../core/time.js'
import type { Declaration } from './declaration.js'
import type { BusEvent } from './event-bus.js'
import { startPoller } from './poller.js'
import { startSchedule } from './schedule.js'

export type TriggerOptions = {
  clock: Clock
  random: Random
  sqs: SQSClient
  queueUrls: Record<string, string>
  invoke: (functionKey: string, event: unknown) => Promise<unknown>
  invokeAsynchronously: (functionKey: string, event: unknown) => void
  onLine: (functionKey: string, line: string) => void
}

/** Starts what calls functions by itself: a poller for each queue source, a timer for each schedule. */
export function startTriggers(
  declaration: Declaration,
  options: TriggerOptions,
): { stop(): Promise<void> }[] {
  const { clock, random, sqs: client, queueUrls } = options
  const { region, functions, queues } = declaration
  return Object.entries(functions).flatMap(([key, { queueSources, schedules }]) => {
    const invoke = (event: unknown) => options.invoke(key, event)
    const onLine = (line: string) => options.onLine(key, line)
    const onTick = (event: BusEvent) => options.invokeAsynchronously(key, event)
    const pollers = queueSources.map(source => {
      const [queueUrl = '', queueArn = ''] = [queueUrls[source.queue], queues[source.queue]?.arn]
      return startPoller({ clock, client, source, queueUrl, queueArn, region, invoke, onLine })
    })
    return [
      ...pollers,
      ...schedules.map(schedule => startSchedule(schedule, { clock, random, region, onTick })),
    ]
  })
}
