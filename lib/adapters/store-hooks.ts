import got, { RequestError, type Response } from 'got'
import { boundMessage } from '../core/outcome.js'
import { readQuotaHeaders } from '../core/quota.js'
import { isRecord } from '../core/read-field.js'
import { readHook, readHookPage, webhookHeaderName } from '../core/webhook/hook.js'
import type { Access, HookAnswer, HookHeader, StoreHooks } from '../engine/ports.js'

/** More than a full page of hooks; a longer body is cut off and counts as lost. */
const bodyBytesMax = 1024 * 1024
const timeoutMs = 10_000
/** The most that the store's API gives at once. */
const pageSize = 250

type Call = { method: 'GET' | 'POST' | 'PUT'; path: string; body?: Record<string, unknown> }

/**
 * The store's own API, of its webhooks alone (DOMAIN.md, "Store webhooks"). As with the payments API nothing is repeated here, no
 * redirect is followed, and nothing of got's error goes on, which holds the token.
 */
export function createStoreHooks(baseUrl: string): StoreHooks {
  const call = async <T>(
    access: Access,
    wish: HookHeader,
    { method, path, body }: Call,
    read: (json: unknown) => T | undefined,
  ): Promise<HookAnswer<T>> => {
    const answer = await exchange(
      `${baseUrl}/stores/${access.storeHash}/v3/hooks${path}`,
      method,
      body,
      access,
    )
    return redact(readHookAnswer(answer, read), [access.token(), wish.headerValue?.() ?? access.token()])
  }
  return {
    list: (access, page) =>
      call(access, {}, { method: 'GET', path: `?page=${page}&limit=${pageSize}` }, readHookPage),
    create: (access, { scope, destination, ...wish }) =>
      call(
        access,
        wish,
        { method: 'POST', path: '', body: { scope, destination, is_active: true, ...headersOf(wish) } },
        readOne,
      ),
    activate: (access, id, wish) =>
      call(
        access,
        wish,
        { method: 'PUT', path: `/${id}`, body: { is_active: true, ...headersOf(wish) } },
        readOne,
      ),
  }
}

const headersOf = ({ headerValue }: HookHeader): { headers?: Record<string, string> } =>
  headerValue === undefined ? {} : { headers: { [webhookHeaderName]: headerValue() } }

const readOne = (json: unknown) => (isRecord(json) ? readHook(json['data']) : undefined)

const client = got.extend({
  headers: { accept: 'application/json', 'user-agent': 'payops' },
  retry: { limit: 0 },
  followRedirect: false,
  throwHttpErrors: false,
  decompress: false,
  responseType: 'text',
  timeout: { request: timeoutMs },
})

type Exchanged = Response<string> | { failed: string }

async function exchange(
  url: string,
  method: Call['method'],
  body: Call['body'],
  access: Access,
): Promise<Exchanged> {
  const tooLong = new AbortController()
  try {
    const request = client(url, {
      method,
      headers: { 'x-auth-token': access.token() },
      ...(body !== undefined && { json: body }),
      signal: tooLong.signal,
      responseType: 'text',
    })
    void request.on('downloadProgress', ({ transferred }) => {
      if (transferred > bodyBytesMax) tooLong.abort()
    })
    return await request
  } catch (error) {
    // Whatever the network did is a lost answer: of got's error only its code and its words go on.
    if (error instanceof RequestError) return { failed: `${error.code}: ${error.message}` }
    throw new Error(`Bug: the HTTP client threw ${String(error).slice(0, 200)}`)
  }
}

function readHookAnswer<T>(exchanged: Exchanged, read: (json: unknown) => T | undefined): HookAnswer<T> {
  if ('failed' in exchanged) return { meaning: 'lost', message: exchanged.failed }
  const { statusCode: status, headers, body } = exchanged
  const json = parse(body)
  const message = `HTTP ${status}${describe(json)}`
  if (status >= 200 && status < 300) {
    const content = read(json)
    return content === undefined
      ? { meaning: 'lost', message: `${message}: the answer cannot be read` }
      : { meaning: 'success', content }
  }
  if (status === 429) {
    const texts = Object.entries(headers).map(([name, value]) => [name, [value].flat()[0]])
    const { waitMs } = readQuotaHeaders(Object.fromEntries(texts))
    return { meaning: 'throttled', message, ...(waitMs !== undefined && { waitMs }) }
  }
  if (status === 401 || status === 403) return { meaning: 'credentials', message }
  if (status === 404) return { meaning: 'notFound', message }
  if (status >= 500) return { meaning: 'lost', message }
  return { meaning: 'rejected', message: status < 400 ? `${message}: no redirect is followed` : message }
}

/** `{status, title, type, errors}`: the title, and of the errors each word. */
function describe(json: unknown): string {
  if (!isRecord(json)) return ''
  const errors = isRecord(json['errors']) ? Object.values(json['errors']) : []
  const words = [json['title'], ...errors].filter(word => typeof word === 'string' && word !== '')
  return words.length === 0 ? '' : `: ${words.slice(0, 5).join('; ')}`
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // An error page, or a body that was cut off: nothing can be read of it.
    return undefined
  }
}

/** An API may echo what it was sent. Only words are shown; what it says of a hook is compared and never printed. */
function redact<T>(answer: HookAnswer<T>, secrets: string[]): HookAnswer<T> {
  if (answer.meaning === 'success') return answer
  const message = secrets.reduce((text, secret) => text.replaceAll(secret, '[secret]'), answer.message)
  return { ...answer, message: boundMessage(message) }
}
