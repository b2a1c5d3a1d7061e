import { isRecord } from '../read-field.js'
import { webhookHeaderName } from './hook.js'
import { isStoreHash } from './webhook.js'

/** One HTTP call of the door, as it came: `body` is what the signature is of, byte for byte. */
export type WebhookCall = { method: string; headers: Record<string, string>; body: Uint8Array }

/** What a caller says of itself before anything of it is verified. */
export type ClaimedWebhook = {
  id: string
  /** Unix seconds, digits only. */
  timestamp: string
  signature: string
  /** The second, shared header; absent where it did not come. */
  sharedValue?: string
  /** The body as text; encoded again it is the same bytes. */
  body: string
  content: Record<string, unknown>
  /** Whose secret the signature has to be made with. */
  storeHash: string
}

/** Of a webhook with all that a store puts into it a few per cent. */
export const bodyBytesMax = 64 * 1024

const idMax = 256
const signatureMax = 4096
/** Either way: an older message may be a replay, and clocks differ. The specification's own library has the same. */
const toleranceSeconds = 300

/** undefined: it cannot be a store's webhook of now, whatever its signature is. Never throws. */
export function readCall({ method, headers, body }: WebhookCall, nowMs: number): ClaimedWebhook | undefined {
  if (method !== 'POST') return undefined
  const id = findHeader(headers, 'webhook-id')
  const timestamp = findHeader(headers, 'webhook-timestamp')
  const signature = findHeader(headers, 'webhook-signature')
  if (id === undefined || id.length > idMax || !/^[\x21-\x7e]+$/.test(id)) return undefined
  if (signature === undefined || signature === '' || signature.length > signatureMax) return undefined
  if (timestamp === undefined || !isTimely(timestamp, nowMs)) return undefined
  const text = decode(body)
  const content = text === undefined ? undefined : parseObject(text)
  const storeHash = readProducer(content?.['producer'])
  if (text === undefined || content === undefined || storeHash === undefined) return undefined
  const sharedValue = findHeader(headers, webhookHeaderName)
  const shared = sharedValue === undefined ? {} : { sharedValue }
  return { id, timestamp, signature, ...shared, body: text, content, storeHash }
}

/** Without leading zeros: what is signed is this text, and it has one form only. */
function isTimely(timestamp: string, nowMs: number): boolean {
  if (!/^[1-9]\d{0,11}$/.test(timestamp)) return false
  return Math.abs(Math.floor(nowMs / 1000) - Number(timestamp)) <= toleranceSeconds
}

/** Lambda writes names in small letters. One that is there twice, spelt in two ways, says nothing. */
function findHeader(headers: Record<string, string>, name: string): string | undefined {
  const [value, ...more] = Object.keys(headers)
    .filter(key => key.toLowerCase() === name)
    .map(key => headers[key])
  return typeof value === 'string' && more.length === 0 ? value : undefined
}

/** Without loss, so that no two bodies have one signature: neither a broken character nor a byte order mark is passed over. */
function decode(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
  } catch {
    // No UTF-8: no store wrote it.
    return undefined
  }
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(text)
    return isRecord(json) ? json : undefined
  } catch {
    // No JSON: no store wrote it.
    return undefined
  }
}

function readProducer(producer: unknown): string | undefined {
  const [, storeHash] = /^stores\/([a-z0-9]+)$/.exec(typeof producer === 'string' ? producer : '') ?? []
  return isStoreHash(storeHash) ? storeHash : undefined
}
