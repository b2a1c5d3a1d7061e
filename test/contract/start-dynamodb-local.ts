import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname } from 'node:path'
import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { systemRandom } from '../../lib/adapters/system.js'
import { readTemplate } from '../../lib/local/stack/read-template.js'
import { aDynamoDb, credentials, region } from '../support/embedded.js'
import { atTheEnd } from '../support/endings.js'
import { dynamoDbLocal, requireJudge } from './find-judge.js'

export type DynamoDbLocal = {
  client: DynamoDBClient
  dynamodb: ReturnType<typeof aDynamoDb>
  /** A table of its own, as serverless.yml declares the ledger. */
  makeTable(): Promise<string>
}

/** AWS's own DynamoDB Local, in memory, on a free port. */
export async function startDynamoDbLocal(): Promise<DynamoDbLocal> {
  const jar = requireJudge(dynamoDbLocal)
  const { table } = readTemplate(await readFile('serverless.yml', 'utf8'), 'trial')
  const port = await findFreePort()
  const java = ['-XX:TieredStopAtLevel=1', '-Djava.library.path=./DynamoDBLocal_lib', '-jar', jar]
  const child = spawn('java', [...java, '-inMemory', '-disableTelemetry', '-port', String(port)], {
    cwd: dirname(jar),
    env: { PATH: process.env['PATH'] },
  })
  let log = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      log += text
    })
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject)
    child.once('close', () => reject(new Error(`DynamoDB Local ended before it listened:\n${log}`)))
  })
  const closed = new Promise<void>(resolve => child.once('close', () => resolve()))
  atTheEnd(() => {
    child.kill('SIGKILL')
    return closed
  })
  const endpoint = `http://127.0.0.1:${port}`
  // It says its settings long before it listens, and nothing when it does: the SDK's own tries wait for it.
  const client = new DynamoDBClient({ region, credentials, endpoint, maxAttempts: 100 })
  atTheEnd(() => client.destroy())
  await Promise.race([client.send(new ListTablesCommand({})), failed])
  failed.catch(() => undefined)
  return {
    client,
    dynamodb: aDynamoDb(endpoint),
    makeTable: async () => {
      const TableName = `ledger-${systemRandom.uuid()}`
      await client.send(
        new CreateTableCommand({
          TableName,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: table.attributes,
          KeySchema: table.key,
          GlobalSecondaryIndexes: table.indexes,
        }),
      )
      return TableName
    },
  }
}

/** DynamoDB Local takes no port 0. */
async function findFreePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('there is no free port')
  return address.port
}
