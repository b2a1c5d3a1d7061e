import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { expect, it } from '@jest/globals'
import { createDynamoDb } from '../../lib/adapters/dynamodb.js'
import { systemClock } from '../../lib/adapters/system.js'

async function aTable(
  answer: (socket: Socket, end: (text: string) => void, calls: number) => void,
  silenceMs = 200,
) {
  let calls = 0
  const server = createServer((request, response) => {
    calls += 1
    answer(request.socket, text => void response.end(text), calls)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const deps = {
    clock: systemClock,
    roll: () => 0,
    credentials: async () => ({ accessKeyId: 'a', secretAccessKey: 'b' }),
  }
  const dynamodb = createDynamoDb(deps, {
    endpoint: new URL(`http://127.0.0.1:${port}`),
    region: 'us-east-1',
    silenceMs,
  })
  const get = () => dynamodb.call('GetItem', { TableName: 't', Key: { pk: { S: 'a' } } })
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  return { get, close }
}

it('gets through after a freeze that killed more pooled sockets than there are tries', async () => {
  const dead = new Set<Socket>()
  const held: (() => void)[] = []
  const table = await aTable((socket, end, calls) => {
    if (dead.has(socket)) return void socket.resetAndDestroy()
    if (calls > 10) return end('{}')
    held.push(() => {
      dead.add(socket)
      end('{}')
    })
    if (calls === 10) for (const go of held) go()
  })
  await Promise.all(Array.from({ length: 10 }, table.get))
  expect(await table.get()).toEqual({})
  table.close()
})

it.each(['null', '[]', '"ok"', '{"__type":"x#ThrottlingException"}'])(
  'takes no 200 with %s for an answer',
  async body => {
    const table = await aTable((_, end) => end(body))
    await expect(table.get()).rejects.toMatchObject({ isPassing: true })
    table.close()
  },
)
