import { Agent, request as forward, type IncomingMessage, type ServerResponse } from 'node:http'
import { atTheEnd } from '../../support/endings.js'
import { type Received, startHttpServer } from '../../support/http-server.js'

/** A request as the client sent it, and what Prism gave back for it. */
export type Exchange = {
  method: string
  path: string
  sent: string
  status: number
  answer: string
  /** What Prism found wrong with either side, in its own words. */
  violations: string[]
}

/** Stands between the client and Prism, for the client does not tell a violation from any other server error. */
export async function recordExchanges(prismUrl: string): Promise<{ url: string; exchanges: Exchange[] }> {
  const exchanges: Exchange[] = []
  const agent = new Agent({ keepAlive: true })
  atTheEnd(() => agent.destroy())
  const relay = async (request: Received, response: ServerResponse) => {
    const { method, url: path, body: sent } = request
    const answered = await passOn(`${prismUrl}${path}`, request, agent)
    const answer = await readWhole(answered)
    const { statusCode: status = 0, headers } = answered
    exchanges.push({ method, path, sent, status, answer, violations: readViolations(answered, answer) })
    // The lengths and connections of the two sides are their own.
    const {
      connection: _,
      'keep-alive': __,
      'transfer-encoding': ___,
      'content-length': ____,
      ...rest
    } = headers
    response.writeHead(status, { ...rest, 'content-length': Buffer.byteLength(answer) })
    response.end(answer)
  }
  const { url } = await startHttpServer((response, request) => {
    relay(request, response).catch(() => {
      // Prism is gone, or broke off: the client is to see the same.
      response.destroy()
    })
  })
  return { url, exchanges }
}

/** Prism speaks for itself in problem+json, and adds the header to an answer that it passes on in spite of a violation. */
function readViolations({ headers }: IncomingMessage, answer: string): string[] {
  const header = [headers['sl-violations']].flat().filter(value => value !== undefined)
  return headers['content-type']?.includes('application/problem+json') ? [answer, ...header] : header
}

function passOn(url: string, { method, headers, body }: Received, agent: Agent): Promise<IncomingMessage> {
  const { connection: _, host: __, ...rest } = headers
  return new Promise((resolve, reject) => {
    const outgoing = forward(url, { method, agent, headers: rest }, resolve)
    outgoing.once('error', reject)
    outgoing.end(body)
  })
}

async function readWhole(stream: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}
