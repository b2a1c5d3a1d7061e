import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { GetQueueUrlCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { afterEach, describe, expect, it } from '@jest/globals'
import { createInspector, type InspectedServices } from '../../lib/adapters/inspect-deployment.js'
import type { Expectation } from '../../lib/core/diagnose.js'
import { Unavailable } from '../../lib/core/errors.js'
import { type Actions, AwsError, startJsonServer } from '../../lib/local/stack/aws-json-server.js'
import { startLoopbackServer } from '../../lib/local/stack/loopback-server.js'
import { credentials, region, startEmbeddedBus, startEmbeddedQueues } from '../support/embedded.js'
import { atTheEnd, endAll } from '../support/endings.js'
import { catchError } from '../support/sentinel.js'

// What the embedded stack cannot show is answered here as AWS answers it, over the wire and to the real clients.

afterEach(endAll)

type Answers = { dynamodb?: Actions; cloudwatch?: Actions }

async function anInspector({ dynamodb = {}, cloudwatch }: Answers, isEmbedded = false) {
  const settingsFor = async (service: string, actions: Actions) => {
    const server = await startJsonServer(service, actions)
    atTheEnd(server.stop)
    return { region, credentials, endpoint: server.url, maxAttempts: 1 }
  }
  const bus = await startEmbeddedBus()
  const queues = await startEmbeddedQueues()
  const services: InspectedServices = {
    sqs: queues.client,
    events: bus.client,
    dynamodb: new DynamoDBClient(await settingsFor('DynamoDB_20120810', dynamodb)),
    lambda: undefined,
    cloudwatch:
      cloudwatch && new CloudWatchClient(await settingsFor('GraniteServiceVersion20100801', cloudwatch)),
  }
  const inspector = createInspector(services, { isEmbedded, eventBusName: bus.eventBusName })
  const look = (kind: Expectation['kind'], name = 'payops-prod') =>
    inspector.look({ kind, name, declaredAs: 'X', facts: {} })
  return { inspector, look, services, stopQueues: queues.stop }
}

const describeTable = () => ({
  Table: {
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    SSEDescription: { Status: 'ENABLED' },
    DeletionProtectionEnabled: true,
    GlobalSecondaryIndexes: [
      {
        IndexName: 'byPayment',
        KeySchema: [
          { AttributeName: 'requestedAt', KeyType: 'RANGE' },
          { AttributeName: 'paymentKey', KeyType: 'HASH' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  },
})

describe('createInspector', () => {
  it('reads of a table what keeps its items safe', async () => {
    const { look } = await anInspector({
      dynamodb: {
        DescribeTable: describeTable,
        DescribeTimeToLive: () => ({
          TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'expiresAt' },
        }),
        DescribeContinuousBackups: () => ({
          ContinuousBackupsDescription: {
            ContinuousBackupsStatus: 'ENABLED',
            PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
          },
        }),
      },
    })
    expect(await look('table')).toEqual({
      seen: 'there',
      facts: {
        key: 'pk',
        'index byPayment': 'paymentKey requestedAt ALL',
        billing: 'PAY_PER_REQUEST',
        encryption: 'ENABLED',
        deletionProtection: 'true',
        timeToLive: 'expiresAt',
        pointInTimeRecovery: 'DISABLED',
      },
    })
  })

  it('reads of an alarm whether it would tell anybody, and whether it rings', async () => {
    const MetricAlarms = [
      { ActionsEnabled: false, AlarmActions: ['arn:aws:sns:us-east-1:1:t'], StateValue: 'ALARM' },
    ]
    const { look } = await anInspector({ cloudwatch: { DescribeAlarms: () => ({ MetricAlarms }) } })
    const facts = { actionsEnabled: 'false', notifies: 'true', state: 'ALARM' }
    expect(await look('alarm')).toEqual({ seen: 'there', facts })
  })

  it('tells what is missing from what could not be asked, and quotes nothing of an error', async () => {
    const missing = () => {
      throw new AwsError('ResourceNotFoundException', 'Requested resource not found: Table: secret-name')
    }
    const refused = () => {
      throw new AwsError('AccessDeniedException', 'User: arn:aws:iam::1:user/ann is not authorized')
    }
    const none = await anInspector({
      dynamodb: { DescribeTable: missing },
      cloudwatch: { DescribeAlarms: () => ({ MetricAlarms: [] }) },
    })
    expect(await none.look('table')).toEqual({ seen: 'missing' })
    expect(await none.look('alarm')).toEqual({ seen: 'missing' })
    expect(await none.look('queue')).toEqual({ seen: 'missing' })
    const { look } = await anInspector({ dynamodb: { DescribeTable: refused } })
    expect(await look('table')).toEqual({ seen: 'failed', why: 'AccessDeniedException' })
  })

  it('reads of a queue which services may send to it', async () => {
    const { look, services } = await anInspector({})
    const QueueName = 'payops-trial-events-dlq'
    expect(await look('queue policy', QueueName)).toMatchObject({ facts: { maySend: 'nobody else' } })
    const statement = {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
    }
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
    const { QueueUrl } = await services.sqs.send(new GetQueueUrlCommand({ QueueName }))
    await services.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }))
    expect(await look('queue policy', QueueName)).toMatchObject({
      facts: { maySend: 'events.amazonaws.com' },
    })
  })

  it('finds a function whose reserved concurrency stops it', async () => {
    const answers: Record<string, unknown> = {
      configuration: { State: 'Active', Runtime: 'nodejs24.x' },
      concurrency: { ReservedConcurrentExecutions: 0 },
      'event-invoke-config': {},
    }
    const server = await startLoopbackServer((request, response) => {
      const [what = ''] = /[\w-]+$/.exec(request.url ?? '') ?? []
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answers[what]))
    })
    atTheEnd(server.stop)
    const { services } = await anInspector({})
    const lambda = new LambdaClient({ region, credentials, endpoint: server.url, maxAttempts: 1 })
    atTheEnd(() => lambda.destroy())
    const inspector = createInspector({ ...services, lambda }, { isEmbedded: false, eventBusName: 'b' })
    const observed = await inspector.look({ kind: 'function', name: 'f', declaredAs: 'f', facts: {} })
    expect(observed).toMatchObject({ facts: { state: 'Active', mayRun: 'false' } })
  })

  it('asks nobody in place of a service that the embedded stack has not got', async () => {
    const { look } = await anInspector({}, true)
    expect(await look('queue policy', 'payops-trial-events-dlq')).toEqual({ seen: 'notServed' })
    for (const kind of ['function', 'queue source', 'rule', 'schedule', 'alarm'] as const)
      expect(await look(kind)).toEqual({ seen: 'notServed' })
  })

  it('is blind for what an embedded table only passes over', async () => {
    const { look } = await anInspector({ dynamodb: { DescribeTable: describeTable } }, true)
    const blind = ['billing', 'encryption', 'deletionProtection', 'timeToLive', 'pointInTimeRecovery']
    expect(await look('table')).toMatchObject({ seen: 'there', facts: { key: 'pk' }, blind })
  })

  it('counts no messages of a queue that is not there, and throws when SQS does not answer', async () => {
    const { inspector, stopQueues } = await anInspector({})
    expect(await inspector.countMessages('payops-prod-nowhere')).toBeUndefined()
    await stopQueues()
    const error = await catchError(() => inspector.countMessages('payops-prod-nowhere'))
    expect(error).toBeInstanceOf(Unavailable)
  })

  it('says so where Lambda is out of reach', async () => {
    const { services } = await anInspector({})
    const lambda = new LambdaClient({ region, credentials, endpoint: 'http://127.0.0.1:1', maxAttempts: 1 })
    atTheEnd(() => lambda.destroy())
    const inspector = createInspector({ ...services, lambda }, { isEmbedded: false, eventBusName: 'b' })
    const observed = await inspector.look({ kind: 'rule', name: 'f', declaredAs: 'f', facts: {} })
    expect(observed).toMatchObject({ seen: 'failed' })
  })
})
