import {
  DescribeEventBusCommand,
  DescribeRuleCommand,
  type EventBridgeClient,
  ListRuleNamesByTargetCommand,
  ListTargetsByRuleCommand,
} from '@aws-sdk/client-eventbridge'
import type { Observation } from '../core/diagnose.js'
import { inspectWith, lastPartOf, textFacts } from './inspect-with.js'

type Deps = { client: Pick<EventBridgeClient, 'send'> }

export const inspectBus = ({ client }: Deps, name: string): Promise<Observation> =>
  inspectWith(async () => {
    await client.send(new DescribeEventBusCommand({ Name: name }))
    return { seen: 'there', facts: {} }
  })

/** The rule or schedule that calls a function, whatever it is called; `busName` absent: the account's own bus, where schedules are. */
export const inspectRule = (
  { client }: Deps,
  targetArn: string,
  busName: string | undefined,
): Promise<Observation> =>
  inspectWith(async () => {
    const bus = busName === undefined ? {} : { EventBusName: busName }
    const { RuleNames: [name] = [] } = await client.send(
      new ListRuleNamesByTargetCommand({ TargetArn: targetArn, ...bus }),
    )
    if (name === undefined) return { seen: 'missing' }
    const rule = await client.send(new DescribeRuleCommand({ Name: name, ...bus }))
    const { Targets = [] } = await client.send(new ListTargetsByRuleCommand({ Rule: name, ...bus }))
    const deadLetterArn = Targets.find(({ Arn }) => Arn === targetArn)?.DeadLetterConfig?.Arn
    return {
      seen: 'there',
      handle: name,
      facts: textFacts({
        state: rule.State,
        pattern: rule.EventPattern === undefined ? undefined : inOneSpelling(rule.EventPattern),
        deadLetterQueue: deadLetterArn === undefined ? undefined : lastPartOf(deadLetterArn),
      }),
    }
  })

/** JSON with its keys in order and without spaces: two spellings of one pattern are one. */
const inOneSpelling = (text: string): string =>
  JSON.stringify(JSON.parse(text), (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
