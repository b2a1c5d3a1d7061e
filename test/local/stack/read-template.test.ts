import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { readTemplate } from '../../../lib/local/stack/read-template.js'
import { aTemplate } from './a-stack.js'

const REAL = readFileSync('serverless.yml', 'utf8')

const withFunction = (lines: string) => aTemplate({ functions: `  trial:\n${lines.replace(/^/gm, '    ')}` })

const reading = (text: string) => () => readTemplate(text, 'local')

describe('readTemplate', () => {
  it('reads the queues of serverless.yml with the attributes that SQS takes', () => {
    const { queues } = readTemplate(REAL, 'local')
    expect(queues['OperationsQueue']).toMatchObject({
      name: 'payops-local-operations.fifo',
      arn: 'arn:aws:sqs:us-east-1:000000000000:payops-local-operations.fifo',
      attributes: {
        FifoQueue: 'true',
        DeduplicationScope: 'messageGroup',
        FifoThroughputLimit: 'perMessageGroupId',
      },
    })
    expect(JSON.parse(queues['OperationsQueue']?.attributes['RedrivePolicy'] ?? '')).toMatchObject({
      deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:payops-local-operations-dlq.fifo',
    })
    expect(queues['EventsDeadLetterQueue']?.name).toBe('payops-local-events-dlq')
  })

  it('reads the table of serverless.yml with its index, and the name of the bus', () => {
    const { table, bus } = readTemplate(REAL, 'prod')
    expect(table).toMatchObject({
      name: 'payops-prod-ledger',
      key: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      indexes: [{ IndexName: 'byPayment', Projection: { ProjectionType: 'ALL' } }],
    })
    expect(bus).toMatchObject({ logicalId: 'EventBus', name: 'payops-prod' })
  })

  it('reads the functions of serverless.yml with their triggers', () => {
    const { functions } = readTemplate(REAL, 'local')
    expect(functions['performOperations']).toMatchObject({
      handler: 'dist/functions/perform-operations.handler',
      name: 'payops-local-performOperations',
      timeoutMs: 30_000,
      queueSources: [{ queue: 'OperationsQueue', batchSize: 10, reportsBatchItemFailures: true }],
    })
    expect(functions['acceptOperation']).toMatchObject({
      maximumRetryAttempts: 2,
      onFailureQueue: 'EventsDeadLetterQueue',
      rules: [{ deadLetterQueue: 'EventsDeadLetterQueue' }],
    })
    expect(functions['reconcilePayments']?.schedules).toMatchObject([{ periodMs: 900_000 }])
  })

  it('leaves the URL of a queue open in the environment, since it exists only once the queue runs', () => {
    const environment = readTemplate(REAL, 'local').functions['performOperations']?.environment
    expect(environment).toMatchObject({
      OPERATIONS_QUEUE_URL: { queueUrlOf: 'OperationsQueue' },
      LEDGER_TABLE_NAME: 'payops-local-ledger',
      EVENT_BUS_NAME: 'payops-local',
      DEFAULT_STORE_HASH: '',
    })
  })

  it('leaves the URL of a function open too, in the environment of whichever function names it', () => {
    const { functions } = readTemplate(REAL, 'local')
    expect(functions['receiveWebhook']?.hasUrl).toBe(true)
    expect(functions['resolveWebhook']?.hasUrl).toBe(false)
    expect(functions['reconcilePayments']?.environment).toMatchObject({
      WEBHOOK_URL: { functionUrlOf: 'receiveWebhook' },
    })
  })

  it('takes a parameter of the command line before those of the template', () => {
    const { queues } = readTemplate(REAL, 'local', { webhookDelaySeconds: '1' })
    expect(queues['WebhookQueue']?.attributes).toMatchObject({ DelaySeconds: '1' })
    expect(readTemplate(REAL, 'local').queues['WebhookQueue']?.attributes).toMatchObject({
      DelaySeconds: '10',
    })
  })

  it('passes over what needs nothing locally, and says what', () => {
    expect(readTemplate(REAL, 'local').passedOver).toContain('PerformOperationsRole (AWS::IAM::Role)')
  })

  it('takes the parameter of the stage before the default one, and keeps a number a number', () => {
    const text = `params: { default: { seconds: 7 }, prod: { seconds: 11 } }\n${withFunction(
      `handler: dist/functions/a.handler\ntimeout: \${param:seconds}\nmemorySize: \${opt:memory, '256'}`,
    )}`
    expect(readTemplate(text, 'local').functions['trial']).toMatchObject({ timeoutMs: 7000, memoryMb: 256 })
    expect(readTemplate(text, 'prod').functions['trial']).toMatchObject({ timeoutMs: 11_000 })
  })

  it('follows variables inside variables and back into the template', () => {
    const text = `custom: { local: { name: deep }, hop: '\${self:custom.\${sls:stage}.name}' }\n${withFunction(
      `handler: dist/functions/a.handler\nenvironment: { WHO: 'is-\${self:custom.hop}' }`,
    )}`
    expect(readTemplate(text, 'local').functions['trial']?.environment).toMatchObject({ WHO: 'is-deep' })
  })

  it.each([
    [
      'a variable of an unknown source',
      `handler: \${ssm:/path}`,
      `template.functions.trial.handler: the variable \${ssm:/path}`,
    ],
    ['a variable without a value', `handler: \${param:missing}`, `\${param:missing} has no value`],
    [
      'a variable that leads to itself',
      `handler: \${self:functions.trial.handler}`,
      'lead back to themselves',
    ],
    ['a key of a function', 'handler: a.b\nlayers: []', 'functions.trial.layers is not known'],
    [
      'a Function URL with a check of who calls',
      'handler: a.b\nurl: { authorizer: aws_iam }',
      'functions.trial.url: only true is known',
    ],
    [
      'the URL of a function that has none',
      'handler: a.b\nenvironment: { A: !GetAtt TrialLambdaFunctionUrl.FunctionUrl }',
      '!GetAtt TrialLambdaFunctionUrl.FunctionUrl',
    ],
    ['a trigger', 'handler: a.b\nevents: [{ s3: bucket }]', 'functions.trial.events[0].s3 is not known'],
    ['a cron schedule', 'handler: a.b\nevents: [{ schedule: cron(0 1 * * ? *) }]', 'cron(0 1 * * ? *)'],
    [
      'a queue that is not declared',
      'handler: a.b\nevents: [{ sqs: { arn: !GetAtt Absent.Arn } }]',
      'Absent is no queue',
    ],
    [
      'an attribute of a resource',
      'handler: a.b\nenvironment: { A: !GetAtt Work.QueueName }',
      '!GetAtt Work.QueueName',
    ],
    [
      'a comparison of a pattern',
      'handler: a.b\nevents: [{ eventBridge: { eventBus: !Ref Bus, pattern: { source: [{ wildcard: x }] } } }]',
      'the comparison "wildcard"',
    ],
    ['a tag of CloudFormation', 'handler: !ImportValue x', '!ImportValue'],
    ['a time-out that is no number', 'handler: a.b\ntimeout: soon', 'functions.trial.timeout'],
  ])('names %s that it cannot make', (_, lines, message) => {
    expect(reading(withFunction(lines))).toThrow(message)
  })

  it('names a resource type that it cannot make', () => {
    const text = `${withFunction('handler: a.b')}    Bucket: { Type: AWS::S3::Bucket }\n`
    expect(reading(text)).toThrow('resources.Bucket: the type AWS::S3::Bucket is not known')
  })

  it('names a queue attribute that it does not know', () => {
    const text = withFunction('handler: a.b').replace(
      'FifoQueue: true\n',
      'FifoQueue: true\n        Fifo: yes\n',
    )
    expect(reading(text)).toThrow('resources.Work.Properties.Fifo is not known')
  })
})
