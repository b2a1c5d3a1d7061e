import type { CallKind } from './api-call.js'
import { type QuotaReading, readQuotaHeaders } from './quota.js'
import { asEpochMs, type EpochMs } from './time.js'

/**
 * What the API's reply to one call means. The question that decides everything after it is not "did it fail?" but "is it
 * certain whether it was executed?" (DOMAIN.md, "Answers").
 */

/** What came over the wire: an answer, or the way in which none came. `message` never holds a token. */
export type Reply =
  | {
      kind: 'answered'
      status: number
      headers: Record<string, string | undefined>
      body: string
      receivedAt: EpochMs
    }
  /** No connection was made, so nothing can have been executed: refused, DNS, TLS. */
  | { kind: 'notSent'; message: string }
  /** Sent, wholly or partly, and no usable answer came: time-out, reset, body cut off or too large. */
  | { kind: 'lost'; message: string; timedOut: boolean }

export type Certainty = 'executed' | 'notExecuted' | 'unknown'

export type Answer = {
  certainty: Certainty
  /**
   * `success` executed · `notAllowed` 400 · `notFound` 404 · `rejected` any other final refusal · `credentials` 401, 403 ·
   * `throttled` 429 · `notSent` · `conflict` 409 · `lost` everything that leaves it open.
   */
  meaning:
    | 'success'
    | 'notAllowed'
    | 'notFound'
    | 'rejected'
    | 'credentials'
    | 'throttled'
    | 'notSent'
    | 'conflict'
    | 'lost'
  message: string
  /** The body's `code` where there is one, else the HTTP status: the two may differ, and the body is believed. */
  httpStatus?: number
  apiRequestId?: string
  /** What the body holds under `data`, for a call that succeeded. */
  content?: unknown
  /** Of a list: how many there are in all, where the answer says so. */
  totalCount?: number
  /** How long a throttled caller has to wait, where the server said so. */
  waitMs?: number
  quota?: QuotaReading
  /** The server's own clock, to the second, and when we read it. */
  serverDate?: { date: EpochMs; readAt: EpochMs }
}

type Envelope = { code: number; data: unknown; message: string; totalCount?: number }

export function readAnswer(kind: CallKind, reply: Reply): Answer {
  if (reply.kind === 'notSent')
    return { certainty: 'notExecuted', meaning: 'notSent', message: reply.message }
  if (reply.kind === 'lost') return { certainty: 'unknown', meaning: 'lost', message: reply.message }
  const envelope = readEnvelope(reply.body)
  return {
    ...judge(kind, reply.status, envelope),
    httpStatus: envelope?.code ?? reply.status,
    ...readTrace(reply.headers),
    ...readClock(reply),
    ...readQuotaHeaders(reply.headers),
  }
}

type Judgement = Pick<Answer, 'certainty' | 'meaning' | 'message' | 'content' | 'totalCount'>

function judge(kind: CallKind, httpStatus: number, envelope: Envelope | undefined): Judgement {
  const isHttpSuccess = httpStatus >= 200 && httpStatus < 300
  if (envelope === undefined) {
    if (isHttpSuccess) return lost(`HTTP ${httpStatus} with a body that is not the API's`)
    // A 404 that the payments API did not write says nothing about a payment: the address is wrong, or a gateway spoke.
    if (httpStatus === 404) return refused('rejected', 'HTTP 404 that the payments API did not write')
    return judgeStatus(httpStatus, `HTTP ${httpStatus}`)
  }
  const isCodeSuccess = envelope.code >= 200 && envelope.code < 300
  if (!isCodeSuccess) return judgeStatus(envelope.code, envelope.message)
  if (!isHttpSuccess) return lost(`HTTP ${httpStatus} around a body that says ${envelope.code}`)
  if (!holdsExpected(kind, envelope.data)) return lost(`a success without the expected data`)
  return {
    certainty: 'executed',
    meaning: 'success',
    message: envelope.message,
    content: envelope.data,
    ...(envelope.totalCount !== undefined && { totalCount: envelope.totalCount }),
  }
}

/** DOMAIN.md's table, read from the top. */
function judgeStatus(status: number, message: string): Judgement {
  if (status === 400) return refused('notAllowed', message)
  if (status === 401 || status === 403) return refused('credentials', message)
  if (status === 404) return refused('notFound', message)
  if (status === 408) return lost(message)
  if (status === 409) return { certainty: 'unknown', meaning: 'conflict', message }
  if (status === 429) return refused('throttled', message)
  // A redirect is never followed: it would take the token elsewhere.
  if (status >= 300 && status < 500) return refused('rejected', message)
  return lost(message)
}

const lost = (message: string): Judgement => ({ certainty: 'unknown', meaning: 'lost', message })
const refused = (meaning: Answer['meaning'], message: string): Judgement => ({
  certainty: 'notExecuted',
  meaning,
  message,
})

function readEnvelope(body: string): Envelope | undefined {
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch {
    // Not JSON is a meaning of its own here (an HTML page, a cut-off body): the caller judges it.
    return undefined
  }
  if (typeof json !== 'object' || json === null || !('code' in json)) return undefined
  const code = typeof json.code === 'string' && /^\d{3}$/.test(json.code) ? Number(json.code) : json.code
  if (typeof code !== 'number' || !Number.isInteger(code)) return undefined
  const content = 'data' in json ? json.data : undefined
  const meta = 'meta' in json ? json.meta : undefined
  const pagination = isRecord(meta) ? meta['pagination'] : undefined
  const totalCount = isRecord(pagination) ? readNumber(pagination['totalCount']) : undefined
  return {
    code,
    data: content,
    message: readMessage(code, content, meta),
    ...(totalCount !== undefined && { totalCount }),
  }
}

/** `data` is `{errMsg}` or `{field: [reasons]}` after a refusal; `meta.message` names only the kind of error. */
function readMessage(code: number, content: unknown, meta: unknown): string {
  if (isRecord(content)) {
    if (isText(content['errMsg'])) return content['errMsg']
    // Only texts are taken: joining what a body may hold else can throw, and this answer may be a write's.
    const reasons = Object.entries(content).flatMap(([field, why]) => {
      const texts = [why].flat().filter(isText)
      return texts.length === 0 ? [] : [`${field}: ${texts.join(' ')}`]
    })
    if (code >= 400 && reasons.length > 0) return reasons.join('; ')
  }
  if (isRecord(meta) && isText(meta['message'])) return meta['message']
  return `code ${code}`
}

/** Whether a success carries what its endpoint promises; "SUCCESS" around nothing is no success. */
function holdsExpected(kind: CallKind, content: unknown): boolean {
  switch (kind) {
    case 'list':
      return Array.isArray(content)
    case 'create':
      return isRecord(content) && isPositiveNumber(content['paymentId'])
    case 'update':
      return isRecord(content)
    case 'detail':
    case 'change':
      return isRecord(content) && isPositiveNumber(content['id'])
  }
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** A published number may come as a number or as a numeric string: read both. */
export const readNumber = (value: unknown): number | undefined => {
  const number = typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

const isPositiveNumber = (value: unknown): boolean => (readNumber(value) ?? 0) > 0

/** BigCommerce support asks for these. */
function readTrace(headers: Record<string, string | undefined>): { apiRequestId?: string } {
  const id = headers['x-request-id'] ?? headers['trace-id']
  return id === undefined || id === '' ? {} : { apiRequestId: id.slice(0, 128) }
}

function readClock(reply: Extract<Reply, { kind: 'answered' }>): Pick<Answer, 'serverDate'> {
  const date = Date.parse(reply.headers['date'] ?? '')
  return Number.isNaN(date) ? {} : { serverDate: { date: asEpochMs(date), readAt: reply.receivedAt } }
}
