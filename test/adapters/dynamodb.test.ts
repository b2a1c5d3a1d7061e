import { afterEach, describe, expect, it } from '@jest/globals'
import {
  ConditionRefused,
  createDynamoDb,
  type DynamoDb,
  DynamoDbFailed,
} from '../../lib/adapters/dynamodb.js'
import { asEpochMs } from '../../lib/core/time.js'
import { aDynamoDb, startEmbeddedTable } from '../support/embedded.js'
import { endAll } from '../support/endings.js'
import { type HttpServer, startHttpServer, startTcpServer } from '../support/http-server.js'
import { catchError } from '../support/sentinel.js'

afterEach(endAll)

const get = (dynamodb: DynamoDb) => dynamodb.call('GetItem', { TableName: 't', Key: { pk: { S: 'a' } } })

/** Answers with one after the other; the last stays. */
async function aServer(...answers: { status: number; body: unknown }[]): Promise<HttpServer> {
  let next = 0
  return startHttpServer(response => {
    const { status, body } = answers[Math.min(next, answers.length - 1)] ?? { status: 200, body: {} }
    next += 1
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  })
}
const failure = (name: string, status = 400) => ({
  status,
  body: { __type: `com.amazonaws.dynamodb.v20120810#${name}` },
})
const success = { status: 200, body: { Item: { pk: { S: 'a' } } } }

describe('createDynamoDb', () => {
  it('reads and writes what the SDK reads and writes', async () => {
    const { dynamodb, tableName } = await startEmbeddedTable()
    const Item = {
      pk: { S: 'ä "\u2028' },
      rev: { N: '1' },
      active: { BOOL: true },
      holders: { SS: ['b', 'a'] },
    }
    await dynamodb.call('PutItem', { TableName: tableName, Item })
    const { Item: read } = await dynamodb.call('GetItem', { TableName: tableName, Key: { pk: Item.pk } })
    expect(read).toEqual({ ...Item, holders: { SS: expect.arrayContaining(['a', 'b']) } })
  })

  it('tells a refused condition, with the item in the way where it came along', async () => {
    const item = { pk: { S: 'a' }, rev: { N: '3' } }
    const type = 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException'
    const server = await aServer({ status: 400, body: { __type: type, Item: item } })
    const error = await catchError(() => get(aDynamoDb(server.url)))
    expect(error).toBeInstanceOf(ConditionRefused)
    expect(error).toMatchObject({ item })
    expect(server.received).toHaveLength(1)
  })

  it.each([
    ['a server error', failure('InternalServerError', 500)],
    ['a gateway without DynamoDB behind it', { status: 503, body: '<html>busy</html>' }],
    ['throttling', failure('ThrottlingException')],
    ['a success that is no JSON', { status: 200, body: '<html>' }],
  ])('tries again after %s', async (_, first) => {
    const server = await aServer(first, success)
    expect(await get(aDynamoDb(server.url))).toEqual(success.body)
    expect(server.received).toHaveLength(2)
  })

  it('tries again after a connection that broke', async () => {
    const server = await startTcpServer(socket => {
      socket.once('data', () => socket.destroy())
    })
    expect(await catchError(() => get(aDynamoDb(`http://127.0.0.1:${server.port}`)))).toMatchObject({
      name: 'ECONNRESET',
    })
    expect(server.connections()).toBe(3)
  })

  it('gives up after three tries', async () => {
    const server = await aServer(failure('ProvisionedThroughputExceededException'))
    const error = await catchError(() => get(aDynamoDb(server.url)))
    expect(error).toBeInstanceOf(DynamoDbFailed)
    expect(server.received).toHaveLength(3)
  })

  it('gives up a call that is taken and never answered', async () => {
    const silent = await startHttpServer(() => undefined)
    expect(await catchError(() => get(aDynamoDb(silent.url, 50)))).toMatchObject({ name: 'TimeoutError' })
    expect(silent.received).toHaveLength(3)
  })

  it('does not try again what stays wrong', async () => {
    const server = await aServer(failure('AccessDeniedException'))
    expect(await catchError(() => get(aDynamoDb(server.url)))).toMatchObject({
      name: 'AccessDeniedException',
    })
    expect(server.received).toHaveLength(1)
  })

  it('signs with the clock that it is given, and keeps the secret key to itself', async () => {
    const server = await aServer(success)
    const clock = { now: () => asEpochMs(Date.UTC(2026, 10, 22, 10, 15)), sleep: async () => undefined }
    const secretAccessKey = 'sentinel-secret-key'
    const credentials = async () => ({ accessKeyId: 'AKID', secretAccessKey, sessionToken: 'session' })
    const place = { endpoint: new URL(server.url), region: 'eu-central-1' }
    await get(createDynamoDb({ clock, roll: () => 0, credentials }, place))
    const headers = server.received[0]?.headers
    expect(headers).toMatchObject({ 'x-amz-date': '20261122T101500Z', 'x-amz-security-token': 'session' })
    expect(headers?.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKID\/20261122\/eu-central-1\/dynamodb\/aws4_request, SignedHeaders=/,
    )
    expect(JSON.stringify(server.received)).not.toContain(secretAccessKey)
  })
})
