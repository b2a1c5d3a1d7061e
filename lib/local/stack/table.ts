import { mkdir } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ListTablesCommand,
} from '@aws-sdk/client-dynamodb'
import dynalite from 'dynalite'
import type { TableDeclaration } from './declaration.js'
import { handOnWholeRequests } from './whole-requests.js'

export type Tables = {
  url: string
  /** Makes the table through the real client, unless the directory holds it from an earlier run. */
  create(client: DynamoDBClient, declared: TableDeclaration): Promise<void>
  stop(): Promise<void>
}

/** DynamoDB on a free port of the loopback interface: dynalite, on disk where a directory is given. */
export async function startTables(directory: string | undefined): Promise<Tables> {
  if (directory !== undefined) await mkdir(directory, { recursive: true })
  const path = directory === undefined ? {} : { path: directory }
  const server = dynalite({ ...path, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 })
  const { drain } = handOnWholeRequests(server)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    create: createTable,
    stop: async () => {
      server.closeAllConnections()
      await drain()
      await new Promise<void>((resolve, reject) => server.close(error => (error ? reject(error) : resolve())))
    },
  }
}

async function createTable(client: DynamoDBClient, declared: TableDeclaration): Promise<void> {
  const { TableNames = [] } = await client.send(new ListTablesCommand({}))
  if (!TableNames.includes(declared.name)) {
    await client.send(
      new CreateTableCommand({
        TableName: declared.name,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: declared.attributes,
        KeySchema: declared.key,
        ...(declared.indexes.length > 0 ? { GlobalSecondaryIndexes: declared.indexes } : {}),
      }),
    )
  }
  await waitUntilActive(client, declared.name)
}

/** A table takes writes only once it is active, here as on AWS; dynalite needs a few answers' time for that. */
const looksMax = 1_000

async function waitUntilActive(client: DynamoDBClient, name: string): Promise<void> {
  for (let looks = 0; looks < looksMax; looks += 1) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: name }))
    if (Table?.TableStatus === 'ACTIVE') return
  }
  throw new Error(
    `The table ${name} was left half made, empty, by a kill; delete its directory (npm start: --fresh)`,
  )
}
