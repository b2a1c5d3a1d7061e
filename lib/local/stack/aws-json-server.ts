import type { IncomingMessage, ServerResponse } from 'node:http'
import { type LoopbackServer, startLoopbackServer } from './loopback-server.js'
import { isMapping, type Mapping } from './node-shape.js'

/** An error as an AWS service tells it to a client of the JSON protocol. */
export class AwsError extends Error {
  override name = 'AwsError'
  readonly code: string
  readonly httpStatus: number

  constructor(code: string, message: string, httpStatus = 400) {
    super(message)
    this.code = code
    this.httpStatus = httpStatus
  }
}

export type JsonServer = LoopbackServer

export type Actions = Record<string, (input: Mapping) => unknown>

/** A loopback server for the AWS JSON 1.1 protocol: `X-Amz-Target: <service>.<Action>` chooses the action. */
export async function startJsonServer(service: string, actions: Actions): Promise<JsonServer> {
  return startLoopbackServer((request, response) => {
    const chunks: Buffer[] = []
    // A function killed while it sends has nobody waiting for an answer.
    request.on('error', () => chunks.splice(0))
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => reply(response, () => dispatch(service, actions, request, Buffer.concat(chunks))))
  })
}

function dispatch(service: string, actions: Actions, request: IncomingMessage, body: Buffer): unknown {
  const [target, action = ''] = String(request.headers['x-amz-target'] ?? '').split('.')
  const run = target === service && Object.hasOwn(actions, action) ? actions[action] : undefined
  if (!run) throw new AwsError('UnknownOperationException', `${service} has no action ${action} here`)
  return run(parseInput(body))
}

function parseInput(body: Buffer): Mapping {
  let input: unknown
  try {
    input = JSON.parse(body.toString('utf8'))
  } catch {
    // Not JSON: told to the client like any other wrong input.
  }
  if (!isMapping(input)) throw new AwsError('SerializationException', 'The body is no JSON object')
  return input
}

function reply(response: ServerResponse, run: () => unknown): void {
  const send = (status: number, body: unknown) => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' })
    response.end(JSON.stringify(body))
  }
  try {
    send(200, run())
  } catch (error) {
    // An AwsError is an answer. Anything else is a bug of the emulator: the client sees a server error, not a dead socket.
    const known = error instanceof AwsError ? error : new AwsError('InternalFailure', String(error), 500)
    send(known.httpStatus, { __type: known.code, message: known.message, Message: known.message })
  }
}
