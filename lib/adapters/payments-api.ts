import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import got, { RequestError } from 'got'
import { type Reply, readAnswer } from '../core/answer.js'
import type { ApiCall } from '../core/api-call.js'
import { boundMessage } from '../core/outcome.js'
import type { Access, Clock, PaymentsApi } from '../engine/ports.js'

/** More than a full page of payments or invoices, and than all else that is answered; a longer body is cut off and counts as lost. */
const listBytesMax = 8 * 1024 * 1024
const bodyBytesMax = 1024 * 1024
/** Lambda freezes a container between invocations, and the other side may close what was idle meanwhile. */
const idleSocketMaxMs = 2_000

const readHeaders = [
  'date',
  'retry-after',
  'trace-id',
  'x-rate-limit-requests-left',
  'x-rate-limit-requests-quota',
  'x-rate-limit-time-reset-ms',
  'x-request-id',
  'x-request-window-resets-after',
  'x-requests-allocated',
  'x-requests-remaining',
]

/**
 * The payments API over HTTP. got's own retry is off: it would repeat PUT and DELETE after a time-out; whether a call is
 * made again is decided by whether it may have been executed, and not here. Redirects are not followed: they would carry
 * the token elsewhere.
 */
export function createPaymentsApi(deps: { clock: Clock }, baseUrl: string): PaymentsApi {
  const sockets = createSockets(deps.clock)
  return {
    call: async (call, access, timeoutMs) => {
      const agent = sockets.begin()
      try {
        const reply = await exchange(deps.clock, baseUrl, call, access, timeoutMs, agent)
        const answer = redact(readAnswer(call.kind, reply), access.token())
        // What the API says of itself is kept with the request, which has a bounded place for it.
        return { ...answer, message: boundMessage(answer.message) }
      } finally {
        sockets.end()
      }
    },
  }
}

const client = got.extend({
  headers: { accept: 'application/json', 'user-agent': 'payops' },
  retry: { limit: 0 },
  followRedirect: false,
  throwHttpErrors: false,
  // Without it no compressed body is asked for, and the bound on a body is one on what has to be held in memory.
  decompress: false,
  responseType: 'text',
})

type Agents = { http: HttpAgent; https: HttpsAgent }

function createSockets(clock: Clock): { begin(): Agents; end(): void } {
  const open = (): Agents => ({
    http: new HttpAgent({ keepAlive: true }),
    https: new HttpsAgent({ keepAlive: true }),
  })
  let agents = open()
  let underWay = 0
  let lastUsedAt = clock.now()
  return {
    begin: () => {
      if (underWay === 0 && clock.now() - lastUsedAt > idleSocketMaxMs) {
        agents.http.destroy()
        agents.https.destroy()
        agents = open()
      }
      underWay += 1
      return agents
    },
    end: () => {
      underWay -= 1
      lastUsedAt = clock.now()
    },
  }
}

async function exchange(
  clock: Clock,
  baseUrl: string,
  call: ApiCall,
  access: Access,
  timeoutMs: number,
  agent: Agents,
): Promise<Reply> {
  const tooLong = new AbortController()
  try {
    const request = client(`${baseUrl}${call.path}`, {
      method: call.method,
      headers: credentialHeaders(access),
      ...(call.body !== undefined && { json: call.body }),
      agent,
      timeout: { request: Math.max(1, timeoutMs) },
      signal: tooLong.signal,
    })
    const bytesMax = isList(call) ? listBytesMax : bodyBytesMax
    void request.on('downloadProgress', ({ transferred }) => {
      if (transferred > bytesMax) tooLong.abort()
    })
    const response = await request
    const headers = Object.fromEntries(readHeaders.map(name => [name, [response.headers[name]].flat()[0]]))
    return {
      kind: 'answered',
      status: response.statusCode,
      // An id is cut to its length when the answer is read: a token has to be gone by then.
      headers: redact(headers, access.token()),
      body: response.body,
      receivedAt: clock.now(),
    }
  } catch (error) {
    // Whatever the network did is a reply of its own kind; nothing of got's error, which holds the headers, goes on.
    return readFailure(error)
  }
}

const isList = ({ kind }: ApiCall): boolean =>
  kind === 'list' || kind === 'invoices' || kind === 'transactions'

function credentialHeaders(access: Access): Record<string, string> {
  return access.scheme === 'accessToken'
    ? { 'x-auth-token': access.token(), 'x-store-hash': access.storeHash }
    : { authtoken: access.token() }
}

/** An API may echo the token that it was sent. Taken out of what was read: JSON can spell it in many ways. */
function redact<T>(value: T, token: string): T
function redact(value: unknown, token: string): unknown {
  if (typeof value === 'string') return value.replaceAll(token, '[token]')
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(item => redact(item, token))
  // The names are ours: of what the API wrote, only the fields that we know are read.
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, redact(field, token)]))
}

/** Only a call that never had a connection is certain not to have been sent; everything else may have been executed. */
function readFailure(error: unknown): Reply {
  if (!(error instanceof RequestError))
    throw new Error(`Bug: the HTTP client threw ${String(error).slice(0, 200)}`)
  const message = `${error.code}: ${error.message}`
  if (!wasConnected(error)) return { kind: 'notSent', message }
  return { kind: 'lost', message, timedOut: error.code === 'ETIMEDOUT' }
}

const neverConnected = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
])

/**
 * Unsure means connected, which is the careful answer: then the call counts as one that may have been executed. A reused
 * socket was connected before this call, TLS and all.
 */
function wasConnected(error: RequestError): boolean {
  if (neverConnected.has(error.code)) return false
  const { timings } = error
  if (timings === undefined) return true
  if (timings.connect === undefined) return false
  const isTls = error.options.url instanceof URL && error.options.url.protocol === 'https:'
  return !isTls || timings.secureConnect !== undefined || error.request?.reusedSocket !== false
}
