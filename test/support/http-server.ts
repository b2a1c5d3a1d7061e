import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { atTheEnd } from './endings.js'

export type Received = { method: string; url: string; headers: IncomingMessage['headers']; body: string }
export type HttpServer = {
  url: string
  received: Received[]
  /** Connections ever made. */
  connections(): number
  closeIdleSockets(): void
}

/** An HTTP server on loopback that reads each request to its end before `answer` is called. */
export async function startHttpServer(
  answer: (response: ServerResponse, request: Received) => void,
): Promise<HttpServer> {
  const received: Received[] = []
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      const whole = { method, url, headers, body: Buffer.concat(chunks).toString() }
      received.push(whole)
      answer(response, whole)
    })
  }
  const server = createServer({ keepAliveTimeout: 600_000 }, listener)
  let connections = 0
  server.on('connection', () => {
    connections += 1
  })
  const port = await listen(server)
  atTheEnd(() => {
    const closed = new Promise(resolve => server.close(resolve))
    server.closeAllConnections()
    return closed
  })
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    connections: () => connections,
    closeIdleSockets: () => server.closeIdleConnections(),
  }
}

/** A server that does with each connection what `onSocket` says, for what HTTP forbids. */
export async function startTcpServer(
  onSocket: (socket: Socket) => void,
): Promise<{ port: number; connections(): number }> {
  const open = new Set<Socket>()
  let connections = 0
  const server = createTcpServer(socket => {
    connections += 1
    open.add(socket)
    // A client that gives up resets the connection; that is what the test wants of it.
    socket.on('error', () => socket.destroy())
    socket.on('close', () => open.delete(socket))
    onSocket(socket)
  })
  const port = await listen(server)
  atTheEnd(() => {
    for (const socket of open) socket.destroy()
    return new Promise(resolve => server.close(resolve))
  })
  return { port, connections: () => connections }
}

/** A port on which nobody listens: it was free a moment ago. */
export async function findClosedPort(): Promise<number> {
  const server = createTcpServer()
  const port = await listen(server)
  await new Promise(resolve => server.close(resolve))
  return port
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  return (server.address() as AddressInfo).port
}

export const answerJson = (response: ServerResponse, status: number, body: unknown, headers = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}
