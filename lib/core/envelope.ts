import { writeJson } from './json-text.js'
import { isIntake } from './webhook/webhook.js'

/**
 * The envelopes that a request lies in when it could not be carried out:
 *
 * - `payops`, `sqs`: a message of the operations queue, its body the request. `payops`: our engine put it there and says why in
 *   its attributes. `sqs`: SQS itself moved it, without a word.
 * - `eventbridge`: an event that had nobody to hand it to, as it is; the reason stands in upper-case attributes.
 * - `lambda`: the record of an asynchronous invocation that failed to the end; the event is its `requestPayload`.
 *
 * `webhook` holds no request but a store's webhook, as the intake queue had it: which order to look at. Ours or moved by SQS, its
 * attributes say.
 *
 * `unknown` is anything else: nothing in it is ever carried out.
 */
export const envelopeKinds = ['payops', 'sqs', 'webhook', 'eventbridge', 'lambda', 'unknown'] as const
export type EnvelopeKind = (typeof envelopeKinds)[number]

export type Envelope = {
  kind: EnvelopeKind
  /** The request's text: of an event its detail, as JSON. */
  body: string
  /** The event's id: the key of a request that has none. Only of `eventbridge` and `lambda`. */
  key?: string
  /** Milliseconds since 1970, where the envelope says so. */
  failedAt?: number
  /** Why it is there, in the envelope's own words. */
  why?: string
}

type Message = { body: string; attributes: Record<string, string> }

/** A message of the queue of undelivered events. Never throws. */
export function openEventEnvelope({ body, attributes }: Message): Envelope {
  const json = parseObject(body)
  if (json !== undefined && isObject(json['requestPayload']))
    return openInvocation(body, json, json['requestPayload'])
  const event = json && readEvent(json)
  if (event === undefined) return { kind: 'unknown', body }
  const { ERROR_CODE: code, ERROR_MESSAGE: message, EXHAUSTED_RETRY_CONDITION: condition } = attributes
  const why = [code, message, condition].filter(part => part !== undefined).join(': ')
  return {
    kind: 'eventbridge',
    ...event,
    why: `EventBridge could not deliver it${why === '' ? '' : ` (${why})`}`,
  }
}

/** A message of the operations' dead-letter queue: what our engine writes there always has its code and its time; a producer's may have either. */
export function openOperationEnvelope({ body, attributes }: Message): Envelope {
  const { errorCode, failedAt } = attributes
  const failedMs = Date.parse(failedAt ?? '')
  return {
    kind: isIntake(body) ? 'webhook' : errorCode === undefined || failedAt === undefined ? 'sqs' : 'payops',
    body,
    ...(!Number.isNaN(failedMs) && { failedAt: failedMs }),
  }
}

function openInvocation(
  body: string,
  record: Record<string, unknown>,
  payload: Record<string, unknown>,
): Envelope {
  const event = readEvent(payload)
  if (event === undefined) return { kind: 'unknown', body }
  const response = isObject(record['responsePayload']) ? record['responsePayload'] : {}
  const words = [response['errorType'], response['errorMessage']].filter(part => typeof part === 'string')
  const failedMs = Date.parse(String(record['timestamp']))
  return {
    kind: 'lambda',
    ...event,
    ...(!Number.isNaN(failedMs) && { failedAt: failedMs }),
    why: `acceptOperation failed on it to the last try${words.length === 0 ? '' : ` (${words.join(': ')})`}`,
  }
}

function readEvent(event: Record<string, unknown>): { body: string; key: string } | undefined {
  const { id, detail } = event
  if (typeof id !== 'string' || id === '' || detail === undefined) return undefined
  return { body: writeJson(detail), key: id }
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(text)
    return isObject(json) ? json : undefined
  } catch {
    // Whatever lies there may be anything: no JSON is no envelope of ours.
    return undefined
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
