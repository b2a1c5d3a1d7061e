import { isRecord, optional, readNumber, readText } from './read-field.js'

/** What a gateway tells of a payment. Its `rawTransaction` is never read: it may hold anything, a card's number included. */
export type Transaction = {
  type: string
  gateway?: string
  transactionId?: string
  authCode?: string
  event?: string
  card?: { type?: string; last4?: string; expiryYear?: number; expiryMonth?: number }
}

/** Undefined where not even its type can be read. What else there is depends on the gateway. */
export function readTransaction(content: unknown): Transaction | undefined {
  if (!isRecord(content)) return undefined
  const type = readText(content['type'])
  if (type === undefined) return undefined
  return {
    type,
    ...optional('gateway', readText(content['gateway'])),
    ...optional('transactionId', readText(content['transactionId'])),
    ...optional('authCode', readText(content['authCode'])),
    ...optional('event', readText(content['event'])),
    ...optional('card', readCard(content['card'])),
  }
}

function readCard(card: unknown): Transaction['card'] {
  if (!isRecord(card)) return undefined
  return {
    ...optional('type', readText(card['type'])),
    ...optional('last4', readText(card['last4'])),
    ...optional('expiryYear', readNumber(card['expiryYear'])),
    ...optional('expiryMonth', readNumber(card['expiryMonth'])),
  }
}
