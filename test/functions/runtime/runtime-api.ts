import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { systemClock, systemRandom } from '../../../lib/adapters/system.js'

// Lambda's side of the Runtime API for one container, as AWS documents it under /2018-06-01/runtime. `next` waits until there is
// an event; `response`, `error` and `init/error` end what they belong to. After `close` there is no next one: 410.

export type RuntimeError = { errorType: string; errorMessage: string; stackTrace: string[] }
/** What the handler returned, what it threw, that the bundle never came up, or that the time was over first. */
export type Reply =
  | { kind: 'response'; result: unknown }
  | { kind: 'error' | 'initError'; error: RuntimeError }
  | { kind: 'timedOut' }
export type RuntimeApi = {
  /** The value of AWS_LAMBDA_RUNTIME_API. */
  address: string
  /** Hands out one event, which is JSON text; resolves with what comes back for it within `timeoutMs` of that. */
  invoke(event: string, timeoutMs: number): Promise<Reply>
  /** Every path that was asked for which the Runtime API does not have. */
  strangers: string[]
  /** From now on there is no next invocation. */
  close(): void
  stop(): Promise<void>
}

type Waiting = { id: string; event: string; timeoutMs: number; settle: (reply: Reply) => void }

export async function startRuntimeApi(functionArn: string): Promise<RuntimeApi> {
  const queue: Waiting[] = []
  const underWay = new Map<string, Waiting>()
  const strangers: string[] = []
  let asking: ServerResponse | undefined
  let isClosed = false

  const handOut = () => {
    if (asking === undefined) return
    const next = queue.shift()
    if (next === undefined && !isClosed) return
    const response = asking
    asking = undefined
    if (next === undefined) return void response.writeHead(410).end()
    const done = new AbortController()
    underWay.set(next.id, {
      ...next,
      settle: reply => {
        done.abort()
        next.settle(reply)
      },
    })
    void systemClock.sleep(next.timeoutMs, done.signal).then(() => settle(next.id, { kind: 'timedOut' }))
    response.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': next.id,
      'lambda-runtime-deadline-ms': String(systemClock.now() + next.timeoutMs),
      'lambda-runtime-invoked-function-arn': functionArn,
    })
    response.end(next.event)
  }
  const settle = (id: string, reply: Reply) => {
    const invocation = underWay.get(id)
    underWay.delete(id)
    invocation?.settle(reply)
  }
  const refuseAll = (error: RuntimeError) => {
    for (const { settle: end } of [...queue.splice(0), ...underWay.values()])
      end({ kind: 'initError', error })
  }

  const server = createServer(async (request, response) => {
    const path = request.url?.replace('/2018-06-01/runtime', '') ?? ''
    const body = await readBody(request)
    if (request.method === 'GET' && path === '/invocation/next') {
      asking = response
      return handOut()
    }
    const [, id = '', what] = /^\/invocation\/([^/]+)\/(response|error)$/.exec(path) ?? []
    if (path === '/init/error') refuseAll(JSON.parse(body))
    else if (what === 'response') settle(id, { kind: 'response', result: JSON.parse(body) })
    else if (what === 'error') settle(id, { kind: 'error', error: JSON.parse(body) })
    else strangers.push(`${request.method} ${request.url}`)
    response.writeHead(202).end('{"status":"OK"}')
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    strangers,
    invoke: (event, timeoutMs) =>
      new Promise(resolve => {
        queue.push({ id: systemRandom.uuid(), event, timeoutMs, settle: resolve })
        handOut()
      }),
    close: () => {
      isClosed = true
      handOut()
    },
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString()
}
