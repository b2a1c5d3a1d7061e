import type { CallKind } from './api-call.js'
import { isBeyond } from './json-bounds.js'
import { type QuotaReading, readQuotaHeaders } from './quota.js'
import { type Contents, readContent } from './read-content.js'
import { isRecord, readNumber } from './read-field.js'
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

/** `K` is the kind of the call that it answers, or of any of several. */
export type Answer<K extends CallKind = CallKind> = {
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
  /** What the body holds under `data`, as far as we read it: there exactly when the call succeeded. */
  content?: Contents[K]
  /** Of a list: how many there are in all, where the answer says so. */
  totalCount?: number
  /** Of a list: how many of its items could not be read. Absent where all could. */
  unreadable?: number
  /** How long a throttled caller has to wait, where the server said so. */
  waitMs?: number
  quota?: QuotaReading
  /** The server's own clock, to the second, and when we read it. */
  serverDate?: { date: EpochMs; readAt: EpochMs }
}

type Envelope = { code: number; data: unknown; message: string; totalCount?: number }

export function readAnswer<K extends CallKind>(kind: K, reply: Reply): Answer<K> {
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

/** Of no kind where the call did not succeed: then there is no content. */
type Judgement<K extends CallKind = never> = Pick<
  Answer<K>,
  'certainty' | 'meaning' | 'message' | 'content' | 'totalCount' | 'unreadable'
>

function judge<K extends CallKind>(
  kind: K,
  httpStatus: number,
  envelope: Envelope | undefined,
): Judgement<K> {
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
  const content = readContent(kind, envelope.data)
  if (content === undefined) return lost(`a success without the expected data`)
  return {
    certainty: 'executed',
    meaning: 'success',
    message: envelope.message,
    content,
    ...(envelope.totalCount !== undefined && { totalCount: envelope.totalCount }),
    ...countUnreadable(envelope.data, content),
  }
}

function countUnreadable(raw: unknown, content: unknown): Pick<Answer, 'unreadable'> {
  if (!Array.isArray(raw) || !Array.isArray(content) || raw.length === content.length) return {}
  return { unreadable: raw.length - content.length }
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

/** What a short text holds is little, whatever it is. Only a list of payments is longer: a few levels deep, and of 16 bytes a value or more. */
const shortMax = 1024 * 1024
const longMax = { levels: 64, values: 500_000 }

function readEnvelope(body: string): Envelope | undefined {
  // As little the API's as a page of HTML, and dearer to parse.
  if (body.length > shortMax && isBeyond(body, longMax)) return undefined
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch {
    // Not JSON is a meaning of its own here (an HTML page, a cut-off body): the caller judges it.
    return undefined
  }
  if (typeof json !== 'object' || json === null || !('code' in json)) return undefined
  const code = typeof json.code === 'string' && /^\d{3}$/.test(json.code) ? Number(json.code) : json.code
  if (typeof code !== 'number' || !Number.isSafeInteger(code)) return undefined
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

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** BigCommerce support asks for these. */
function readTrace(headers: Record<string, string | undefined>): { apiRequestId?: string } {
  const id = headers['x-request-id'] ?? headers['trace-id']
  return id === undefined || id === '' ? {} : { apiRequestId: id.slice(0, 128) }
}

function readClock(reply: Extract<Reply, { kind: 'answered' }>): Pick<Answer, 'serverDate'> {
  const date = Date.parse(reply.headers['date'] ?? '')
  return Number.isNaN(date) ? {} : { serverDate: { date: asEpochMs(date), readAt: reply.receivedAt } }
}
