import { createHash } from 'node:crypto'
import * as z from 'zod/mini'
import type { Refusal } from './errors.js'
import {
  type ChangedOfflinePayment,
  metadataSchema,
  type NewOfflinePayment,
  type OperationType,
  operationTypes,
  paymentIdSchema,
  requestIdSchema,
  requestShapes,
  storeHashSchema,
} from './request-schema.js'

export {
  type ChangedOfflinePayment,
  type NewOfflinePayment,
  type OperationType,
  operationTypes,
} from './request-schema.js'

/**
 * The operation request, the same JSON on every road in (CONTRACT.md, "Operation request"): untrusted text in, a trusted
 * `OperationRequest` or a list of everything that is wrong with it out.
 */

export const maxBodyBytes = 256 * 1024

const knownKeys = new Set(Object.values(requestShapes).flatMap(shape => Object.keys(shape.shape)))

type Identified = { requestId: string; storeHash: string; metadata?: Record<string, string> }
export type PerformOperation = Identified & {
  type: 'performOperation'
  paymentId: number
  operationCode: 0 | 1 | 2 | 3
}
export type UpdateProcessingStatus = Identified & {
  type: 'updateProcessingStatus'
  paymentId: number
  processingStatus: 1 | 2 | 3 | 4
}
export type CreateOfflinePayment = Identified & {
  type: 'createOfflinePayment'
  payment: NewOfflinePayment & { externalId: string }
}
export type UpdateOfflinePayment = Identified & {
  type: 'updateOfflinePayment'
  paymentId: number
  payment: ChangedOfflinePayment
}
export type DeletePayment = Identified & { type: 'deletePayment'; paymentId: number }
export type OperationRequest =
  | PerformOperation
  | UpdateProcessingStatus
  | CreateOfflinePayment
  | UpdateOfflinePayment
  | DeletePayment

/** What could be read of a request that is not valid: enough to say whose it was. */
export type ReadableParts = {
  requestId?: string
  storeHash?: string
  type?: OperationType
  paymentId?: number
  metadata?: Record<string, string>
}

export type ParsedRequest =
  | { valid: true; request: OperationRequest }
  | { valid: false; refusal: Refusal; readable: ReadableParts }

export type RequestDefaults = {
  /** The key where the body has none: SQS MessageDeduplicationId, EventBridge event id, SQS messageId. Used as it is. */
  requestId: string
  storeHash?: string | undefined
}

/** Untrusted body text to a request, or to a refusal that names every field that is wrong. Never throws. */
export function parseRequest(body: string, defaults: RequestDefaults): ParsedRequest {
  const keyOnly = { requestId: defaults.requestId }
  const bytes = Buffer.byteLength(body)
  if (bytes > maxBodyBytes)
    return refuse([`the body has ${bytes} bytes; at most ${maxBodyBytes} (256 KiB) are allowed`], keyOnly)
  let json: unknown
  try {
    json = JSON.parse(body.startsWith('\uFEFF') ? body.slice(1) : body)
  } catch (error) {
    // A body that is no JSON can never succeed. The parser's words are kept, but not what it quotes of the body.
    const reason =
      error instanceof Error ? error.message.replace(/, (\.\.\.)?".*$/s, '') : 'it cannot be read'
    return refuse([`the body is not JSON: ${reason}`], keyOnly)
  }
  return parseRequestValue(json, defaults)
}

/** The same for a value that is JSON already, such as an EventBridge detail. */
export function parseRequestValue(json: unknown, defaults: RequestDefaults): ParsedRequest {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return refuse([`the body must be a JSON object, not ${kindOf(json)}`], { requestId: defaults.requestId })
  }
  const crowd = findCrowd(json)
  if (crowd !== undefined) {
    const where = crowd.length === 0 ? 'the body' : crowd.map(show).join('.')
    const problem = `${where}: must hold at most ${membersMax} values`
    return refuse([problem], readParts({ ...json, metadata: undefined }, defaults))
  }
  const readable = readParts(json, defaults)
  const poison = findPrototypeKey(json)
  if (poison !== undefined) return refuse([`${poison.map(show).join('.')}: unknown key`], readable)
  const type = 'type' in json ? json.type : 'performOperation'
  if (!isOperationType(type)) return refuse([`type: must be one of ${operationTypes.join(', ')}`], readable)
  const parsed = z.safeParse(requestShapes[type], { ...json, type })
  const problems = parsed.success
    ? []
    : parsed.error.issues.flatMap(issue => describeIssue(issue, type, json))
  if (!('storeHash' in json) && defaults.storeHash === undefined) {
    problems.push('storeHash: missing, and DEFAULT_STORE_HASH is not set')
  }
  if (!parsed.success || readable.storeHash === undefined) return refuse(problems, readable)
  return { valid: true, request: identify(parsed.data, readable.storeHash, defaults.requestId) }
}

type Shaped = z.output<(typeof requestShapes)[OperationType]>

function identify(shaped: Shaped, store: string, fallbackRequestId: string): OperationRequest {
  const { requestId: given, storeHash: _, metadata, ...rest } = shaped
  const identity: Identified = {
    requestId: given ?? fallbackRequestId,
    storeHash: store,
    ...(metadata && { metadata }),
  }
  if (rest.type !== 'createOfflinePayment') return { ...rest, ...identity }
  // So that the payment can be found again after a lost answer: the API knows no idempotency key.
  const payment = { ...rest.payment, externalId: rest.payment.externalId ?? identity.requestId }
  return { type: rest.type, payment, ...identity }
}

function refuse(problems: string[], readable: ReadableParts): ParsedRequest {
  return { valid: false, refusal: { code: 'INVALID_REQUEST', message: problems.join('; ') }, readable }
}

function readParts(json: object, defaults: RequestDefaults): ReadableParts {
  const read = <T>(key: string, schema: z.ZodMiniType<T>): T | undefined => {
    const result = z.safeParse(
      schema,
      Object.hasOwn(json, key) ? (json as Record<string, unknown>)[key] : undefined,
    )
    return result.success ? result.data : undefined
  }
  const id = 'requestId' in json ? read('requestId', requestIdSchema) : defaults.requestId
  const store = 'storeHash' in json ? read('storeHash', storeHashSchema) : defaults.storeHash
  const type = 'type' in json ? json.type : 'performOperation'
  const payment = read('paymentId', paymentIdSchema)
  const metadata = read('metadata', metadataSchema)
  return {
    ...(id !== undefined && { requestId: id }),
    ...(store !== undefined && { storeHash: store }),
    ...(isOperationType(type) && { type }),
    ...(payment !== undefined && { paymentId: payment }),
    ...(metadata !== undefined && { metadata }),
  }
}

const isOperationType = (value: unknown): value is OperationType =>
  typeof value === 'string' && (operationTypes as readonly string[]).includes(value)

/** An own key `__proto__` is valid JSON and would vanish on the way through ordinary objects. */
function findPrototypeKey(value: unknown, depth = 0): string[] | undefined {
  if (typeof value !== 'object' || value === null || depth > 5) return undefined
  for (const key of Object.keys(value)) {
    if (key === '__proto__') return [key]
    const within = findPrototypeKey((value as Record<string, unknown>)[key], depth + 1)
    if (within !== undefined) return [key, ...within]
  }
  return undefined
}

/** More than fit into a request that is valid; what is wrong with each of a hundred thousand overflows zod's stack. */
const membersMax = 10_000

/** Where there are more, as a path; empty for the body itself. */
function findCrowd(value: unknown, depth = 0): string[] | undefined {
  if (typeof value !== 'object' || value === null || depth > 3) return undefined
  const keys = Object.keys(value)
  if (keys.length > membersMax) return []
  for (const key of keys) {
    const within = findCrowd((value as Record<string, unknown>)[key], depth + 1)
    if (within !== undefined) return [key, ...within]
  }
  return undefined
}

type Issue = z.core.$ZodIssue

function describeIssue(issue: Issue, type: OperationType, json: object): string[] {
  const path = issue.path.map(part => show(String(part))).join('.')
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(key => {
      const where = path === '' ? show(key) : `${path}.${show(key)}`
      return path === '' && knownKeys.has(key)
        ? `${where}: does not belong to type ${type}`
        : `${where}: unknown key`
    })
  }
  // A shape without words of its own would only say that its input is invalid.
  const rule =
    issue.code === 'invalid_type' && issue.expected === 'object' ? 'must be an object' : issue.message
  return [`${path}: ${valueAt(json, issue.path) === undefined ? 'missing; it ' : ''}${rule}`]
}

const valueAt = (json: unknown, path: PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    json,
  )

/** A key as a person can tell it from another: cut where it is long, quoted where it holds what cannot be seen. */
function show(key: string): string {
  const short = key.length > 60 ? `${key.slice(0, 60)}…` : key
  return /^[\p{L}\p{N}\p{P}\p{S}]+$/u.test(short) ? short : JSON.stringify(short).replace(unseen, escapeUnit)
}

const unseen = /[^\p{L}\p{N}\p{P}\p{S} ]/gu
const escapeUnit = (text: string): string =>
  Array.from(
    { length: text.length },
    (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('')

const kindOf = (value: unknown): string =>
  value === null
    ? 'null'
    : Array.isArray(value)
      ? 'a list'
      : typeof value === 'object'
        ? 'an object'
        : `a ${typeof value}`

/** The identity of a request's content: every field but `metadata`, after parsing, whatever the order of its keys. */
export function hashContent(request: OperationRequest): string {
  const { metadata: _, ...content } = request
  return createHash('sha256').update(canonicalJson(content)).digest('hex')
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).filter(([, field]) => field !== undefined)
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return `{${sorted.map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`).join(',')}}`
}

/** The payment that a request speaks of; a create has none until it is carried out. */
export const paymentIdOf = (request: OperationRequest): number | undefined =>
  request.type === 'createOfflinePayment' ? undefined : request.paymentId

/**
 * What requests are ordered and held by: `<storeHash>:<paymentId>`, for a create `<storeHash>:<externalId>`
 * (the MessageGroupId of the contract).
 */
export const orderKeyOf = (request: OperationRequest): string =>
  `${request.storeHash}:${request.type === 'createOfflinePayment' ? request.payment.externalId : request.paymentId}`

/** What a doubt holds: the payment, or for a create everything else that would be created under its `externalId`. */
export const holdKeyOf = (request: OperationRequest): string =>
  request.type === 'createOfflinePayment'
    ? `${request.storeHash}#external:${toKeyPart(request.payment.externalId)}`
    : `${request.storeHash}#payment:${request.paymentId}`

/** DynamoDB takes keys of at most 2048 bytes and gives half a surrogate pair back as another character. */
const toKeyPart = (externalId: string): string =>
  Buffer.byteLength(externalId) <= 1024 && externalId.isWellFormed()
    ? externalId
    : `sha256:${createHash('sha256').update(externalId).digest('hex')}`
