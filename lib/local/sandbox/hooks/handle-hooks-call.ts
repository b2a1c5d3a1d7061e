import type { IncomingMessage, ServerResponse } from 'node:http'
import { readBody } from '../read-body.js'
import type { World } from '../world.js'
import { answerHooksCall, type HooksAnswer, refuseHooks } from './answer-hooks-call.js'

const hooksPath = /^\/stores\/([^/]+)\/v3\/hooks(?:\/(\d+))?$/

export const isHooksPath = (pathname: string): boolean => hooksPath.test(pathname)

/** The store's own API, as far as webhooks go: who calls, then what is asked for. It has a quota of its own, which nobody here uses up. */
export async function handleHooksCall(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const at = world.clock.now()
  const method = request.method ?? 'GET'
  const url = new URL(request.url ?? '/', 'http://sandbox')
  const [, storeHash = '', hookId] = hooksPath.exec(url.pathname) ?? []
  const path = url.pathname + url.search
  const call = { at, storeHash, method, path, status: undefined as number | undefined, fault: undefined }
  world.calls.push(call)
  const body = await readBody(request)
  const send = ({ status, json }: HooksAnswer) => {
    call.status = status
    const text = json === undefined ? '' : JSON.stringify(json)
    response.writeHead(status, {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(text),
    })
    response.end(text)
  }
  const headers = { 'x-auth-token': request.headers['x-auth-token'] ?? '', 'x-store-hash': storeHash }
  if (world.credentials.recognise(headers).refusal) return send(refuseHooks(401, 'Unauthorized'))
  send(
    answerHooksCall(world.webhooks.hooks, {
      method,
      storeHash,
      hookId: hookId === undefined ? undefined : Number(hookId),
      query: url.searchParams,
      body: body.body,
      nowSeconds: Math.floor(at / 1000),
    }),
  )
}
