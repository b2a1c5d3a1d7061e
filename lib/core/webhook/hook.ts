import { isRecord, readPositiveNumber } from '../read-field.js'

/** A webhook as a store has it registered (the store's own API, /v3/hooks). */
export type Hook = {
  id: number
  scope: string
  destination: string
  isActive: boolean
  /** Of our second header: a function, so that neither a log nor JSON can print it; a store may not show headers at all. */
  header: 'notShown' | 'absent' | (() => string)
}

/** `isLast`: the store says so; a page that is empty is the last as well. */
export type HookPage = { hooks: Hook[]; isLast: boolean }

/** The second, shared header; its value is in the store's secret. */
export const webhookHeaderName = 'x-payops-webhook'

/** undefined: this is no hook that could be told from others. */
export function readHook(json: unknown): Hook | undefined {
  if (!isRecord(json)) return undefined
  const id = readPositiveNumber(json['id'])
  const { scope, destination, is_active: isActive } = json
  if (id === undefined || typeof scope !== 'string' || typeof destination !== 'string') return undefined
  return { id, scope, destination, isActive: isActive === true, header: readHeader(json['headers']) }
}

/** `{data: […], meta: {pagination}}`; undefined: not readable as that. What is no hook in it is passed over. */
export function readHookPage(json: unknown): HookPage | undefined {
  if (!isRecord(json) || !Array.isArray(json['data'])) return undefined
  const meta = isRecord(json['meta']) ? json['meta'] : {}
  const pagination = isRecord(meta['pagination']) ? meta['pagination'] : {}
  const { current_page: current, total_pages: total } = pagination
  const isLast = typeof current === 'number' && typeof total === 'number' && current >= total
  return {
    hooks: json['data'].flatMap(hook => readHook(hook) ?? []),
    isLast: isLast || json['data'].length === 0,
  }
}

/** Names of headers are the same in any case; a store that has none writes null. */
function readHeader(headers: unknown): Hook['header'] {
  if (headers === undefined) return 'notShown'
  if (!isRecord(headers)) return 'absent'
  const [, value] = Object.entries(headers).find(([name]) => name.toLowerCase() === webhookHeaderName) ?? []
  return typeof value === 'string' ? () => value : 'absent'
}
