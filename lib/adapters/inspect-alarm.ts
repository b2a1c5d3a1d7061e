import { type CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch'
import type { Observation } from '../core/diagnose.js'
import { inspectWith } from './inspect-with.js'

/** An alarm by its name: whether it would tell anybody. */
export const inspectAlarm = (
  { client }: { client: Pick<CloudWatchClient, 'send'> },
  name: string,
): Promise<Observation> =>
  inspectWith(async () => {
    const { MetricAlarms: [alarm] = [] } = await client.send(
      new DescribeAlarmsCommand({ AlarmNames: [name] }),
    )
    if (alarm === undefined) return { seen: 'missing' }
    return {
      seen: 'there',
      facts: {
        actionsEnabled: String(alarm.ActionsEnabled === true),
        notifies: String((alarm.AlarmActions ?? []).length > 0),
        state: alarm.StateValue ?? 'unknown',
      },
    }
  })
