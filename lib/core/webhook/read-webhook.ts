import { isRecord } from '../read-field.js'
import { isHash, isOrderId, isSeconds, type UnreadableWebhook, type Webhook } from './webhook.js'

/**
 * A verified webhook's content as the intake queue takes it. Where the order, the hash or the time cannot be read it says which,
 * for a person to look at, and of which order it is; what else stands there is not repeated.
 */
export function readWebhook(
  content: Record<string, unknown>,
  { scope, storeHash }: { scope: string; storeHash: string },
): Webhook | UnreadableWebhook {
  const unreadable = (why: string): UnreadableWebhook => ({ scope, storeHash, unreadable: why })
  // A transaction's own id is none of an order.
  const field = scope.startsWith('store/order/transaction/') ? 'order_id' : 'id'
  const about = content['data']
  const orderId = toText(isRecord(about) ? about[field] : undefined)
  if (!isOrderId(orderId)) return unreadable(`data.${field} must be a positive whole number`)
  // Which order it was is all that a person needs.
  const ofOrder = (why: string): UnreadableWebhook => unreadable(`order ${orderId}: ${why}`)
  const hash = content['hash']
  if (!isHash(hash)) return ofOrder('hash must be 1 to 64 characters of A-Z a-z 0-9 _ -')
  const createdAt = toSeconds(content['created_at'])
  if (!isSeconds(createdAt)) return ofOrder('created_at must be a whole number of Unix seconds')
  return { scope, storeHash, orderId, hash, createdAt }
}

const toText = (id: unknown): unknown => (typeof id === 'number' ? String(id) : id)

/** 0 where the store does not say. */
const toSeconds = (value: unknown): unknown => {
  if (value === undefined || value === null) return 0
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
}
