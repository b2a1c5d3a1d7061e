import { DescribeTimeToLiveCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { PutEventsCommand } from '@aws-sdk/client-eventbridge'
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager'
import {
  CreateQueueCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs'
import { expect, it } from '@jest/globals'
import { credentials, region } from '../../support/embedded.js'
import type { MotoDeployment } from './a-moto-deployment.js'
import { deployTemplate } from './deploy-template.js'

/** Where moto is not as AWS is, as docs/emulators.md has it: a test that fails here says that moto has been mended. */
export function differences(aws: () => MotoDeployment): void {
  const aQueue = async (name: string) => {
    const { clients } = aws()
    const Attributes = {
      FifoQueue: 'true',
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
    }
    const { QueueUrl } = await clients.sqs.send(
      new CreateQueueCommand({ QueueName: `${name}.fifo`, Attributes }),
    )
    const send = (MessageBody: string, MessageGroupId: string, MessageDeduplicationId: string) =>
      clients.sqs.send(
        new SendMessageCommand({ QueueUrl, MessageBody, MessageGroupId, MessageDeduplicationId }),
      )
    const receive = async (VisibilityTimeout: number): Promise<(string | undefined)[]> => {
      const input = { QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout }
      const { Messages = [] } = await clients.sqs.send(new ReceiveMessageCommand(input))
      return Messages.map(({ Body }: Message) => Body)
    }
    return { send, receive }
  }

  it('takes a deduplication id of one group for that of every group', async () => {
    const { send, receive } = await aQueue('scope')
    await send('one', 'group-1', 'same')
    await send('other', 'group-2', 'same')
    expect(await receive(60)).toEqual(['one'])
  })

  it('gives the last of a group first when its messages come back by themselves', async () => {
    const { send, receive } = await aQueue('order')
    for (const body of ['first', 'second', 'third']) await send(body, 'group', body)
    expect(await receive(1)).toEqual(['first', 'second', 'third'])
    let again: (string | undefined)[] = []
    while (again.length === 0) again = await receive(60)
    expect(again).toEqual(['third'])
  })

  it('reads the version before where only UpdateSecretVersionStage has moved AWSCURRENT', async () => {
    const { secrets } = aws().clients
    const SecretId = 'payops/nordic4b'
    const read = async (VersionStage?: string) =>
      secrets.send(new GetSecretValueCommand({ SecretId, ...(VersionStage && { VersionStage }) }))
    const { VersionId: before, SecretString: old } = await read()
    const put = { SecretId, SecretString: 'new', VersionStages: ['AWSPENDING'] }
    const { VersionId: MoveToVersionId } = await secrets.send(new PutSecretValueCommand(put))
    const move = { SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId, RemoveFromVersionId: before }
    await secrets.send(new UpdateSecretVersionStageCommand(move))
    expect((await read('AWSCURRENT')).SecretString).toBe('new')
    expect((await read()).SecretString).toBe(old)
  })

  it('leaves out the time to live that the template declares', async () => {
    const client = new DynamoDBClient({ region, credentials, endpoint: aws().url })
    const command = new DescribeTimeToLiveCommand({ TableName: 'payops-moto-ledger' })
    const { TimeToLiveDescription } = await client.send(command).finally(() => client.destroy())
    expect(TimeToLiveDescription?.TimeToLiveStatus).toBe('DISABLED')
  })

  it('fails the whole of PutEvents where a function is the target', async () => {
    // The rule of the schedule is on the default bus, and without a pattern it takes every event there.
    const Entries = [{ Source: 'erp', DetailType: 'any', Detail: '{}' }]
    await expect(aws().clients.events.send(new PutEventsCommand({ Entries }))).rejects.toThrow()
  })

  it('answers a template that refers to its bus with 500', async () => {
    const EventPattern = { source: ['payops'] }
    const template = {
      Resources: {
        EventBus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'other' } },
        Rule: { Type: 'AWS::Events::Rule', Properties: { EventBusName: { Ref: 'EventBus' }, EventPattern } },
      },
    }
    const made = await deployTemplate(aws().url, template, 'other')
    expect(made.status).toBe(500)
  })
}
