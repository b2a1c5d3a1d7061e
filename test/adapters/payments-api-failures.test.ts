import { createServer as createTlsServer, type Server } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { Worker } from 'node:worker_threads'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from '@jest/globals'
import { listCall } from '../../lib/core/api-call.js'
import { pageSizeMax } from '../../lib/core/list-query.js'
import { atTheEnd, endAll } from '../support/endings.js'
import { answerJson, findClosedPort, startHttpServer, startTcpServer } from '../support/http-server.js'
import { createSelfSigned } from '../support/self-signed.js'
import { anApi, apply, deletion, detail, status, success } from './payments-api-setup.js'

// What the network does to a call, by name, and how certain it leaves us that nothing was executed. The rule is one: only
// a call that never had a connection is known not to have been sent.

afterEach(endAll)

const notSent = { certainty: 'notExecuted', meaning: 'notSent' }
const lost = { certainty: 'unknown', meaning: 'lost' }

describe('a call that never had a connection was certainly not sent', () => {
  it('when the connection is refused', async () => {
    const answer = await anApi(`http://127.0.0.1:${await findClosedPort()}`)(apply)
    expect(answer).toMatchObject({ ...notSent, message: expect.stringContaining('ECONNREFUSED') })
  })

  it('when every address of a name refuses it', async () => {
    expect(await anApi(`http://localhost:${await findClosedPort()}`)(apply)).toMatchObject(notSent)
  })

  it('when the name of the host does not exist', async () => {
    const answer = await anApi('https://payops.invalid')(apply)
    expect(answer).toMatchObject({ ...notSent, message: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/) })
  })

  // More than once: a loopback connection may be made within the millisecond in which the socket is.
  it('when the server speaks no TLS, each of twenty times', async () => {
    const server = await startHttpServer(response => answerJson(response, 200, success))
    const call = anApi(server.url.replace('http:', 'https:'))
    for (let time = 0; time < 20; time += 1) expect(await call(apply)).toMatchObject(notSent)
    expect(server.received).toEqual([])
  })

  it('when nobody vouches for the certificate, each of twenty times', async () => {
    const { url, received } = await startTls()
    const call = anApi(url)
    for (let time = 0; time < 20; time += 1) expect(await call(apply)).toMatchObject(notSent)
    expect(received).toEqual([])
  })

  it('when the connection is reset during the TLS handshake', async () => {
    const { port } = await startTcpServer(socket => socket.once('data', () => socket.resetAndDestroy()))
    expect(await anApi(`https://127.0.0.1:${port}`)(apply)).toMatchObject(notSent)
  })

  it('when the time runs out during the TLS handshake', async () => {
    const { port } = await startTcpServer(socket => socket.resume())
    const answer = await anApi(`https://127.0.0.1:${port}`)(apply, { timeoutMs: 150 })
    expect(answer).toMatchObject({ ...notSent, message: expect.stringContaining('ETIMEDOUT') })
  })

  it('when the time runs out before there is a connection', async () => {
    const port = await startUnreachable()
    const answer = await anApi(`http://127.0.0.1:${port}`)(apply, { timeoutMs: 150 })
    expect(answer).toMatchObject({ ...notSent, message: expect.stringContaining('ETIMEDOUT') })
  })
})

describe('a call that had a connection may have been executed', () => {
  it('when the time runs out after sending', async () => {
    const server = await startHttpServer(() => undefined)
    const answer = await anApi(server.url)(apply, { timeoutMs: 150 })
    expect(answer).toMatchObject({ ...lost, message: expect.stringContaining('ETIMEDOUT') })
    expect(server.received).toHaveLength(1)
  })

  it('when the time runs out while the body comes', async () => {
    const server = await startHttpServer(response => {
      response.writeHead(200)
      response.write('{"code":200,')
    })
    expect(await anApi(server.url)(apply, { timeoutMs: 150 })).toMatchObject(lost)
  })

  it('when the connection is reset after sending', async () => {
    const server = await startHttpServer(response => response.socket?.resetAndDestroy())
    expect(await anApi(server.url)(apply)).toMatchObject({
      ...lost,
      message: expect.stringContaining('ECONNRESET'),
    })
  })

  it('when the connection is closed after sending', async () => {
    const server = await startHttpServer(response => response.socket?.destroy())
    expect(await anApi(server.url)(apply)).toMatchObject(lost)
  })

  it('when the connection is reset as its first bytes arrive', async () => {
    const { port } = await startTcpServer(socket => socket.once('readable', () => socket.resetAndDestroy()))
    expect(await anApi(`http://127.0.0.1:${port}`)(apply)).toMatchObject(lost)
  })

  it('when the connection is reset while a body of known length comes', async () => {
    const server = await startHttpServer(response => {
      response.writeHead(200, { 'content-length': 1000 })
      response.write(JSON.stringify(success), () => response.socket?.resetAndDestroy())
    })
    expect(await anApi(server.url)(apply)).toMatchObject(lost)
  })

  it('when the connection is closed within a chunked body, though what came of it is whole JSON', async () => {
    const server = await startHttpServer(response => {
      response.writeHead(200)
      response.write(JSON.stringify(success), () => response.socket?.destroy())
    })
    expect(await anApi(server.url)(apply)).toMatchObject(lost)
  })

  it('when what comes back is not HTTP', async () => {
    const { port } = await startTcpServer(socket => socket.once('data', () => socket.end('SSH-2.0-x\r\n')))
    expect(await anApi(`http://127.0.0.1:${port}`)(apply)).toMatchObject(lost)
  })

  it('when the headers of the answer are too large', async () => {
    const server = await startHttpServer(response =>
      answerJson(response, 200, success, { 'x-padding': 'x'.repeat(100_000) }),
    )
    expect(await anApi(server.url)(apply)).toMatchObject(lost)
  })

  it('when the body is compressed though nobody asked for that', async () => {
    const server = await startHttpServer(response => {
      response.writeHead(200, { 'content-encoding': 'gzip' })
      response.end(gzipSync(JSON.stringify(success)))
    })
    expect(await anApi(server.url)(apply)).toMatchObject(lost)
  })

  it('when it is reset on a kept-alive TLS socket, whose handshake was an earlier one', async () => {
    const { url, trust, received } = await startTls(call => call === 2)
    trust()
    const call = anApi(url)
    expect(await call(detail)).toMatchObject({ certainty: 'executed' })
    expect(await call(apply)).toMatchObject(lost)
    expect(received).toEqual(['GET', 'POST'])
  })

  it('when it is reset on a TLS socket of its own', async () => {
    const { url, trust, received } = await startTls(() => true)
    trust()
    expect(await anApi(url)(apply)).toMatchObject(lost)
    expect(received).toEqual(['POST'])
  })
})

describe('a body without end', () => {
  it('is cut off and counts as lost, whatever more would come', async () => {
    let sentBytes = 0
    const server = await startHttpServer(response => {
      response.writeHead(200)
      const chunk = Buffer.alloc(64 * 1024, 'x')
      const send = () => {
        while (!response.destroyed) {
          sentBytes += chunk.length
          if (!response.write(chunk)) return void response.once('drain', send)
        }
      }
      send()
    })
    const before = process.memoryUsage().rss
    expect(await anApi(server.url)(apply)).toMatchObject(lost)
    expect(sentBytes).toBeLessThan(40 * 1024 * 1024)
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024)
  })

  it('of a length that is too large says so and is cut off as well', async () => {
    const server = await startHttpServer(response => {
      response.writeHead(200, { 'content-length': 9 * 1024 * 1024 })
      response.end(Buffer.alloc(9 * 1024 * 1024, ' '))
    })
    expect(await anApi(server.url)(apply)).toMatchObject(lost)
  })

  it('is not taken for one where a page is as large as pages get', async () => {
    const payment = { ...success.data, details: { memo: 'x'.repeat(8_000) } }
    const data = Array.from({ length: pageSizeMax }, (_, index) => ({ ...payment, id: index + 1 }))
    const server = await startHttpServer(response => answerJson(response, 200, { code: 200, data }))
    const answer = await anApi(server.url)(listCall({ offset: 0, limit: pageSizeMax }))
    expect(answer).toMatchObject({ certainty: 'executed' })
    expect(answer.content).toHaveLength(pageSizeMax)
  })
})

describe('a failed call is made once and never again by itself', () => {
  const calls = { PUT: status, DELETE: deletion, POST: apply, GET: detail }
  const table = Object.keys(calls) as (keyof typeof calls)[]

  it.each(table)('%s after 503', async method => {
    const server = await startHttpServer(response => answerJson(response, 503, {}, { 'retry-after': '0' }))
    expect(await anApi(server.url)(calls[method])).toMatchObject({ ...lost, httpStatus: 503 })
    expect(server.received).toHaveLength(1)
  })

  it.each(table)('%s after 429 with Retry-After: 0', async method => {
    const server = await startHttpServer(response =>
      answerJson(response, 429, { code: 429 }, { 'retry-after': '0' }),
    )
    expect(await anApi(server.url)(calls[method])).toMatchObject({ meaning: 'throttled' })
    expect(server.received).toHaveLength(1)
  })

  it.each(table)('%s after a time-out', async method => {
    const server = await startHttpServer(() => undefined)
    expect(await anApi(server.url)(calls[method], { timeoutMs: 100 })).toMatchObject(lost)
    expect(server.received).toHaveLength(1)
  })

  it.each(table)('%s after a reset', async method => {
    const server = await startHttpServer(response => response.socket?.resetAndDestroy())
    expect(await anApi(server.url)(calls[method])).toMatchObject(lost)
    expect(server.received).toHaveLength(1)
    expect(server.connections()).toBe(1)
  })

  it.each(table)('%s on a kept-alive socket that dies under it', async method => {
    let count = 0
    const server = await startHttpServer(response => {
      count += 1
      return count === 1 ? answerJson(response, 200, success) : response.socket?.resetAndDestroy()
    })
    const call = anApi(server.url)
    await call(detail)
    expect(await call(calls[method])).toMatchObject(lost)
    expect(server.received).toHaveLength(2)
    expect(server.connections()).toBe(1)
  })
})

/** An HTTPS server with a certificate of its own, which resets the calls that `resets` says. */
async function startTls(resets: (call: number) => boolean = () => false) {
  const { key, cert } = createSelfSigned()
  const received: string[] = []
  const server: Server = createTlsServer({ key, cert }, (request, response) => {
    request.resume()
    request.on('end', () => {
      received.push(request.method ?? '')
      if (resets(received.length)) request.socket.destroy()
      else answerJson(response, 200, success)
    })
  })
  // Clients that end the handshake are what some tests are about.
  server.on('tlsClientError', (_, socket) => socket.destroy())
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  atTheEnd(() => {
    const closed = new Promise(resolve => server.close(resolve))
    server.closeAllConnections()
    return closed
  })
  const trust = () => {
    const known = getCACertificates('default')
    setDefaultCACertificates([...known, cert])
    atTheEnd(() => setDefaultCACertificates(known))
  }
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, received, trust }
}

/** A port whose queue of new connections is full, because its thread takes none: a further one is not made. */
async function startUnreachable(): Promise<number> {
  const source = `
    const { parentPort } = require('node:worker_threads')
    const server = require('node:net').createServer()
    server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      parentPort.postMessage(server.address().port)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
    })`
  const worker = new Worker(source, { eval: true })
  atTheEnd(() => worker.terminate())
  const port = await new Promise<number>(resolve => worker.once('message', resolve))
  for (let filler = 0; filler < 4; filler += 1) {
    const socket = connect(port, '127.0.0.1')
    // It fails when the port closes, at the end.
    socket.on('error', () => socket.destroy())
    atTheEnd(() => socket.destroy())
  }
  return port
}
