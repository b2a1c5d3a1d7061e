import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Answer, refusals } from './answers.js'
import { hashText } from './dice.js'
import { type Execution, execute } from './execute.js'
import type { FaultName } from './faults.js'
import { findRoute, type Route } from './find-route.js'
import { createReply, type Reply } from './misbehaviour.js'
import { quotaHeaders } from './quota.js'
import { readBody } from './read-body.js'
import type { Call } from './sandbox.js'
import { keepChange, type World } from './world.js'

export const apiPath = '/api/v3/io/ip'

/**
 * One request from its headers to its answer. In this order: who calls, is there quota left, is a fault due, and only
 * then what is asked for. A fault may keep the request from being carried out, or carry it out and spoil the answer.
 */
export async function handleCall(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const at = world.clock.now()
  const method = request.method ?? 'GET'
  const url = new URL(request.url ?? '/', 'http://sandbox')
  const inside = url.pathname.startsWith(`${apiPath}/`)
  const path = inside ? url.pathname.slice(apiPath.length) : url.pathname
  const route = inside ? findRoute(method, path) : { refusal: refusals.noSuchPath }
  const { storeHash, refusal } = world.credentials.recognise(request.headers)
  const call: Call = { at, storeHash, method, path: path + url.search, status: undefined, fault: undefined }
  const callNumber = world.calls.push(call)

  // Read even where it is not wanted, for a fault may be due for the externalId in it, and the socket is used again.
  const body = await readBody(request)
  const send = (reply: Reply) => {
    call.status = reply.status
    const quota = reply.withQuota ? quotaHeaders(world.quota.read(storeHash ?? '')) : {}
    sendReply(response, reply, { ...quota, ...traceHeaders(`${at} ${callNumber}`) })
  }
  if (refusal || storeHash === undefined) return send(createReply(refusal ?? refusals.badCredentials))
  if (!world.quota.take(storeHash)) return send(createReply(refusals.overQuota))

  call.fault = world.faults.choose({
    storeHash,
    method,
    path: call.path,
    paymentId: 'refusal' in route || Number.isNaN(route.paymentId) ? undefined : route.paymentId,
    externalId: typeof body.body?.['externalId'] === 'string' ? body.body['externalId'] : undefined,
  })
  const answer = () => carryOut(world, storeHash, route, { query: url.searchParams, body })
  if (!call.fault) return send(createReply(answer()))
  await misbehave(world, call.fault, answer, send, response)
}

async function misbehave(
  world: World,
  fault: FaultName,
  answer: () => Answer,
  send: (reply: Reply) => void,
  response: ServerResponse,
): Promise<void> {
  const { executes, delivery, distort } = world.misbehaviours[fault]
  const reply = distort(createReply(executes ? answer() : refusals.serverError))
  if (delivery === 'lost') return void response.destroy()
  if (delivery === 'sentLate') await world.clock.sleep(world.slowMs, world.stopping.signal)
  if (!response.destroyed && !world.stopping.signal.aborted) send(reply)
}

function carryOut(
  world: World,
  storeHash: string,
  route: Route | { refusal: Answer },
  { query, body }: Pick<Execution, 'query' | 'body'>,
): Answer {
  const store = world.stores.get(storeHash)
  if ('refusal' in route || !store) return 'refusal' in route ? route.refusal : refusals.badCredentials
  // Not the instant of arrival: effects are in the order of their times, whoever was slow to send a body.
  const now = world.clock.now()
  const { answer, change, effect } = execute(store, { route, query, body, now, listLagMs: world.listLagMs })
  if (change) keepChange(world, store, change, { at: now, storeHash, ...effect })
  return answer
}

function sendReply(response: ServerResponse, reply: Reply, headers: Record<string, string>): void {
  response.writeHead(reply.status, {
    ...headers,
    ...reply.headers,
    // The rest of a body that was not read to its end would be taken for the next request.
    ...(reply.status === refusals.tooLarge.code ? { Connection: 'close' } : {}),
    'Content-Length': String(Buffer.byteLength(reply.text)),
  })
  response.end(reply.text)
}

/** Different for every call, though nothing here is random. */
function traceHeaders(call: string): Record<string, string> {
  const hex = (part: number) => hashText(`${part} ${call}`).toString(16).padStart(8, '0')
  return { 'X-Request-Id': `${hex(0)}${hex(1)}${hex(2)}${hex(3)}`, 'Trace-Id': `${hex(4)}${hex(5)}` }
}
