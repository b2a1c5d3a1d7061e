import { isRecord } from '../read-field.js'

/**
 * A store's webhook after its signature was verified (DOMAIN.md, "Store webhooks"): what resolving it needs, and nothing else of
 * it. Of the money in it, and of whose it is, nothing is kept: the API says both when it is asked.
 */
export type Webhook = {
  scope: string
  storeHash: string
  /** A positive whole number, as text. */
  orderId: string
  /** The same in every delivery of one event; 1 to 64 of `A-Za-z0-9_-`. */
  hash: string
  /** Unix seconds on the store's clock, the same in every delivery of one event; 0 where the store does not say. */
  createdAt: number
}

/** Verified, of a scope that is wanted, and yet without what resolving it needs: for a person to look at. */
export type UnreadableWebhook = {
  scope: string
  storeHash: string
  /** What is wrong with which field, and of which order, where that can be read; nothing that stands in it. */
  unreadable: string
}

/** The body of a message of the intake queue. The one key tells it from an operation request, wherever it turns up. */
export const writeIntake = (webhook: Webhook | UnreadableWebhook): string => JSON.stringify({ webhook })

export type ReadIntake = { valid: true; webhook: Webhook } | { valid: false; why: string; storeHash?: string }

/** Never throws: what lies in a queue may be anything. */
export function readIntake(body: string): ReadIntake {
  const webhook = findWebhook(body)
  if (webhook === undefined)
    return { valid: false, why: 'the body is no webhook: {"webhook": {…}} is expected' }
  const { scope, storeHash, orderId, hash, createdAt, unreadable } = webhook
  if (!isStoreHash(storeHash))
    return { valid: false, why: 'webhook.storeHash must be 1 to 32 characters of a-z 0-9' }
  const wrong = (why: string): ReadIntake => ({ valid: false, why, storeHash })
  if (typeof unreadable === 'string') return wrong(unreadable.slice(0, 500))
  if (typeof scope !== 'string') return wrong('webhook.scope must be text')
  if (!isOrderId(orderId)) return wrong('webhook.orderId must be a positive whole number, as text')
  if (!isHash(hash)) return wrong('webhook.hash must be 1 to 64 characters of A-Z a-z 0-9 _ -')
  if (!isSeconds(createdAt)) return wrong('webhook.createdAt must be a whole number of Unix seconds')
  return { valid: true, webhook: { scope, storeHash, orderId, hash, createdAt } }
}

/** Whether a dead letter's body is a message of the intake queue, readable or not. */
export const isIntake = (body: string): boolean => findWebhook(body) !== undefined

export const isStoreHash = (value: unknown): value is string =>
  typeof value === 'string' && /^[a-z0-9]{1,32}$/.test(value)

export const isOrderId = (value: unknown): value is string =>
  typeof value === 'string' && /^[1-9]\d{0,14}$/.test(value)

export const isHash = (value: unknown): value is string =>
  typeof value === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(value)

export const isSeconds = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0

function findWebhook(body: string): Record<string, unknown> | undefined {
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch {
    // Whatever lies there may be anything: no JSON is no webhook.
    return undefined
  }
  const webhook = isRecord(json) && Object.keys(json).length === 1 ? json['webhook'] : undefined
  return isRecord(webhook) ? webhook : undefined
}
