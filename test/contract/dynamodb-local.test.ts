import {
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { DynamoDb } from '../../lib/adapters/dynamodb.js'
import { createAudit } from '../../lib/adapters/dynamodb-audit.js'
import { createCheckpoints } from '../../lib/adapters/dynamodb-checkpoints.js'
import { createHistory } from '../../lib/adapters/dynamodb-history.js'
import { createLedger } from '../../lib/adapters/dynamodb-ledger.js'
import { systemRandom } from '../../lib/adapters/system.js'
import { startEmbeddedTable } from '../support/embedded.js'
import { endAll } from '../support/endings.js'
import { createLeapingClock } from '../support/leaping-clock.js'
import { catchError } from '../support/sentinel.js'
import { auditContract } from './audit-contract.js'
import { checkpointsContract } from './checkpoints-contract.js'
import { describeJudgedBy, dynamoDbLocal } from './find-judge.js'
import { ledgerContract } from './ledger-contract.js'
import { type DynamoDbLocal, startDynamoDbLocal } from './start-dynamodb-local.js'

/** AWS's own DynamoDB Local, as a third implementation beside dynalite and memory. */

describeJudgedBy(dynamoDbLocal, 'on DynamoDB Local', () => {
  let local: DynamoDbLocal
  beforeAll(async () => {
    local = await startDynamoDbLocal()
  })
  afterAll(endAll)

  async function aTrial() {
    const { dynamodb, makeTable } = local
    const deps = { clock: createLeapingClock(), random: systemRandom, dynamodb }
    const tableName = await makeTable()
    return {
      clock: deps.clock,
      tableName,
      ledger: createLedger(deps, tableName),
      checkpoints: createCheckpoints(deps, tableName),
      audit: createAudit(deps, tableName),
      history: createHistory(deps, tableName),
    }
  }

  describe('the ledger', () => ledgerContract(async () => (await aTrial()).ledger))
  describe('the checkpoints', () => checkpointsContract(aTrial))
  describe('the audit', () => auditContract(aTrial))

  it('a refused condition tells the item in the way, which dynalite does not', async () => {
    const dynalite = await startEmbeddedTable()
    const item = { pk: { S: 'k' }, owner: { S: 'worker-a' } }
    const refuse = async (dynamodb: DynamoDb, TableName: string): Promise<unknown> => {
      await dynamodb.call('PutItem', { TableName, Item: item })
      const ConditionExpression = 'attribute_not_exists(pk)'
      const ReturnValuesOnConditionCheckFailure = 'ALL_OLD'
      const again = {
        TableName,
        Item: item,
        ConditionExpression,
        ReturnValuesOnConditionCheckFailure,
      } as const
      return catchError(() => dynamodb.call('PutItem', again))
    }
    expect(await refuse(local.dynamodb, await local.makeTable())).toMatchObject({
      name: 'ConditionRefused',
      item,
    })
    const unsaid = await refuse(dynalite.dynamodb, dynalite.tableName)
    expect(unsaid).toMatchObject({ name: 'ConditionRefused', item: undefined })
  })

  it('a table takes the time to live that the template declares, which dynalite does not know', async () => {
    const specify = (client: DynamoDBClient, TableName: string) => {
      const TimeToLiveSpecification = { AttributeName: 'expiresAt', Enabled: true }
      return client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }))
    }
    const TableName = await local.makeTable()
    await specify(local.client, TableName)
    const { TimeToLiveDescription } = await local.client.send(new DescribeTimeToLiveCommand({ TableName }))
    expect(TimeToLiveDescription).toMatchObject({ AttributeName: 'expiresAt', TimeToLiveStatus: 'ENABLED' })
    const dynalite = await startEmbeddedTable()
    expect(await catchError(() => specify(dynalite.client, dynalite.tableName))).toBeInstanceOf(Error)
  })
})
