import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  type KeySchemaElement,
  type TableDescription,
} from '@aws-sdk/client-dynamodb'
import type { Observation } from '../core/diagnose.js'
import { inspectWith, textFacts } from './inspect-with.js'

type Deps = {
  client: Pick<DynamoDBClient, 'send'>
  /** The embedded table neither expires, encrypts nor backs up: what it says of that is worth nothing. */
  isEmbedded: boolean
}

const awsOnly = ['billing', 'encryption', 'deletionProtection', 'timeToLive', 'pointInTimeRecovery']

/** A table by its name: keys in their order, indexes with their projection, and what keeps its items safe. */
export const inspectTable = ({ client, isEmbedded }: Deps, name: string): Promise<Observation> =>
  inspectWith(async () => {
    const { Table = {} } = await client.send(new DescribeTableCommand({ TableName: name }))
    if (isEmbedded) return { seen: 'there', facts: keyFacts(Table), blind: awsOnly }
    const { TimeToLiveDescription: expiry } = await client.send(
      new DescribeTimeToLiveCommand({ TableName: name }),
    )
    const { ContinuousBackupsDescription: backups } = await client.send(
      new DescribeContinuousBackupsCommand({ TableName: name }),
    )
    return {
      seen: 'there',
      facts: {
        ...keyFacts(Table),
        ...textFacts({
          billing: Table.BillingModeSummary?.BillingMode,
          encryption: Table.SSEDescription?.Status,
          deletionProtection: Table.DeletionProtectionEnabled ?? false,
          timeToLive: /^ENABL/.test(expiry?.TimeToLiveStatus ?? '') ? expiry?.AttributeName : 'off',
          pointInTimeRecovery: backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus,
        }),
      },
    }
  })

const keyFacts = ({ KeySchema, GlobalSecondaryIndexes = [] }: TableDescription): Record<string, string> => ({
  key: describeKey(KeySchema),
  ...Object.fromEntries(
    GlobalSecondaryIndexes.map(({ IndexName, KeySchema: key, Projection }) => [
      `index ${IndexName}`,
      `${describeKey(key)} ${Projection?.ProjectionType}`,
    ]),
  ),
})

const describeKey = (key: KeySchemaElement[] = []): string =>
  [...key]
    .sort((a, b) => (a.KeyType ?? '').localeCompare(b.KeyType ?? ''))
    .map(({ AttributeName }) => AttributeName)
    .join(' ')
