import type { ServerResponse } from 'node:http'
import type { Clock, Random } from '../../core/time.js'
import { createFunctionUrlEvent } from './function-url-event.js'
import { type LoopbackServer, startLoopbackServer } from './loopback-server.js'
import { isMapping } from './node-shape.js'

export type FunctionUrlOptions = {
  clock: Clock
  random: Random
  /** Runs the function once; rejects when it throws. */
  invoke: (event: unknown) => Promise<unknown>
}

// What Lambda takes of a request.
const REQUEST_BYTES_MAX = 6 * 1024 * 1024

/** A Function URL on a free port of the loopback interface, without a check of who calls, as `url: true` makes it. */
export async function startFunctionUrl({
  clock,
  random,
  invoke,
}: FunctionUrlOptions): Promise<LoopbackServer> {
  const server = await startLoopbackServer((request, response) => {
    const chunks: Buffer[] = []
    let bytes = 0
    // A caller who goes away has nobody waiting for an answer.
    request.on('error', () => chunks.splice(0))
    response.on('error', () => chunks.splice(0))
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= REQUEST_BYTES_MAX) chunks.push(chunk)
      else chunks.splice(0)
    })
    request.on('end', () => {
      const requestId = random.uuid()
      response.setHeader('x-amzn-RequestId', requestId)
      if (bytes > REQUEST_BYTES_MAX) return sendError(response, 413, 'Request Entity Too Large')
      const event = createFunctionUrlEvent({
        request,
        body: Buffer.concat(chunks),
        now: clock.now(),
        requestId,
      })
      invoke(event).then(
        result => sendResult(response, result),
        // Whatever became of the function, its caller is told no more than this.
        () => sendError(response, 502, 'Internal Server Error'),
      )
    })
  })
  // AWS says its Function URLs with a slash at their end.
  return { ...server, url: `${server.url}/` }
}

/** A result with a status code is an answer in parts; anything else is the body of a 200, as JSON. */
function sendResult(response: ServerResponse, result: unknown): void {
  if (!isMapping(result) || !('statusCode' in result)) {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(typeof result === 'string' ? result : JSON.stringify(result ?? null))
    return
  }
  const { statusCode, headers, body, isBase64Encoded, cookies } = result
  if (!isStatus(statusCode) || (body !== undefined && typeof body !== 'string')) {
    sendError(response, 502, 'Internal Server Error')
    return
  }
  response.statusCode = statusCode
  response.setHeader('content-type', 'application/json')
  for (const [name, value] of Object.entries(isMapping(headers) ? headers : {})) {
    response.setHeader(name, String(value))
  }
  if (Array.isArray(cookies)) response.setHeader('set-cookie', cookies.map(String))
  response.end(Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8'))
}

const isStatus = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 100 && value <= 599

function sendError(response: ServerResponse, status: number, Message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ Message }))
}
