import {
  Agent,
  createServer,
  request as forward,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * Stands between one container and everything that it calls, AWS and the payments API alike: numbers the calls in the order
 * of their arrival, passes each on whole, and lets a test step in before it is passed on and before its answer is.
 */
export type CountingProxy = {
  /** In place of each AWS endpoint; and, with the API's path behind it, of the API. */
  url: string
  /** Every call that has arrived, in order: `DynamoDB PutItem`, `API POST /payments/117/operations`. */
  calls(): string[]
  stop(): Promise<void>
}

/** A call has arrived and nobody has it yet; or it is carried out and its answer is about to go back. */
export type Passage = 'arrived' | 'answered'

export type ProxyOptions = {
  /** The `env` of the stack or of its emulators. */
  env: Record<string, string>
  /** Base URL of the API, with its path. */
  apiUrl: string
  /** True: the call ends here, its socket closed. `number` begins at 1. */
  cut?: (number: number, passage: Passage) => Promise<boolean>
}

// What the header X-Amz-Target begins with.
const services: Record<string, { name: string; endpoint: string }> = {
  DynamoDB_20120810: { name: 'DynamoDB', endpoint: 'AWS_ENDPOINT_URL_DYNAMODB' },
  AmazonSQS: { name: 'SQS', endpoint: 'AWS_ENDPOINT_URL_SQS' },
  secretsmanager: { name: 'SecretsManager', endpoint: 'AWS_ENDPOINT_URL_SECRETS_MANAGER' },
  AWSEvents: { name: 'EventBridge', endpoint: 'AWS_ENDPOINT_URL_EVENTBRIDGE' },
}

type Call = { method: string; path: string; headers: IncomingHttpHeaders; body: Buffer }
type Answer = { status: number; headers: IncomingHttpHeaders; body: Buffer }

export async function startCountingProxy(options: ProxyOptions): Promise<CountingProxy> {
  const calls: string[] = []
  const agent = new Agent({ keepAlive: true })
  const pass = async (call: Call): Promise<Answer | undefined> => {
    const { action, origin } = readTarget(call, options)
    const number = calls.push(action)
    if (await options.cut?.(number, 'arrived')) return undefined
    const answer = await exchange(origin, call, agent)
    return (await options.cut?.(number, 'answered')) ? undefined : answer
  }
  const server = createServer((request, response) => {
    relay(request, response, pass).catch(() => {
      // The caller was killed in the middle of its call, or what stands behind is gone: nobody can be answered.
      response.destroy()
    })
  })
  // An idle socket that is closed just as it is used again would be a fault that nobody asked for.
  server.keepAliveTimeout = 600_000
  const url = await listen(server)
  const stop = () => {
    const closed = new Promise<void>(resolve => server.close(() => resolve()))
    server.closeAllConnections()
    agent.destroy()
    return closed
  }
  return { url, calls: () => [...calls], stop }
}

async function relay(
  request: IncomingMessage,
  response: ServerResponse,
  pass: (call: Call) => Promise<Answer | undefined>,
): Promise<void> {
  const body = await readWhole(request)
  const { method = '', url: path = '', headers } = request
  const answer = await pass({ method, path, headers, body })
  if (answer === undefined) return void response.destroy()
  response.writeHead(answer.status, withLength(answer.headers, answer.body))
  response.end(answer.body)
}

function readTarget({ method, path, headers }: Call, { env, apiUrl }: ProxyOptions) {
  const [prefix = '', action = ''] = String(headers['x-amz-target'] ?? '').split('.')
  const service = services[prefix]
  if (service !== undefined)
    return { action: `${service.name} ${action}`, origin: env[service.endpoint] ?? '' }
  const { origin, pathname } = new URL(apiUrl)
  return { action: `API ${method} ${path.replace(pathname, '')}`, origin }
}

async function exchange(origin: string, { method, path, headers, body }: Call, agent: Agent) {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = forward(
      `${origin}${path}`,
      { method, agent, headers: withLength(headers, body) },
      resolve,
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })
  const { statusCode: status = 502, headers: answered } = response
  return { status, headers: answered, body: await readWhole(response) }
}

/** Each side of the proxy has connections of its own, and hands a body on in one piece. */
const withLength = (headers: IncomingHttpHeaders, { length }: Buffer): IncomingHttpHeaders => {
  const { connection: _, 'transfer-encoding': __, 'keep-alive': ___, expect: ____, ...rest } = headers
  return length === 0 && rest['content-length'] === undefined
    ? rest
    : { ...rest, 'content-length': String(length) }
}

async function readWhole(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
