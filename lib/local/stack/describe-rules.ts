import { AwsError } from './aws-json-server.js'
import type { Declaration, FunctionDeclaration } from './declaration.js'
import type { Mapping } from './node-shape.js'

type Described = {
  name: string
  arn: string
  bus: string
  targetArn: string
  /** A rule has one, a schedule the other. */
  pattern?: string
  period?: string
  deadLetterArn: string | undefined
}

/** What EventBridge says of the bus, its rules and the schedules on the account's own bus: those that the stack delivers by. */
export function describeRules({
  bus,
  functions,
  queues,
}: Pick<Declaration, 'bus' | 'functions' | 'queues'>): Record<string, (input: Mapping) => unknown> {
  const described = Object.values(functions).flatMap(declared => describeOf(declared, bus.name, queues))
  const nameOfBus = (input: Mapping): string => {
    const asked = String(input['EventBusName'] ?? input['Name'] ?? 'default')
    if (![bus.name, bus.arn, 'default'].includes(asked))
      throw new AwsError('ResourceNotFoundException', `Event bus ${asked} does not exist.`)
    return asked === bus.arn ? bus.name : asked
  }
  const findRule = (input: Mapping, name: unknown): Described => {
    const of = nameOfBus({ EventBusName: input['EventBusName'] ?? 'default' })
    const found = described.find(rule => rule.bus === of && rule.name === name)
    if (!found)
      throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${of}.`)
    return found
  }
  return {
    DescribeEventBus: input =>
      nameOfBus(input) === bus.name ? { Name: bus.name, Arn: bus.arn } : { Name: 'default' },
    ListRuleNamesByTarget: input => {
      const of = nameOfBus(input)
      const rules = described.filter(rule => rule.bus === of && rule.targetArn === input['TargetArn'])
      return { RuleNames: rules.map(({ name }) => name) }
    },
    DescribeRule: input => {
      const { name, arn, bus: EventBusName, pattern, period } = findRule(input, input['Name'])
      return {
        Name: name,
        Arn: arn,
        EventBusName,
        State: 'ENABLED',
        ...(pattern !== undefined && { EventPattern: pattern }),
        ...(period !== undefined && { ScheduleExpression: period }),
      }
    },
    ListTargetsByRule: input => {
      const { targetArn, deadLetterArn } = findRule(input, input['Rule'])
      return {
        Targets: [
          {
            Id: 'function',
            Arn: targetArn,
            ...(deadLetterArn !== undefined && { DeadLetterConfig: { Arn: deadLetterArn } }),
          },
        ],
      }
    },
  }
}

function describeOf(
  { arn: targetArn, rules, schedules }: FunctionDeclaration,
  bus: string,
  queues: Declaration['queues'],
): Described[] {
  const nameIn = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1)
  return [
    ...rules.map(({ arn, patternText, deadLetterQueue }) => ({
      name: nameIn(arn),
      arn,
      bus,
      targetArn,
      pattern: patternText,
      deadLetterArn: deadLetterQueue === undefined ? undefined : queues[deadLetterQueue]?.arn,
    })),
    ...schedules.map(({ arn, periodMs }) => ({
      name: nameIn(arn),
      arn,
      bus: 'default',
      targetArn,
      period: `rate(${periodMs / 60_000} minutes)`,
      deadLetterArn: undefined,
    })),
  ]
}
