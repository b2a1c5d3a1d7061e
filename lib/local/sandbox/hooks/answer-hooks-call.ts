import type { Hook } from './hook.js'

export type HooksCall = {
  method: string
  storeHash: string
  hookId: number | undefined
  query: URLSearchParams
  /** The JSON object of the request; undefined: it carries none. */
  body: Record<string, unknown> | undefined
  nowSeconds: number
}

export type HooksAnswer = { status: number; json: unknown }

const limitDefault = 50
const limitMost = 250

/** What the store's webhook API makes of a call; changes `hooks`. */
export function answerHooksCall(hooks: Hook[], call: HooksCall): HooksAnswer {
  const { method, storeHash, hookId, body, nowSeconds } = call
  const own = hooks.filter(hook => hook.store_hash === storeHash)
  if (hookId === undefined) {
    if (method === 'GET') return listHooks(own, call.query)
    return method === 'POST' ? addHook(hooks, own, call) : refuseHooks(405, 'Method Not Allowed')
  }
  const hook = own.find(one => one.id === hookId)
  if (!hook) return refuseHooks(404, 'Not Found')
  if (method === 'GET') return { status: 200, json: { data: hook, meta: {} } }
  if (method === 'DELETE') {
    hooks.splice(hooks.indexOf(hook), 1)
    // What is on its way to it still asks.
    const deleted = { ...hook }
    hook.is_active = false
    return { status: 200, json: { data: deleted, meta: {} } }
  }
  if (method !== 'PUT') return refuseHooks(405, 'Method Not Allowed')
  const read = readFields({ ...hook, ...body })
  if ('errors' in read) return refuseHooks(422, 'The request could not be processed.', read.errors)
  Object.assign(hook, read.fields, { updated_at: nowSeconds })
  return { status: 200, json: { data: hook, meta: {} } }
}

export const refuseHooks = (
  status: number,
  title: string,
  errors: Record<string, string> = {},
): HooksAnswer => ({
  status,
  json: { status, title, type: '/api-docs/getting-started/api-status-codes', errors },
})

function listHooks(own: Hook[], query: URLSearchParams): HooksAnswer {
  const page = Math.max(1, Math.trunc(Number(query.get('page') ?? '1')) || 1)
  const asked = Math.trunc(Number(query.get('limit') ?? limitDefault)) || limitDefault
  const limit = Math.min(limitMost, Math.max(1, asked))
  const [scope, destination] = [query.get('scope'), query.get('destination')]
  const found = own.filter(
    hook =>
      (scope === null || hook.scope === scope) && (destination === null || hook.destination === destination),
  )
  const data = found.slice((page - 1) * limit, page * limit)
  const pagination = {
    total: found.length,
    count: data.length,
    per_page: limit,
    current_page: page,
    total_pages: Math.ceil(found.length / limit),
  }
  return { status: 200, json: { data, meta: { pagination } } }
}

function addHook(hooks: Hook[], own: Hook[], { storeHash, body, nowSeconds }: HooksCall): HooksAnswer {
  const read = readFields({ is_active: true, headers: null, ...body })
  if ('errors' in read) return refuseHooks(422, 'The request could not be processed.', read.errors)
  const { scope, destination } = read.fields
  if (own.some(hook => hook.scope === scope && hook.destination === destination))
    return refuseHooks(409, 'A webhook of this scope and destination exists already.')
  const hook: Hook = {
    id: Math.max(20_000_000, ...hooks.map(({ id }) => id)) + 1,
    client_id: 'sandbox-client',
    store_hash: storeHash,
    created_at: nowSeconds,
    updated_at: nowSeconds,
    ...read.fields,
  }
  hooks.push(hook)
  return { status: 200, json: { data: hook, meta: {} } }
}

type Fields = Pick<Hook, 'scope' | 'destination' | 'is_active' | 'headers'>

function readFields(body: Record<string, unknown>): { fields: Fields } | { errors: Record<string, string> } {
  const { scope, destination, is_active, headers } = body
  const errors: Record<string, string> = {}
  if (typeof scope !== 'string' || !/^store\/[\w/*]+$/.test(scope)) errors['scope'] = 'scope is not valid'
  // A real one wants https on port 443; what runs on this machine sends to nobody else.
  if (typeof destination !== 'string' || !/^http:\/\/127\.0\.0\.1[:/]/.test(destination))
    errors['destination'] = 'destination must be a URL of this machine (http://127.0.0.1)'
  if (typeof is_active !== 'boolean') errors['is_active'] = 'is_active must be a boolean'
  if (!isHeaders(headers)) errors['headers'] = 'headers must be an object of texts'
  if (Object.keys(errors).length > 0 || typeof scope !== 'string' || typeof destination !== 'string')
    return { errors }
  return {
    fields: {
      scope,
      destination,
      is_active: is_active === true,
      headers: isHeaders(headers) ? headers : null,
    },
  }
}

const isHeaders = (value: unknown): value is Record<string, string> | null =>
  value === null ||
  (typeof value === 'object' &&
    !Array.isArray(value) &&
    Object.values(value ?? {}).every(one => typeof one === 'string'))
