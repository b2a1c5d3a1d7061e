import { connect } from 'node:net'
import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
} from '@aws-sdk/client-dynamodb'
import { afterEach, describe, expect, it } from '@jest/globals'
import { aDirectory, aStack, aTemplate, cleanUp } from './a-stack.js'

const IDLE = aTemplate({ functions: '  idle: { handler: dist/functions/idle.handler }' })

const put = (client: DynamoDBClient, pk: string, more: Partial<PutItemCommandInput> = {}) =>
  client.send(new PutItemCommand({ TableName: 'trial-ledger', Item: { pk: { S: pk } }, ...more }))

const get = async (client: DynamoDBClient, pk: string) =>
  (await client.send(new GetItemCommand({ TableName: 'trial-ledger', Key: { pk: { S: pk } } }))).Item

afterEach(cleanUp)

describe('startTables', () => {
  it('keeps a conditional write conditional', async () => {
    const { clients } = await aStack(IDLE, {})
    const onlyNew = { ConditionExpression: 'attribute_not_exists(pk)' }
    await put(clients.dynamodb, 'a', onlyNew)
    await expect(put(clients.dynamodb, 'a', onlyNew)).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
    })
  })

  it('keeps the items on disk through a restart', async () => {
    const directory = await aDirectory()
    const first = await aStack(IDLE, {}, { directory })
    await put(first.clients.dynamodb, 'a')
    await first.stop()
    const second = await aStack(IDLE, {}, { directory })
    expect(await get(second.clients.dynamodb, 'a')).toEqual({ pk: { S: 'a' } })
  })

  it('forgets everything where no directory is given', async () => {
    const first = await aStack(IDLE, {})
    await put(first.clients.dynamodb, 'a')
    await first.stop()
    const second = await aStack(IDLE, {})
    expect(await get(second.clients.dynamodb, 'a')).toBeUndefined()
  })

  it('survives a client that goes away in the middle of a request', async () => {
    const { clients, env } = await aStack(IDLE, {})
    const { port } = new URL(String(env['AWS_ENDPOINT_URL_DYNAMODB']))
    const socket = connect(Number(port), '127.0.0.1')
    await new Promise<void>(resolve =>
      socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"half":', () => resolve()),
    )
    socket.resetAndDestroy()
    await put(clients.dynamodb, 'after')
    expect(await get(clients.dynamodb, 'after')).toEqual({ pk: { S: 'after' } })
  })
})
