import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda'
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { expect, it } from '@jest/globals'
import { credentials, region } from '../../support/embedded.js'
import { atTheEnd } from '../../support/endings.js'
import type { MotoDeployment } from './a-moto-deployment.js'
import { mends, nameFunctionUrl } from './template-mends.js'

export function madeResources(aws: () => MotoDeployment): void {
  it('are all there, from the template as it is packaged but for the mends that are named', async () => {
    const { packaged, mended } = aws().templates
    const ids = Object.keys(packaged.Resources)
    expect(Object.keys(mended.Resources).slice(0, ids.length)).toEqual(ids)
    const isRule = ({ Type }: { Type: string }) =>
      /^AWS::(Events::Rule|Lambda::EventSourceMapping)$/.test(Type)
    for (const [id, resource] of Object.entries(packaged.Resources)) {
      if (isRule(resource)) continue
      const named = nameFunctionUrl(
        JSON.stringify(resource).replaceAll('{"Ref":"EventBus"}', '"payops-moto"'),
      )
      expect(JSON.stringify(mended.Resources[id])).toBe(named)
    }
    expect(mends.every(({ change, because }) => change !== '' && because !== '')).toBe(true)
  })

  it('hold the queues to what is declared', async () => {
    const { clients, queueUrls } = aws()
    const attributesOf = async (QueueUrl: string) =>
      (await clients.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] })))
        .Attributes ?? {}
    const { RedrivePolicy = '{}', ...operations } = await attributesOf(queueUrls.operations)
    expect(operations).toMatchObject({
      FifoQueue: 'true',
      DeduplicationScope: 'messageGroup',
      VisibilityTimeout: '180',
      MaximumMessageSize: '1044480',
    })
    const letters = await attributesOf(queueUrls.deadLetters)
    expect(JSON.parse(RedrivePolicy)).toEqual({
      deadLetterTargetArn: letters['QueueArn'],
      maxReceiveCount: 1000,
    })
    const { RedrivePolicy: ofIntake = '{}', ...intake } = await attributesOf(queueUrls.webhooks)
    expect(intake).toMatchObject({
      FifoQueue: 'true',
      DeduplicationScope: 'messageGroup',
      VisibilityTimeout: '180',
      MaximumMessageSize: '16384',
      DelaySeconds: '0',
    })
    expect(JSON.parse(ofIntake)).toEqual(JSON.parse(RedrivePolicy))
    expect(letters).toMatchObject({ FifoQueue: 'true', MessageRetentionPeriod: '1209600' })
    expect((await attributesOf(queueUrls.eventDeadLetters))['FifoQueue']).toBeUndefined()
  })

  it('bind each queue to its function, ten messages at a time, with partial answers', async () => {
    const { EventSourceMappings } = await aws().clients.lambda.send(new ListEventSourceMappingsCommand({}))
    const bound = { BatchSize: 10, FunctionResponseTypes: ['ReportBatchItemFailures'] }
    expect(EventSourceMappings).toMatchObject([bound, bound])
    const functions = (EventSourceMappings ?? []).map(({ FunctionArn }) => FunctionArn?.split(':').at(-1))
    expect(functions.sort()).toEqual(['payops-moto-performOperations', 'payops-moto-resolveWebhook'])
  })

  it('let the rule call acceptOperation, with a queue for what cannot be handed over', () => {
    const { Resources } = aws().templates.packaged
    const rules = Object.values(Resources).filter(
      ({ Properties }) => Properties?.['EventPattern'] !== undefined,
    )
    expect(rules).toMatchObject([
      {
        Properties: {
          Targets: [
            {
              Arn: { 'Fn::GetAtt': ['AcceptOperationLambdaFunction', 'Arn'] },
              DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['EventsDeadLetterQueue', 'Arn'] } },
            },
          ],
        },
      },
    ])
  })

  it('hold the ledger to what is declared', async () => {
    const client = new DynamoDBClient({ region, credentials, endpoint: aws().url })
    atTheEnd(() => client.destroy())
    const TableName = 'payops-moto-ledger'
    const { Table } = await client.send(new DescribeTableCommand({ TableName }))
    expect(Table).toMatchObject({
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [{ IndexName: 'byPayment', Projection: { ProjectionType: 'ALL' } }],
      DeletionProtectionEnabled: true,
    })
  })
}
