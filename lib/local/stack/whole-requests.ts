import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'

// dynalite throws, outside of any request, when a client goes away in the middle of one, and when its database is closed
// under one. Functions that are killed at their time-out do the former, stopping the stack the latter; either would
// take the whole stack down. So it is given whole requests only, and is not closed before the last one is answered.

/** Puts itself before a server's request listener; `drain` resolves once every request handed on has been answered. */
export function handOnWholeRequests(server: Server): { drain(): Promise<void> } {
  const [listener] = server.listeners('request') as RequestListener[]
  if (!listener) throw new Error('The server has no request listener')
  server.removeAllListeners('request')
  let open = 0
  let drained: (() => void) | undefined
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = []
    // A broken connection has nobody to tell: what was sent so far is dropped, an answer that is too late as well.
    const drop = () => chunks.splice(0)
    request.on('error', drop)
    response.on('error', drop)
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      open += 1
      const end = response.end
      response.end = function (this: ServerResponse, ...args: unknown[]) {
        response.end = end
        open -= 1
        if (open === 0) drained?.()
        return Reflect.apply(end, this, args)
      } as typeof end
      listener(wholeRequest(request, Buffer.concat(chunks)), response as Parameters<RequestListener>[1])
    })
  })
  return { drain: () => (open === 0 ? Promise.resolve() : new Promise(resolve => (drained = resolve))) }
}

function wholeRequest({ method, url, headers, socket }: IncomingMessage, body: Buffer): IncomingMessage {
  const request = Object.assign(Readable.from(body.length > 0 ? [body] : []), {
    method,
    url,
    headers,
    socket,
  })
  return request as unknown as IncomingMessage
}
