import { readFile } from 'node:fs/promises'
import {
  DescribeEventBusCommand,
  DescribeRuleCommand,
  EventBridgeClient,
  ListRuleNamesByTargetCommand,
  ListTargetsByRuleCommand,
} from '@aws-sdk/client-eventbridge'
import {
  GetFunctionConfigurationCommand,
  GetFunctionEventInvokeConfigCommand,
  InvokeCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
} from '@aws-sdk/client-lambda'
import { afterEach, describe, expect, it } from '@jest/globals'
import { systemClock, systemRandom } from '../../../lib/adapters/system.js'
import { describeRules } from '../../../lib/local/stack/describe-rules.js'
import { startEventBus } from '../../../lib/local/stack/event-bus.js'
import { startLambdaApi } from '../../../lib/local/stack/lambda-api.js'
import { readTemplate } from '../../../lib/local/stack/read-template.js'
import { credentials, region } from '../../support/embedded.js'
import { atTheEnd, endAll } from '../../support/endings.js'
import { catchError } from '../../support/sentinel.js'

// What the embedded stack says of itself, asked by the real clients.

const readDeclaration = async () => readTemplate(await readFile('serverless.yml', 'utf8'), 'trial')

async function aLambda() {
  const server = await startLambdaApi(await readDeclaration())
  atTheEnd(server.stop)
  const client = new LambdaClient({ region, credentials, endpoint: server.url, maxAttempts: 1 })
  atTheEnd(() => client.destroy())
  return client
}

async function aBus() {
  const declaration = await readDeclaration()
  const server = await startEventBus({
    clock: systemClock,
    random: systemRandom,
    region,
    bus: declaration.bus,
    onEvent: () => undefined,
    describing: describeRules(declaration),
  })
  atTheEnd(server.stop)
  const client = new EventBridgeClient({ region, credentials, endpoint: server.url, maxAttempts: 1 })
  atTheEnd(() => client.destroy())
  return { client, arnOf: (key: string) => declaration.functions[key]?.arn }
}

afterEach(endAll)

describe('startLambdaApi', () => {
  it('describes a function by its name or its ARN', async () => {
    const client = await aLambda()
    const FunctionName = 'payops-trial-performOperations'
    const found = await client.send(new GetFunctionConfigurationCommand({ FunctionName }))
    expect(found).toMatchObject({
      Handler: 'dist/functions/perform-operations.handler',
      Runtime: 'nodejs24.x',
      Timeout: 30,
      MemorySize: 512,
      State: 'Active',
    })
    const byArn = await client.send(
      new GetFunctionConfigurationCommand({ FunctionName: found.FunctionArn ?? '' }),
    )
    expect(byArn.FunctionName).toBe(FunctionName)
  })

  it('tells where failed events go, and nowhere where nothing is declared', async () => {
    const client = await aLambda()
    const read = async (FunctionName: string) =>
      (await client.send(new GetFunctionEventInvokeConfigCommand({ FunctionName }))).DestinationConfig
        ?.OnFailure
    expect((await read('payops-trial-acceptOperation'))?.Destination).toMatch(/:payops-trial-events-dlq$/)
    expect((await read('payops-trial-performOperations'))?.Destination).toBeUndefined()
  })

  it('lists the pollers of a function, each under an id that stays', async () => {
    const client = await aLambda()
    const list = async (FunctionName: string) =>
      (await client.send(new ListEventSourceMappingsCommand({ FunctionName }))).EventSourceMappings
    const [source, ...others] = (await list('payops-trial-performOperations')) ?? []
    expect(source).toMatchObject({
      State: 'Enabled',
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    })
    expect(source?.EventSourceArn).toMatch(/:payops-trial-operations\.fifo$/)
    expect(others).toEqual([])
    expect((await list('payops-trial-performOperations'))?.[0]?.UUID).toBe(source?.UUID)
    expect(await list('payops-trial-acceptOperation')).toEqual([])
  })

  it('knows no other function, and does not invoke', async () => {
    const client = await aLambda()
    const missing = new GetFunctionConfigurationCommand({ FunctionName: 'payops-prod-performOperations' })
    expect(await catchError(() => client.send(missing))).toMatchObject({ name: 'ResourceNotFoundException' })
    const invoke = new InvokeCommand({ FunctionName: 'payops-trial-performOperations' })
    expect(await catchError(() => client.send(invoke))).toMatchObject({ name: 'UnknownOperationException' })
  })
})

describe('describeRules', () => {
  it('finds the rule of a function with its pattern and dead-letter queue', async () => {
    const { client, arnOf } = await aBus()
    const bus = { EventBusName: 'payops-trial' }
    const TargetArn = arnOf('acceptOperation')
    const { RuleNames = [] } = await client.send(new ListRuleNamesByTargetCommand({ TargetArn, ...bus }))
    expect(RuleNames).toHaveLength(1)
    const rule = await client.send(new DescribeRuleCommand({ Name: RuleNames[0], ...bus }))
    expect(rule.State).toBe('ENABLED')
    expect(JSON.parse(rule.EventPattern ?? '')).toEqual({
      'detail-type': ['Payment Operation Requested'],
      source: [{ 'anything-but': 'payops' }],
    })
    const { Targets } = await client.send(new ListTargetsByRuleCommand({ Rule: RuleNames[0], ...bus }))
    expect(Targets).toMatchObject([{ Arn: TargetArn }])
    expect(Targets?.[0]?.DeadLetterConfig?.Arn).toMatch(/:payops-trial-events-dlq$/)
  })

  it("finds a schedule on the account's own bus, and not on ours", async () => {
    const { client, arnOf } = await aBus()
    const TargetArn = arnOf('reconcilePayments')
    const { RuleNames = [] } = await client.send(new ListRuleNamesByTargetCommand({ TargetArn }))
    const rule = await client.send(new DescribeRuleCommand({ Name: RuleNames[0] }))
    expect(rule).toMatchObject({ State: 'ENABLED', ScheduleExpression: 'rate(15 minutes)' })
    const ours = new ListRuleNamesByTargetCommand({ TargetArn, EventBusName: 'payops-trial' })
    expect((await client.send(ours)).RuleNames).toEqual([])
  })

  it('knows the declared bus, and no other', async () => {
    const { client } = await aBus()
    const { Arn } = await client.send(new DescribeEventBusCommand({ Name: 'payops-trial' }))
    expect(Arn).toMatch(/:event-bus\/payops-trial$/)
    const other = new DescribeEventBusCommand({ Name: 'payops-prod' })
    expect(await catchError(() => client.send(other))).toMatchObject({ name: 'ResourceNotFoundException' })
  })
})
